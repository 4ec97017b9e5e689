import { batched, binary, type HttpMessage, structured } from '../cloudevents/http-message.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import type { Settle, Sink } from '../core/sink.ts'
import { hasCode, SinkRefusedError, SinkUnavailableError } from '../process/errors.ts'
import { retrying } from '../process/retrying.ts'
import { timeIsOver } from '../process/unless-aborted.ts'
import { type AttemptOptions, asked, BACKOFF, codeOf } from './attempts.ts'
import type { HttpReply } from './http-connection.ts'
import { type HttpFailure, inGroups, type Parcel, type SendParcel } from './http-groups.ts'
import { createPost } from './http-post.ts'
import { createSign } from './webhook-signature.ts'

/**
 * How an HTTP sink gets its events. `batch`: one event alone in structured mode, several as one batch. `structured`, `binary`: one
 * request for each event, which every receiver of CloudEvents takes (a Knative broker takes no batches).
 */
export const SINK_MODES = ['batch', 'structured', 'binary'] as const
export type SinkMode = (typeof SINK_MODES)[number]

export type HttpSinkOptions = AttemptOptions & {
  readonly mode: SinkMode
  /** Whether events of several deliveries may go as one batch. For the mode `batch` alone, and where somebody asked for it. */
  readonly gathers?: boolean
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
  const { signingSecrets = [] } = options
  const sign = signingSecrets.length > 0 ? createSign(signingSecrets, Date.now) : undefined
  const messageOf = options.mode === 'binary' ? binaryOf : jsonOf

  const attempt: SendParcel = async (parcel) => {
    const message = messageOf(parcel)
    if (sizeOf(message.headers) > MAX_HEADER_BYTES) {
      return { error: new SinkRefusedError(`${where}: ${TOO_LARGE}`), nextAfterMs: 'never', fault: 'event' }
    }
    // A receiver refuses an old timestamp, so each attempt has its own.
    const headers = sign ? { ...message.headers, ...sign(parcel.events, message.body) } : message.headers
    try {
      return failureOf(where, await post({ headers, body: message.body }, parcel.signal))
    } catch (cause) {
      return noAnswer(where, cause)
    }
  }
  const inCompany =
    options.mode === 'batch' && options.gathers ? inGroups(attempt, () => noAnswer(where, timeIsOver())) : attempt

  const send = (events: readonly CloudEvent[], retries: number, signal: AbortSignal | undefined): Promise<void> => {
    const parcel = { events, texts: options.mode === 'binary' ? [] : events.map(toJson), signal }
    return retrying(() => inCompany(parcel), { ...BACKOFF, retries, signal })
  }

  /** Sends the events one by one. After a failure it goes on with the next event, unless the sink as a whole is out of reach. */
  const sendEach = async (events: readonly CloudEvent[], signal: AbortSignal | undefined, settle?: Settle) => {
    const refusals: unknown[] = []
    const failures: unknown[] = []
    for (const event of events) {
      const before = failures.at(-1)
      try {
        if (before !== undefined && isOutOfReach(before)) throw before
        // A sink that fails gets one attempt an event: the sender of the notification waits too.
        await send([event], before === undefined ? options.retries : 0, signal)
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

  const sendBatch = async (events: readonly CloudEvent[], signal: AbortSignal | undefined, settle?: Settle) => {
    try {
      await send(events, options.retries, signal)
    } catch (error) {
      // A refused batch does not say which event it was.
      if (hasCode<SinkRefusedError>(error, 'sink_refused')) return sendEach(events, signal, settle)
      throw error
    }
  }

  return {
    deliver: (events, signal, settle) => {
      if (options.mode === 'batch' && events.length > 1) return sendBatch(events, signal, settle)
      // Most calls have one event, and there is nothing to settle apart from the call.
      const [event, ...others] = events
      if (event !== undefined && others.length === 0) return send(events, options.retries, signal)
      return sendEach(events, signal, settle)
    },
  }
}

const toJson = (event: CloudEvent): string => JSON.stringify(event)

const jsonOf = ({ events, texts }: Parcel): HttpMessage => {
  const [text = ''] = texts
  return texts.length === 1 ? structured(events, text) : batched(events, texts)
}

const binaryOf = ({ events: [event] }: Parcel): HttpMessage => binary(event as CloudEvent) // Never more or less than one.

/** More than any server takes that was seen. Most would cut the connection, which looks like an accident and never ends. */
const MAX_HEADER_BYTES = 65_536
const TOO_LARGE = `the attributes of the event take more than ${MAX_HEADER_BYTES} bytes as headers`

const sizeOf = (headers: HttpMessage['headers']): number => {
  let size = 0
  for (const name in headers) size += name.length + (headers[name]?.length ?? 0)
  return size
}

/** The sink does not answer, or it asks for a pause, or the caller's time is over: the next event would fail too. */
const isOutOfReach = (error: unknown): boolean =>
  !hasCode<SinkUnavailableError>(error, 'sink_unavailable') ||
  error.cause !== undefined ||
  error.retryAfterSeconds !== undefined

/** The events may have been taken, so they are not sent again but for another try. */
const noAnswer = (where: string, cause: unknown): HttpFailure => ({
  error: new SinkUnavailableError(`${where}: no answer (${codeOf(cause)})`, { cause }),
  nextAfterMs: 0,
  fault: AWAY.has(codeOf(cause)) ? 'receiver' : 'unknown',
})

/** No connection came about, so no event was the reason. */
const AWAY = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

const failureOf = (where: string, { status, retryAfterSeconds }: HttpReply): HttpFailure | undefined => {
  if (status >= 200 && status < 300) return undefined
  if (REFUSED.has(status)) {
    return {
      error: new SinkRefusedError(`${where}: refused the event (${status})`),
      nextAfterMs: 'never',
      fault: 'event',
    }
  }
  if (PASSING.has(status) || status >= 500) {
    // A receiver may stumble over one event. One that is overloaded says 503, or when to come again.
    const isOfEvent = status >= 500 && status !== 503 && retryAfterSeconds === undefined
    return { ...asked(`${where}: answered ${status}`, retryAfterSeconds), fault: isOfEvent ? 'event' : 'receiver' }
  }
  // 401, 404, a redirect: somebody has to mend the setup, and trying again in a moment will not.
  const error = new SinkUnavailableError(`${where}: answered ${status}: check the sink's URL and credentials`)
  return { error, nextAfterMs: 'never', fault: 'receiver' }
}
