import * as http from 'node:http'
import * as https from 'node:https'
import { unescape as percentDecode } from 'node:querystring'
import { urlToHttpOptions } from 'node:url'
import type { HttpMessage } from '../cloudevents/http-message.ts'

export type HttpReply = {
  readonly status: number
  readonly retryAfterSeconds: number | undefined
  /** The body, if it is a problem document (RFC 9457), or JSON that the request asked for. */
  readonly document?: string
}

/** Posts one message, and resolves once the answer is known. The signal, and the end of its time, end the request. */
export type Post = (message: HttpMessage<string | Buffer>, signal: AbortSignal | undefined) => Promise<HttpReply>

type CreatePost = (url: URL, timeoutMs: number) => Post

/**
 * Posts over a pool of kept-alive connections. Redirects are not followed: they would take events, and credentials, to a
 * place that nobody configured.
 */
export const createPost: CreatePost = (url, timeoutMs) => create(url, timeoutMs)

/** Makes every pool opened from now on one of this client. */
export const postWith = (client: CreatePost): void => {
  create = client
}

/** Over node:http, which is there anyhow. */
export const createPlainPost = (url: URL, timeoutMs: number): Post => {
  const { Agent, request } = url.protocol === 'https:' ? https : http
  const { target, authorization } = splitCredentials(url)
  const options = { ...urlToHttpOptions(target), method: 'POST', agent: new Agent({ keepAlive: true }) }

  return (message, signal) =>
    new Promise((resolve, reject) => {
      const body = bytesOf(message.body)
      const headers = { ...message.headers, ...authorization, 'content-length': body.length }
      const outgoing = request({ ...options, headers })
      const end = endInTime((error) => outgoing.destroy(error), timeoutMs, signal)
      let hasStatus = false
      const failed = (error: Error): void => {
        if (!hasStatus) reject(error)
      }
      outgoing.on('error', failed)
      outgoing.on('close', () => {
        end()
        // No error comes before the close where a receiver switches to another protocol.
        failed(new Error('the connection was closed before an answer'))
      })
      outgoing.on('response', (response) => {
        hasStatus = true
        const { 'content-type': type, 'retry-after': retryAfter } = response.headers
        const reply = { status: response.statusCode ?? 0, retryAfterSeconds: parseRetryAfter(retryAfter) }
        // The status says whether the events were taken. Whatever becomes of the body changes nothing.
        if (isDocument(type, message)) readBody(response, (document) => resolve({ ...reply, document }))
        else {
          resolve(reply)
          readBody(response)
        }
      })
      outgoing.end(body)
    })
}

let create: CreatePost = createPlainPost

/**
 * Calls `destroy` once the time is over or the signal aborts, whichever comes first.
 *
 * @returns what ends the watch
 */
export const endInTime = (
  destroy: (error: Error) => void,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): (() => void) => {
  // The watch goes on while the body of the answer comes: it ends one that does not end by itself.
  const timer = setTimeout(() => destroy(new DOMException('no answer within the time', 'TimeoutError')), timeoutMs)
  if (signal === undefined) return () => clearTimeout(timer)
  const abort = (): void => destroy(new DOMException('the caller does not wait any more', 'AbortError'))
  if (signal.aborted) {
    clearTimeout(timer)
    abort()
  }
  signal.addEventListener('abort', abort, { once: true })
  return () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

/** Encodes a text, and does not copy bytes. */
const bytesOf = (body: string | Buffer): Buffer => (typeof body === 'string' ? Buffer.from(body) : body)

/** The body of any other answer is not kept. */
export const isDocument = (contentType: string | undefined, { headers }: HttpMessage<unknown>): boolean =>
  contentType !== undefined &&
  (PROBLEM.test(contentType) || (headers.accept === JSON_TYPE && JSON_ANSWER.test(contentType)))

export const JSON_TYPE = 'application/json'
const JSON_ANSWER = /^application\/json\b/i
const PROBLEM = /^application\/problem\+json\b/i

/** An answer's body is read to its end, so that the connection can be used again, unless it is longer than this. */
export const MAX_ANSWER_BYTES = 65_536

const readBody = (response: http.IncomingMessage, done?: (text: string) => void): void => {
  const chunks: Buffer[] = []
  let size = 0
  response.on('error', () => {})
  response.on('close', () => done?.(Buffer.concat(chunks).toString()))
  response.on('data', (chunk: Buffer) => {
    if (done !== undefined) chunks.push(chunk)
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) response.destroy()
  })
}

/** The URL without its user and password, and the header that sends them. */
export const splitCredentials = (url: URL) => {
  const target = new URL(url)
  target.username = ''
  target.password = ''
  if (url.username === '' && url.password === '') return { target, authorization: {} }
  // decodeURIComponent would throw for a `%` that encodes nothing.
  const credentials = `${percentDecode(url.username)}:${percentDecode(url.password)}`
  return { target, authorization: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } }
}

/** Seconds, or an HTTP date (RFC 9110, 10.2.3). At most a day: some clocks and some numbers are wrong. */
export const parseRetryAfter = (value: string | undefined): number | undefined => {
  if (value === undefined) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(0, seconds))
}

const MAX_RETRY_AFTER_SECONDS = 86_400
