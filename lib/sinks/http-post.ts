import { isIP, connect as openPlain, type Socket } from 'node:net'
import { unescape as percentDecode } from 'node:querystring'
import type { HttpMessage } from '../cloudevents/http-message.ts'
import { whenAborted } from '../process/unless-aborted.ts'
import { noAnswerInTime } from './attempts.ts'
import { Connection, type HttpReply, type WantsBody } from './http-connection.ts'
import { PostError } from './reply-head.ts'
import { ReplyReader } from './reply-reader.ts'

/**
 * Posts one message, and resolves once the status of the answer is known. It rejects if the connection fails, the time is over or the
 * signal aborts before that, and with a PostError for a header that HTTP cannot carry.
 */
export type Post = (message: HttpMessage<string | Buffer>, signal: AbortSignal | undefined) => Promise<HttpReply>

/**
 * Posts over a pool of connections that stay open (HTTP/1.1, RFC 9112). A POST takes a third of the CPU of one over node:http
 * (docs/performance.md). Redirects are not followed: they would take events, and credentials, to a place that nobody configured.
 */
export const createPost = (url: URL, timeoutMs: number, wantsBody: WantsBody = () => false): Post => {
  const { target, authorization } = splitCredentials(url)
  const start = `POST ${target.pathname}${target.search} HTTP/1.1\r\nhost: ${target.host}\r\nconnection: keep-alive\r\n`
  const open = opener(target)
  /** The connection that was used last is taken first, so that superfluous ones stay idle and are closed. */
  const idle: Connection[] = []

  return (message, signal) =>
    new Promise((resolve, reject) => {
      const head = start + linesOf({ ...message.headers, ...authorization })
      const connection = usable(idle) ?? new Connection(open(), idle)
      const endWatch = endInTime((error) => connection.socket.destroy(error), timeoutMs, signal)
      connection.post(head, { message, wantsBody, reader: new ReplyReader(), resolve, reject, endWatch })
    })
}

/** Takes the last idle connection that can have a request, and closes those that cannot. */
const usable = (idle: Connection[]): Connection | undefined => {
  for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
    if (last.isUsable) return last
    last.socket.destroy()
  }
  return undefined
}

/**
 * Calls `destroy` once the time is over or the signal aborts, whichever comes first. It does so also while the body of the answer
 * comes, which may not end by itself.
 *
 * @returns what ends the watch
 */
const endInTime = (
  destroy: (error: Error) => void,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): (() => void) => {
  const timer = setTimeout(() => destroy(noAnswerInTime()), timeoutMs)
  const abort = (): void => destroy(new DOMException('the caller does not wait any more', 'AbortError'))
  if (signal?.aborted) abort()
  const forget = signal && whenAborted(signal, abort)
  return () => {
    clearTimeout(timer)
    forget?.()
  }
}

/**
 * Headers as they are sent, each with its line end.
 *
 * @throws PostError for characters that HTTP cannot carry
 */
export const linesOf = (headers: Readonly<Record<string, string>>): string => {
  let lines = ''
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name) || !FIELD_VALUE.test(value))
      throw new PostError(
        'ERR_INVALID_CHAR',
        `the header ${JSON.stringify(name)} has characters that HTTP cannot carry`,
      )
    lines += `${name}: ${value}\r\n`
  }
  return lines
}

/** RFC 9110, 5.6.2 and 5.5. Values of node:http may not have other characters either, but its module would be loaded for nothing. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Returns what opens a connection. A TLS session is used again, because a full handshake takes much more CPU. */
const opener = (target: URL): (() => Socket) => {
  const isTls = target.protocol === 'https:'
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(target.port || (isTls ? 443 : 80))
  if (!isTls) return () => openPlain({ host, port })
  // To load it takes 10 ms of CPU.
  const { connect: openSecure } = process.getBuiltinModule('node:tls')
  const servername = isIP(host) === 0 ? host : ''
  let session: Buffer | undefined
  return () => {
    const socket = openSecure({
      host,
      port,
      servername,
      ALPNProtocols: ['http/1.1'],
      ...(session && { session }),
    })
    socket.on('session', (ticket) => {
      session = ticket
    })
    // The reason may be the session: a receiver behind a load balancer can refuse that of another one.
    socket.on('error', () => {
      session = undefined
    })
    // Nothing is sent to a server before its certificate is checked.
    socket.cork()
    return socket.once('secureConnect', () => socket.uncork())
  }
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
