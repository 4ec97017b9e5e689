import type { Taken } from '../broker/copy.ts'

/** What a process knows of the message that it took last to handle it alone. */
export type LastAlone = {
  /** The channel was lost while such a message may have been on its way here. */
  lost(): void
  /**
   * How many processes ended while they had in hand what was taken now. One more than before where the message comes again;
   * but not where this process itself lost it together with a channel.
   */
  deaths(taken: Taken): number
}

export const createLastAlone = (): LastAlone => {
  let last: string | undefined
  let isLost = false
  return {
    lost() {
      isLost = true
    },
    deaths({ isAgain, deaths, copy }) {
      const isOurs = isLost || copy === last
      isLost = false
      // Until a death is noted with the message, it is not handled, also where this process loses it meanwhile.
      if (isAgain && !isOurs) return deaths + 1
      last = copy
      return deaths
    },
  }
}
