import { batched, binary, type HttpMessage, structured } from '../cloudevents/http-message.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import type { Settle, Sink } from '../core/sink.ts'
import { hasCode, SinkRefusedError, SinkUnavailableError } from '../process/errors.ts'
import { type Failure, retrying } from '../process/retrying.ts'
import { type AttemptOptions, asked, BACKOFF, codeOf } from './attempts.ts'
import { createPost, type HttpReply } from './http-post.ts'
import { createSign } from './webhook-signature.ts'

/**
 * How an HTTP sink gets its events. `batch`: one event alone in structured mode, several as one batch. `structured`, `binary`: one
 * request for each event, which every receiver of CloudEvents takes (a Knative broker takes no batches).
 */
export const SINK_MODES = ['batch', 'structured', 'binary'] as const
export type SinkMode = (typeof SINK_MODES)[number]

export type HttpSinkOptions = AttemptOptions & {
  readonly mode: SinkMode
  /** Secrets of Standard Webhooks. Absent: requests are not signed. */
  readonly signingSecrets?: readonly string[]
}

/** Permanent failures: the sink would refuse the same event every time. */
const REFUSED = new Set([400, 413, 414, 422, 431])
const PASSING = new Set([408, 425, 429])

/** Posts events to an `http:` or `https:` URL. Credentials in the URL become a Basic header. */
export const createHttpSink = (url: URL, options: HttpSinkOptions): Sink => {
  const post = createPost(url, options.timeoutMs)
  const where = `sink ${url.origin}`
  const sign = createSign(options.signingSecrets ?? [], Date.now)

  const send = (
    events: readonly CloudEvent[],
    message: HttpMessage,
    ...[retries, signal]: [number, AbortSignal | undefined]
  ) => {
    if (sizeOf(message.headers) > MAX_HEADER_BYTES) throw new SinkRefusedError(`${where}: ${TOO_LARGE}`)
    // A receiver refuses an old timestamp, so each attempt has its own.
    const signed = () => ({ ...message, headers: { ...message.headers, ...sign(events, message.body) } })
    return retrying(() => attempt(signed(), signal), { ...BACKOFF, retries, signal })
  }

  const attempt = async (message: HttpMessage, signal: AbortSignal | undefined): Promise<Failure | undefined> => {
    try {
      return failureOf(where, await post(message, signal))
    } catch (cause) {
      return { error: new SinkUnavailableError(`${where}: no answer (${codeOf(cause)})`, { cause }), nextAfterMs: 0 }
    }
  }

  /** Sends the events one by one. After a failure it goes on with the next event, unless the sink as a whole is out of reach. */
  const sendEach = async (events: readonly CloudEvent[], signal: AbortSignal | undefined, settle?: Settle) => {
    const encode = options.mode === 'binary' ? binary : structured
    const refusals: unknown[] = []
    const failures: unknown[] = []
    for (const event of events) {
      const before = failures.at(-1)
      try {
        if (before !== undefined && isOutOfReach(before)) throw before
        // A sink in trouble gets one chance an event: our own sender waits too.
        await send([event], encode(event), before === undefined ? options.retries : 0, signal)
        settle?.(event, 'taken')
      } catch (error) {
        settle?.(event, { error })
        if (hasCode<SinkRefusedError>(error, 'sink_refused')) refusals.push(error)
        else failures.push(error)
      }
    }
    const [first] = [...failures, ...refusals]
    if (first !== undefined) throw first
  }

  return {
    deliver: async (events, signal, settle) => {
      if (options.mode !== 'batch' || events.length < 2) return sendEach(events, signal, settle)
      try {
        await send(events, batched(events), options.retries, signal)
      } catch (error) {
        // A refused batch does not say which event it was.
        if (hasCode<SinkRefusedError>(error, 'sink_refused')) return sendEach(events, signal, settle)
        throw error
      }
    },
  }
}

/** More than any server takes that was seen. Most would cut the connection, which looks like an accident and never ends. */
const MAX_HEADER_BYTES = 65_536
const TOO_LARGE = `the attributes of the event take more than ${MAX_HEADER_BYTES} bytes as headers`

const sizeOf = (headers: HttpMessage['headers']): number =>
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0)

/** The sink does not answer, or it asks for a pause, or the caller's time is over: the next event would fail too. */
const isOutOfReach = (error: unknown): boolean =>
  !hasCode<SinkUnavailableError>(error, 'sink_unavailable') ||
  error.cause !== undefined ||
  error.retryAfterSeconds !== undefined

const failureOf = (where: string, { status, retryAfterSeconds }: HttpReply): Failure | undefined => {
  if (status >= 200 && status < 300) return undefined
  if (REFUSED.has(status)) {
    return { error: new SinkRefusedError(`${where}: refused the event (${status})`), nextAfterMs: 'never' }
  }
  if (PASSING.has(status) || status >= 500) {
    return asked(`${where}: answered ${status}`, retryAfterSeconds)
  }
  // 401, 404, a redirect: somebody has to mend the setup, and trying again in a moment will not.
  const error = new SinkUnavailableError(`${where}: answered ${status}: check the sink's URL and credentials`)
  return { error, nextAfterMs: 'never' }
}
