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

/** Tells the answer for an event, by its place among those that were sent. */
export type Tell = (index: number, answer: Answer) => void

/**
 * Sends events in their order, and tells the answer for each as soon as the service gives it. Rejects where the others get none.
 *
 * @param isOver once it is true, nobody listens: what was not sent yet is not to be sent
 */
export type Send = (events: readonly CloudEvent[], tell: Tell, isOver: () => boolean) => Promise<void>

export type Client = {
  /** How messages call the service. Without credentials. */
  readonly where: string
  readonly send: Send
  readonly close?: () => Promise<void>
}

/**
 * A sink for a service that confirms each event. It sends an event again if the service did not confirm it, and does not if the
 * service refused it. It settles each event as soon as its fate is known. An attempt lasts as long as answers come.
 */
export const createClientSink = ({ where, send, close }: Client, { timeoutMs, retries }: AttemptOptions): Sink => ({
  deliver: async (events, signal, settle) => {
    let waiting = events
    let refusal: unknown
    const attempt = async (): Promise<Answer> => {
      const tried = waiting
      const open = new Map(tried.entries())
      let first: Answer
      const tell = (index: number, answer: Answer): void => {
        const event = open.get(index)
        if (event === undefined) return
        if (answer === undefined) settle?.(event, 'taken')
        else if (isRefusal(answer)) {
          refusal ??= answer.error
          settle?.(event, { error: answer.error })
        } else {
          first ??= answer
          return
        }
        open.delete(index)
      }
      await whileAnswering((heard, isOver) => {
        const tellInTime: Tell = (index, answer) => {
          if (isOver()) return
          heard()
          tell(index, answer)
        }
        return send(tried, tellInTime, () => isOver() || signal?.aborted === true)
      }, timeoutMs).catch((thrown: unknown) => {
        first ??= noAnswer(where, thrown)
      })
      waiting = [...open.values()]
      return waiting.length === 0
        ? undefined
        : (first ?? unavailable(`${where}: the time was over before the event was sent`))
    }
    if (events.length > 0) await retrying(attempt, { ...BACKOFF, retries, signal })
    if (refusal !== undefined) throw refusal
  },
  ...(close && { close }),
})

/**
 * Waits for work that tells when it hears from the other end.
 *
 * @throws TimeoutError when it has not heard anything for that time
 */
const whileAnswering = async (
  work: (heard: () => void, isOver: () => boolean) => Promise<void>,
  timeoutMs: number,
): Promise<void> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(noAnswerInTime()), timeoutMs)
  let isOver = false
  try {
    await Promise.race([
      work(
        () => timer.refresh(),
        () => isOver,
      ),
      late,
    ])
  } finally {
    isOver = true
    clearTimeout(timer)
  }
}

export const noAnswerInTime = (): DOMException => new DOMException('no answer within the time', 'TimeoutError')

/** The failure of a request that got no answer. An error of this package already says what is wrong and whether it will pass. */
const noAnswer = (where: string, thrown: unknown): Failure => {
  if (isTidingsError(thrown)) return { error: thrown, nextAfterMs: 'never' }
  const code = codeOf(thrown)
  if (!UNTRUSTED.test(code)) return unavailable(`${where}: no answer (${code})`, thrown)
  const remedy = 'name the file of its authority in the parameter ca or in NODE_EXTRA_CA_CERTS'
  return misconfigured(`${where}: the server's certificate is not of a trusted authority (${code}): ${remedy}`, thrown)
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED =
  /^(UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|\w*SELF_SIGNED_CERT\w*|CERT_SIGNATURE_FAILURE)$/

/** Another attempt may succeed. */
export const unavailable = (message: string, cause?: unknown): Failure => ({
  error: new SinkUnavailableError(message, cause === undefined ? {} : { cause }),
  nextAfterMs: 0,
})

/** If a service asks for a longer wait than this, the sender of the notification is asked to wait instead: it can wait longer than a function. */
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

export const isRefusal = ({ error }: Failure): boolean => hasCode<SinkRefusedError>(error, 'sink_refused')

/**
 * No service takes an event again that it found too large.
 *
 * @param limit the name of the service's setting where the number is not known
 */
export const tooLarge = (where: string, size: number, limit: number | string): Failure =>
  refused(`${where}: the event takes ${size} bytes, and the limit is ${limit}`)

/** @throws TimeoutError when the time is over first */
export const withinTime = async <Value>(promised: Promise<Value>, timeoutMs: number): Promise<Value> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(noAnswerInTime()), timeoutMs)
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
