import { type Backoff, backoffMs } from '../../backoff.ts'
import type { Logger } from '../../log.ts'
import { wait } from '../wait.ts'

type Why = 'silent' | 'failing'

/**
 * Whether messages go to the function. Shut when the function as a whole is in trouble: then one message at a time is
 * tried, ever more seldom, until one is taken, and no message is blamed.
 */
export type Gate = {
  readonly isShut: boolean
  /** Shut, although the function does say something: that it wants everything again. */
  readonly isFailing: boolean
  /** Since when, on the clock of `now`. */
  readonly shutAt: number | undefined
  /** `silent`: the function cannot be asked. `failing`: whatever it is asked, it wants it again. */
  shut(why: Why, error?: unknown): void
  /** The function says something, whatever that is: it is not silent. */
  heard(): void
  /** The function took or refused a message. */
  answered(): void
  /** A whole batch was to be retried, and so was what was tried alone. Shuts when that is too often in a row. */
  doubt(): void
  /**
   * Waits for a turn, then runs the attempt, unless the gate has opened or the signal aborted. The attempt itself tells
   * `answered`.
   */
  probe(attempt: () => Promise<void>, signal: AbortSignal): Promise<void>
}

export type GateOptions = {
  readonly name: string
  readonly backoff: Backoff
  readonly log: Logger
  readonly now: () => number
  readonly random: () => number
}

/** Batches in a row. */
const DOUBTS = 3

export const createGate = ({ name, backoff, log, now, random }: GateOptions): Gate => {
  let shutAt: number | undefined
  let why: Why = 'silent'
  let doubts = 0
  let failures = 0
  let turns: Promise<void> = Promise.resolve()

  const open = () => {
    if (shutAt === undefined) return
    log.info({ source: name, pausedMs: now() - shutAt }, 'resumed: the function answers')
    shutAt = undefined
  }
  const gate: Gate = {
    get isShut() {
      return shutAt !== undefined
    },
    get isFailing() {
      return shutAt !== undefined && why === 'failing'
    },
    get shutAt() {
      return shutAt
    },
    shut(cause, error) {
      // One that fails may fall silent too: then an answer alone is not enough.
      if (shutAt === undefined || cause === 'failing') why = cause
      const fields = { source: name, ...(error !== undefined && { error }) }
      if (shutAt !== undefined) return log.debug(fields, `still paused: ${WORDS[cause]}`)
      shutAt = now()
      failures = 0
      log.error(fields, `paused: ${WORDS[cause]}; no message is lost, and the function is tried again until it answers`)
    },
    heard() {
      if (why === 'silent') open()
    },
    answered() {
      doubts = 0
      open()
    },
    doubt() {
      doubts++
      if (doubts >= DOUBTS) gate.shut('failing')
    },
    async probe(attempt, signal) {
      const before = turns
      const { promise, resolve } = Promise.withResolvers<void>()
      turns = promise
      await before
      try {
        if (shutAt === undefined || signal.aborted) return
        await wait(backoffMs(failures, backoff, random()), signal)
        if (signal.aborted) return
        failures++
        await attempt()
      } finally {
        resolve()
      }
    },
  }
  return gate
}

const WORDS: Readonly<Record<Why, string>> = {
  silent: 'the function cannot be asked',
  failing: 'every message of several batches in a row is to be retried',
}
