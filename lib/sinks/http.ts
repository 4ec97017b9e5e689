import { SinkRefusedError, SinkUnavailableError } from '../errors.ts'
import { type Failure, retrying } from '../retrying.ts'
import type { CloudEvent } from '../schemas/cloudevent.ts'
import { batched, binary, type HttpMessage, structured } from './http-message.ts'
import { createPost, type HttpReply } from './http-post.ts'
import type { SinkMode } from './mode.ts'
import type { Sink } from './sink.ts'

export type HttpSinkOptions = {
  readonly mode: SinkMode
  /** For one attempt, in milliseconds. */
  readonly timeoutMs: number
  /** Attempts after the first, with exponential backoff and jitter. */
  readonly retries: number
}

const BACKOFF = { firstMs: 100, maxMs: 10_000 }
/** A sink that asks for more patience than this is answered to our own sender, who can wait better than we can. */
const MAX_RETRY_AFTER_SECONDS = 2
/** Statuses that mean the event, not the moment: the same bytes would be refused for ever. */
const REFUSED = new Set([400, 413, 422])
const PASSING = new Set([408, 425, 429])

/** Posts events to an `http:` or `https:` URL. Credentials in the URL become a Basic header. */
export const createHttpSink = (url: URL, options: HttpSinkOptions): Sink => {
  const post = createPost(url, options.timeoutMs)
  const where = `sink ${url.origin}`

  const send = (message: HttpMessage, ids: readonly string[], retries: number, signal: AbortSignal | undefined) =>
    retrying(() => attempt(message, ids, signal), { ...BACKOFF, retries, signal })

  const attempt = async (
    message: HttpMessage,
    ids: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Failure | undefined> => {
    try {
      return failureOf(where, await post(message, signal), ids)
    } catch (cause) {
      return { error: new SinkUnavailableError(`${where}: no answer (${codeOf(cause)})`, { cause }), nextAfterMs: 0 }
    }
  }

  /** One that fails keeps none of the others from being sent, unless the sink as a whole is out of reach. */
  const sendEach = async (events: readonly CloudEvent[], signal: AbortSignal | undefined) => {
    const encode = options.mode === 'binary' ? binary : structured
    const refused: SinkRefusedError[] = []
    const failures: { readonly id: string; readonly error: unknown }[] = []
    for (const event of events) {
      const before = failures.at(-1)
      if (before !== undefined && isOutOfReach(before.error)) {
        failures.push({ id: event.id, error: before.error })
        continue
      }
      // A sink in trouble gets one chance an event: our own sender waits too.
      const retries = before === undefined ? options.retries : 0
      await send(encode(event), [event.id], retries, signal).catch((error) => {
        if (error instanceof SinkRefusedError) refused.push(error)
        else failures.push({ id: event.id, error })
      })
    }
    const refusedIds = refused.flatMap((error) => error.events)
    if (failures[0]) throw notTaken(failures[0].error, [...failures.map(({ id }) => id), ...refusedIds], events.length)
    if (refused[0]) throw new SinkRefusedError(refused[0].message, refusedIds)
  }

  return {
    deliver: async (events, signal) => {
      if (options.mode !== 'batch' || events.length < 2) return sendEach(events, signal)
      const ids = events.map(({ id }) => id)
      await send(batched(events), ids, options.retries, signal).catch((error) => {
        // A refused batch does not say which event it was.
        if (error instanceof SinkRefusedError) return sendEach(events, signal)
        throw error
      })
    },
  }
}

/** Nobody answers, or the answer asks for patience, or the caller's time is over: the next event would fare no better. */
const isOutOfReach = (error: unknown): boolean =>
  !(error instanceof SinkUnavailableError) || error.cause !== undefined || error.retryAfterSeconds !== undefined

/** What the sink refuses for ever is named with the rest: it is told so again when it comes again. */
const notTaken = (error: unknown, ids: readonly string[], count: number): unknown => {
  if (ids.length === count) return error
  const { message, retryAfterSeconds } =
    error instanceof SinkUnavailableError ? error : new SinkUnavailableError(String(error))
  const text = `${message} (${ids.length} of ${count} events were not taken)`
  return new SinkUnavailableError(text, { cause: error, retryAfterSeconds, events: ids })
}

const failureOf = (where: string, reply: HttpReply, ids: readonly string[]): Failure | undefined => {
  const { status, retryAfterSeconds } = reply
  if (status >= 200 && status < 300) return undefined
  if (REFUSED.has(status)) {
    return { error: new SinkRefusedError(`${where}: refused the event (${status})`, ids), nextAfterMs: 'never' }
  }
  if (PASSING.has(status) || status >= 500) {
    const error = new SinkUnavailableError(`${where}: answered ${status}`, { retryAfterSeconds })
    const seconds = retryAfterSeconds ?? 0
    return { error, nextAfterMs: seconds > MAX_RETRY_AFTER_SECONDS ? 'never' : seconds * 1000 }
  }
  // 401, 404, a redirect: somebody has to mend the setup, and trying again in a moment will not.
  const error = new SinkUnavailableError(`${where}: answered ${status}: check the sink's URL and credentials`)
  return { error, nextAfterMs: 'never' }
}

const codeOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown'
  // Node says that the request was aborted; why stands in the cause, such as a TimeoutError.
  if (cause.name === 'AbortError' && cause.cause instanceof Error) return cause.cause.name
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.name
}
