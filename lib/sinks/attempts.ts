import type { CloudEvent } from '../core/cloudevent.ts'
import type { Sink } from '../core/sink.ts'
import { hasCode, isTidingsError, SinkRefusedError, SinkUnavailableError } from '../process/errors.ts'
import { type Failure, retrying } from '../process/retrying.ts'

export const BACKOFF = { firstMs: 100, maxMs: 10_000 }

export type AttemptOptions = {
  /** The limit of one attempt, in milliseconds. */
  readonly timeoutMs: number
  /** Attempts after the first, with exponential backoff and jitter. */
  readonly retries: number
}

/** The result of an attempt for one event. Undefined: the service has confirmed it. */
export type Answer = Failure | undefined

export type Client = {
  /** How messages call the service. Without credentials. */
  readonly where: string
  /** Sends events in their order. Resolves to an answer for each, in the same order; rejects where no event got one. */
  readonly send: (events: readonly CloudEvent[]) => Promise<readonly Answer[]>
  readonly close?: () => Promise<void>
}

/**
 * A sink for a service that confirms each event. It sends an event again if the service did not confirm it, and does not if the
 * service refused it. It settles each event as soon as its fate is known.
 */
export const createClientSink = ({ where, send, close }: Client, { timeoutMs, retries }: AttemptOptions): Sink => ({
  deliver: async (events, signal, settle) => {
    let waiting = events
    let refusal: unknown
    const attempt = async (): Promise<Answer> => {
      const answers = await withinTime(send(waiting), timeoutMs).catch((thrown: unknown) => {
        const failure = noAnswer(where, thrown)
        return waiting.map(() => failure)
      })
      const left: CloudEvent[] = []
      let first: Answer
      for (const [index, event] of waiting.entries()) {
        const answer = answers[index]
        if (answer === undefined) settle?.(event, 'taken')
        else if (hasCode<SinkRefusedError>(answer.error, 'sink_refused')) {
          refusal ??= answer.error
          settle?.(event, { error: answer.error })
        } else {
          left.push(event)
          first ??= answer
        }
      }
      waiting = left
      return first
    }
    if (events.length > 0) await retrying(attempt, { ...BACKOFF, retries, signal })
    if (refusal !== undefined) throw refusal
  },
  ...(close && { close }),
})

/** The failure of a request that got no answer. An error of this package already says what is wrong and whether it will pass. */
const noAnswer = (where: string, thrown: unknown): Failure =>
  isTidingsError(thrown)
    ? { error: thrown, nextAfterMs: 'never' }
    : unavailable(`${where}: no answer (${codeOf(thrown)})`, thrown)

/** Another attempt may succeed. */
export const unavailable = (message: string, cause?: unknown): Failure => ({
  error: new SinkUnavailableError(message, cause === undefined ? {} : { cause }),
  nextAfterMs: 0,
})

/** If a service asks for a longer wait than this, our own sender is told to wait instead: it can wait longer than a function. */
const MAX_RETRY_AFTER_SECONDS = 2

/** As `unavailable`, where the service may have asked for a delay. */
export const asked = (message: string, retryAfterSeconds: number | undefined, cause?: unknown): Failure => {
  const error = new SinkUnavailableError(message, { retryAfterSeconds, ...(cause !== undefined && { cause }) })
  const seconds = retryAfterSeconds ?? 0
  return { error, nextAfterMs: seconds > MAX_RETRY_AFTER_SECONDS ? 'never' : seconds * 1000 }
}

/** Somebody has to change the setup first. */
export const misconfigured = (message: string, cause?: unknown): Failure => ({
  ...unavailable(message, cause),
  nextAfterMs: 'never',
})

export const refused = (message: string): Failure => ({ error: new SinkRefusedError(message), nextAfterMs: 'never' })

/** No service takes an event again that it found too large. */
export const tooLarge = (where: string, size: number, limit: number): Failure =>
  refused(`${where}: the event takes ${size} bytes, and the limit is ${limit}`)

/** @throws TimeoutError when the time is over first */
export const withinTime = async <Value>(promised: Promise<Value>, timeoutMs: number): Promise<Value> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DOMException('no answer within the time', 'TimeoutError')), timeoutMs)
  try {
    return await Promise.race([promised, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The code of an error, or its name. */
export const codeOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown'
  // Node says that the request was aborted; why stands in the cause, such as a TimeoutError.
  if (cause.name === 'AbortError' && cause.cause instanceof Error) return cause.cause.name
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.name
}

/** The place that a URL names, without credentials. */
export const placeOf = ({ protocol, host, pathname }: URL): string =>
  host === '' ? `sink ${protocol}${pathname}` : `sink ${protocol}//${host}`
