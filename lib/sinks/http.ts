import { setTimeout as delay } from 'node:timers/promises'
import pRetry, { AbortError } from 'p-retry'
import { SinkRefusedError, SinkUnavailableError } from '../errors.ts'
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

const FIRST_BACKOFF_MS = 100
/** A sink that asks for more patience than this is answered to our own sender, who can wait better than we can. */
const MAX_RETRY_AFTER_SECONDS = 2
/** Statuses that mean the event, not the moment: the same bytes would be refused for ever. */
const REFUSED = new Set([400, 413, 422])
const PASSING = new Set([408, 425, 429])

/** Posts events to an `http:` or `https:` URL. Credentials in the URL become a Basic header. */
export const createHttpSink = (url: URL, options: HttpSinkOptions): Sink => {
  const post = createPost(url, options.timeoutMs)
  const where = `sink ${url.origin}`

  const send = (message: HttpMessage, ids: readonly string[], signal: AbortSignal | undefined): Promise<void> =>
    pRetry(() => attempt(message, ids, signal), {
      retries: options.retries,
      minTimeout: FIRST_BACKOFF_MS,
      randomize: true,
      signal,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        const seconds = error instanceof SinkUnavailableError ? (error.retryAfterSeconds ?? 0) : 0
        if (seconds > MAX_RETRY_AFTER_SECONDS) throw error
        if (retriesLeft > 0) await delay(seconds * 1000, undefined, { signal })
      },
    })

  const attempt = async (message: HttpMessage, ids: readonly string[], signal: AbortSignal | undefined) => {
    const reply = await post(message, signal).catch((cause) => {
      throw new SinkUnavailableError(`${where}: no answer (${codeOf(cause)})`, { cause })
    })
    if (reply.status >= 200 && reply.status < 300) return
    throw failure(where, reply, ids)
  }

  const sendEach = async (events: readonly CloudEvent[], signal: AbortSignal | undefined) => {
    const encode = options.mode === 'binary' ? binary : structured
    const refused: SinkRefusedError[] = []
    for (const event of events) {
      await send(encode(event), [event.id], signal).catch((error) => {
        if (!(error instanceof SinkRefusedError)) throw error
        refused.push(error)
      })
    }
    if (refused[0])
      throw new SinkRefusedError(
        refused[0].message,
        refused.flatMap((error) => error.events),
      )
  }

  return {
    deliver: async (events, signal) => {
      if (options.mode !== 'batch' || events.length < 2) return sendEach(events, signal)
      const ids = events.map(({ id }) => id)
      await send(batched(events), ids, signal).catch((error) => {
        // A refused batch does not say which event it was.
        if (error instanceof SinkRefusedError) return sendEach(events, signal)
        throw error
      })
    },
  }
}

const failure = (where: string, { status, retryAfterSeconds }: HttpReply, ids: readonly string[]): Error => {
  if (REFUSED.has(status)) {
    return new AbortError(new SinkRefusedError(`${where}: refused the event (${status})`, ids))
  }
  if (PASSING.has(status) || status >= 500) {
    return new SinkUnavailableError(`${where}: answered ${status}`, { retryAfterSeconds })
  }
  // 401, 404, a redirect: somebody has to mend the setup, and trying again in a moment will not.
  return new AbortError(new SinkUnavailableError(`${where}: answered ${status}: check the sink's URL and credentials`))
}

const codeOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return 'unknown'
  // Node says that the request was aborted; why stands in the cause, such as a TimeoutError.
  if (cause.name === 'AbortError' && cause.cause instanceof Error) return cause.cause.name
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return cause.name
}
