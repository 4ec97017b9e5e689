import type { Relay, RelayStatus, SourceStatus } from '../relay/status.ts'
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

/**
 * A relay in one line, for a person who watches: `consuming  1204 acked (56/s)  12 in flight  3400 waiting  2 retried`. All
 * sources together; what is zero is left out, but for what was acked.
 *
 * @param before the status `elapsedMs` ago
 */
export const progressLine = ({ sources }: RelayStatus, before: RelayStatus, elapsedMs: number): string => {
  const sum = (read: (source: SourceStatus) => number | undefined, of = sources): number =>
    of.reduce((total, source) => total + (read(source) ?? 0), 0)
  const acked = sum((source) => source.acked)
  const perSecond = Math.round(
    ((acked - sum((source) => source.acked, before.sources)) * 1000) / Math.max(elapsedMs, 1),
  )
  const counts: readonly (readonly [number, string])[] = [
    [sum((source) => source.inFlight), 'in flight'],
    [sum((source) => source.depth), 'waiting'],
    [sum((source) => source.retried), 'retried'],
    [sum((source) => source.deadLettered), 'dead letters'],
    [sum((source) => source.droppedRpc), 'RPC dropped'],
    [sum((source) => source.reconnects), 'reconnects'],
  ]
  const states = [...new Set(sources.map(({ state }) => state))].join(', ')
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return [states, `${acked} acked (${perSecond}/s)`, ...told].join('  ')
}
