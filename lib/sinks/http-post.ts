import * as http from 'node:http'
import * as https from 'node:https'
import { unescape as percentDecode } from 'node:querystring'
import type { HttpMessage } from '../cloudevents/http-message.ts'

export type HttpReply = {
  readonly status: number
  readonly retryAfterSeconds: number | undefined
  /** The body, if it is a problem document (RFC 9457). */
  readonly problem?: string
}

/**
 * Posts over a pool of kept-alive connections. Redirects are not followed: they would take events, and credentials, to a
 * place that nobody configured.
 */
export const createPost = (url: URL, timeoutMs: number) => {
  const { Agent, request } = url.protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true })
  const { target, authorization } = splitCredentials(url)

  return (message: HttpMessage<string | Buffer>, signal: AbortSignal | undefined): Promise<HttpReply> =>
    new Promise((resolve, reject) => {
      const timeout = AbortSignal.timeout(timeoutMs)
      const body = typeof message.body === 'string' ? Buffer.from(message.body) : message.body
      const outgoing = request(target, {
        method: 'POST',
        agent,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        headers: { ...message.headers, ...authorization, 'content-length': body.length },
      })
      outgoing.on('error', reject)
      outgoing.on('response', (response) => {
        const reply = {
          status: response.statusCode ?? 0,
          retryAfterSeconds: parseRetryAfter(response.headers['retry-after']),
        }
        // The status says whether the events were taken. Whatever becomes of the body changes nothing.
        if (PROBLEM.test(response.headers['content-type'] ?? ''))
          readBody(response, (problem) => resolve({ ...reply, problem }))
        else {
          resolve(reply)
          readBody(response)
        }
      })
      outgoing.end(body)
    })
}

const PROBLEM = /^application\/problem\+json\b/i

/** An answer's body is read to its end, so that the connection can be used again, unless it is longer than this. */
const MAX_ANSWER_BYTES = 65_536

/** The timeout of the request ends a body that does not end by itself. */
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

/** Seconds, or an HTTP date (RFC 9110, 10.2.3). */
const parseRetryAfter = (value: string | undefined): number | undefined => {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return Number(value)
  const milliseconds = Date.parse(value) - Date.now()
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, Math.ceil(milliseconds / 1000))
}
