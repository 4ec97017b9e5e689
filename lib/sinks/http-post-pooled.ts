import type { Client, Dispatcher } from 'undici'
import type { HttpMessage } from '../cloudevents/http-message.ts'
import {
  bytesOf,
  createPlainPost,
  endInTime,
  type HttpReply,
  isDocument,
  MAX_ANSWER_BYTES,
  type Post,
  parseRetryAfter,
  splitCredentials,
} from './http-post.ts'

/**
 * Posts over kept-alive connections of undici's: for a process that lives, because the package costs a cold start.
 *
 * undici ends a connection on which a `100 Continue` comes that it did not ask for, and HTTP allows it (RFC 9110, 15.2). So node:http
 * is used until the first answer has come, and further on for a receiver that says it.
 *
 * undici's own pool would not use a connection again within the turn that answered, and looks through all of them for a free one.
 */
export const createPooledPost = (url: URL, timeoutMs: number): Post => {
  const { target, authorization } = splitCredentials(url)
  const path = target.pathname + target.search
  const idle: Client[] = []
  let connect: (() => Client) | undefined
  let saysContinue = false
  let hasAnswered = false
  const plain = createPlainPost(url, timeoutMs, () => {
    saysContinue = true
  })
  const first: Post = async (message, signal) => {
    const reply = await plain(message, signal)
    hasAnswered = true
    return reply
  }
  const load = async (): Promise<() => Client> => {
    const undici = await import('undici')
    // The watch over each request ends one that takes too long, whatever it waits for.
    const options = { allowH2: false, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: timeoutMs } }
    connect = () => new undici.Client(target.origin, options)
    return connect
  }

  const send = (
    open: () => Client,
    message: HttpMessage<string | Buffer>,
    signal: AbortSignal | undefined,
  ): Promise<HttpReply> => {
    const client = idle.pop() ?? open()
    const { promise, resolve, reject } = Promise.withResolvers<HttpReply>()
    const failed = (error: Error): void => {
      if (isContinue(error)) {
        // It says so in some of its answers. Whether the request was taken is not known, so it goes again.
        saysContinue = true
        resolve(plain(message, signal))
      } else reject(error)
    }
    const exchange = new Exchange(message, resolve, failed, (error) => {
      if (error === undefined) idle.push(client)
      else void client.destroy(error)
    })
    exchange.endWatch = endInTime((error) => exchange.fail(error), timeoutMs, signal)
    const headers = { ...message.headers, ...authorization }
    client.dispatch({ method: 'POST', path, headers, body: bytesOf(message.body) }, exchange)
    return promise
  }
  return (message, signal) => {
    if (saysContinue) return plain(message, signal)
    if (!hasAnswered) return first(message, signal)
    return connect === undefined ? load().then((open) => send(open, message, signal)) : send(connect, message, signal)
  }
}

const isContinue = ({ cause }: Error): boolean => cause instanceof Error && cause.message === 'bad response'

/** The callbacks of undici for one request. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #message: HttpMessage<unknown>
  readonly #resolve: (reply: HttpReply) => void
  readonly #reject: (error: Error) => void
  /** Gives the connection back. With an error it cannot be used again. */
  readonly #release: (error?: Error) => void
  #isOver = false
  #size = 0
  /** An answer whose document is still to come. */
  #unread: { readonly reply: HttpReply; readonly chunks: Buffer[] } | undefined
  endWatch: () => void = () => {}

  constructor(
    message: HttpMessage<unknown>,
    resolve: (reply: HttpReply) => void,
    reject: (error: Error) => void,
    release: (error?: Error) => void,
  ) {
    this.#message = message
    this.#resolve = resolve
    this.#reject = reject
    this.#release = release
  }

  onRequestStart(): void {}

  onResponseStart(_: unknown, status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    if (status < 200) return
    const { 'content-type': type, 'retry-after': retryAfter } = headers
    const reply = { status, retryAfterSeconds: parseRetryAfter(oneOf(retryAfter)) }
    if (isDocument(oneOf(type), this.#message)) this.#unread = { reply, chunks: [] }
    // The status says whether the events were taken. Whatever becomes of the body changes nothing.
    else this.#resolve(reply)
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#unread?.chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > MAX_ANSWER_BYTES) this.fail(new Error('the answer is too long'))
  }

  onResponseEnd(): void {
    this.#finish()
  }

  onResponseError(_: unknown, error: Error): void {
    this.fail('code' in error && error.code === 'UND_ERR_SOCKET' ? new HungUpError(error) : error)
  }

  /** Nothing more comes. After a status this changes nothing any more. */
  fail(error: Error): void {
    if (this.#isOver) return
    this.#finish(error)
    this.#reject(error)
  }

  #finish(error?: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.endWatch()
    if (this.#unread !== undefined) {
      const { reply, chunks } = this.#unread
      this.#resolve({ ...reply, document: Buffer.concat(chunks).toString() })
    }
    this.#release(error)
  }
}

/** With the code that node:http has for it. */
class HungUpError extends Error {
  readonly code = 'ECONNRESET'

  constructor(cause: Error) {
    super('the other end closed the connection before its answer', { cause })
  }
}

const oneOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)
