import type { Relay } from '../relay/status.ts'
import { progressLine } from '../relay/watching/progress.ts'
import { CLEAR } from './provision-progress.ts'
import type { Output } from './terminal.ts'

export type RelayProgress = {
  /** From now on, until the end. */
  watch(relay: Relay): void
  /** Takes lines that are to stay, above the one that is written again and again. */
  readonly above: Output
  end(): void
}

const EVERY_MS = 500

/** One line for eyes: nothing but what is to stay where the output is no terminal. */
export const showRelayProgress = (output: Output): RelayProgress => {
  if (!output.isTTY) return { watch: () => {}, above: output, end: () => {} }
  let line = ''
  let timer: NodeJS.Timeout | undefined
  return {
    watch: (relay) => {
      let before = { status: relay.status(), time: Date.now() }
      const show = (): void => {
        const now = { status: relay.status(), time: Date.now() }
        line = progressLine(now.status, before.status, now.time - before.time)
        before = now
        output.write(`${CLEAR}${line}`)
      }
      timer = setInterval(show, EVERY_MS)
      show()
    },
    above: { write: (text) => output.write(`${CLEAR}${text}${line}`) },
    end: () => {
      clearInterval(timer)
      line = ''
      output.write(CLEAR)
    },
  }
}
