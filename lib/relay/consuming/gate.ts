import type { Logger } from '../../process/log.ts'
import { type Backoff, backoffMs } from '../../process/retrying.ts'
import { wait } from '../wait.ts'

type Why = 'silent' | 'failing'

/**
 * Whether messages go to the function. The gate is shut while the function fails for all messages. Then the relay holds one
 * message at a time and tries it, with growing delays, until the function takes one. None of these tries counts.
 */
export type Gate = {
  readonly isShut: boolean
  /** `silent`: the function gives no answer. `failing`: it wants every message again. */
  shut(why: Why, error?: unknown): void
  /** The function gave an answer, whatever the verdicts are: it is not silent. */
  heard(): void
  /** The function took or refused a message. */
  answered(): void
  /**
   * The function wants all messages of a batch again. Shuts the gate when there were several such messages in a row. A message
   * that failed before may itself be the cause. It counts only if the function has taken nothing since the relay started, and
   * if the batch has several messages.
   *
   * @param attempts of each message, before this one
   */
  doubt(attempts: readonly number[]): void
  /** Resolves when the function may be tried again, or the signal aborts. */
  turn(signal: AbortSignal): Promise<void>
}

export type GateOptions = {
  readonly backoff: Backoff
  readonly log: Logger
  readonly now: () => number
  readonly random: () => number
}

/** The relay pauses after this many messages in a row that may show a fault of the function. */
const DOUBTS = 3

export const createGate = ({ backoff, log, now, random }: GateOptions): Gate => {
  let shutAt: number | undefined
  let why: Why = 'silent'
  let doubts = 0
  let failures = 0
  let hasAnswered = false

  const open = () => {
    if (shutAt === undefined) return
    log.info({ pausedMs: now() - shutAt }, 'resumed: the function answers')
    shutAt = undefined
  }
  const gate: Gate = {
    get isShut() {
      return shutAt !== undefined
    },
    shut(cause, error) {
      // If a function that fails falls silent too, an answer alone does not open the gate.
      if (shutAt === undefined || cause === 'failing') why = cause
      const fields = error === undefined ? {} : { error }
      if (shutAt !== undefined) return log.debug(fields, `still paused: ${WORDS[cause]}`)
      shutAt = now()
      failures = 0
      log.error(fields, `paused: ${WORDS[cause]}; no message is lost, and the function is tried again until it answers`)
    },
    heard() {
      if (why === 'silent') open()
    },
    answered() {
      hasAnswered = true
      doubts = 0
      open()
    },
    doubt(attempts) {
      const areAllDoubtful = !hasAnswered && attempts.length >= DOUBTS
      doubts += attempts.filter((count) => count === 0 || areAllDoubtful).length
      if (doubts >= DOUBTS) gate.shut('failing')
    },
    async turn(signal) {
      await wait(backoffMs(failures, backoff, random()), signal)
      failures++
    },
  }
  return gate
}

const WORDS: Readonly<Record<Why, string>> = {
  silent: 'the function gives no answer',
  failing: 'the function failed for several messages in a row',
}
