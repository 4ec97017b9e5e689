import type { Taken } from '../broker/copy.ts'

/** The message that this process took last to handle it alone. */
export type LastAlone = {
  /** The channel was lost while such a message may have been on its way here. */
  lost(): void
  /**
   * How many processes ended while they had in hand the message that was taken now. One more than before if the message comes
   * again, unless this process itself lost it together with a channel.
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
      // A message is not handled before its new count is written, even if this process loses it meanwhile.
      if (isAgain && !isOurs) return deaths + 1
      last = copy
      return deaths
    },
  }
}
