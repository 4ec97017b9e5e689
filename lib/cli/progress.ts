import type { Progress } from '../provisioning/plan/run.ts'
import type { Relay, RelayStatus, SourceStatus } from '../relay/status.ts'
import type { Output } from './terminal.ts'

/** Goes back to the beginning of the line and clears it (ECMA-48 EL). */
const CLEAR = '\r\u001b[K'

/** One line that is written again and again; nothing where the output is not a terminal. */
export const showProgress = (output: Output) => {
  if (!output.isTTY) return { show: () => {}, clear: () => {} }
  return {
    show: ({ stage, done, total }: Progress): void => {
      output.write(`${CLEAR}${stage} ${done}/${total}`)
    },
    clear: (): void => {
      output.write(CLEAR)
    },
  }
}

export type RelayProgress = {
  /** Shows the relay from now on, until `end`. */
  watch(relay: Relay): void
  /** Takes lines that stay. They stand above the line that is written again and again. */
  readonly above: Output
  end(): void
}

const EVERY_MS = 500

/** One line for a person who watches. If the output is not a terminal, only the lines that stay are written. */
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
 * A relay in one line: `consuming  1204 acked (56/s)  12 in flight  3400 waiting  2 retried`. It sums up all sources. Counts
 * of zero are left out, except that of the acked messages.
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
