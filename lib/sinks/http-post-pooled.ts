import { validateHeaderName, validateHeaderValue } from 'node:http'
import { isIP, connect as openPlain, type Socket } from 'node:net'
import { connect as openSecure } from 'node:tls'
import { urlToHttpOptions } from 'node:url'
import type { HttpMessage } from '../cloudevents/http-message.ts'
import { endInTime, type HttpReply, isDocument, type Post, parseRetryAfter, splitCredentials } from './http-post.ts'
import { ReplyReader } from './reply-reader.ts'

/**
 * Posts over kept-alive connections (HTTP/1.1, RFC 9112), each with one request at a time. It is for processes that live long: a POST
 * takes half the CPU of one over node:http (docs/performance.md).
 *
 * The promise rejects if the connection fails, the time is over or the signal aborts before the status has come, and with a TypeError
 * for a header that HTTP cannot carry.
 */
export const createPooledPost = (url: URL, timeoutMs: number): Post => {
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
      connection.post(head, { message, reader: new ReplyReader(), resolve, reject, endWatch })
    })
}

/** Takes the last idle connection that is open. The other end may have closed one whose `close` event is still to come. */
const usable = (idle: Connection[]): Connection | undefined => {
  for (let last = idle.pop(); last !== undefined; last = idle.pop()) if (last.socket.writable) return last
  return undefined
}

/**
 * Headers as they are sent, each with its line end.
 *
 * @throws TypeError for characters that HTTP cannot carry
 */
const linesOf = (headers: Readonly<Record<string, string>>): string => {
  let lines = ''
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    lines += `${name}: ${value}\r\n`
  }
  return lines
}

/** Returns what opens a connection. A TLS session is used again, because a full handshake takes much more CPU. */
const opener = (target: URL): (() => Socket) => {
  const { hostname = '', port } = urlToHttpOptions(target)
  const host = String(hostname)
  if (target.protocol === 'http:') return () => openPlain({ host, port: Number(port ?? 80) })
  const servername = isIP(host) === 0 ? host : ''
  let session: Buffer | undefined
  return () => {
    const socket = openSecure({
      host,
      port: Number(port ?? 443),
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

/** A request that waits for its answer. `endWatch` ends the watch of its time and signal. */
type Exchange = {
  readonly message: HttpMessage<string | Buffer>
  readonly reader: ReplyReader
  readonly resolve: (reply: HttpReply) => void
  readonly reject: (error: Error) => void
  readonly endWatch: () => void
}

/** Many receivers close a connection that was idle for 5 s, and a request that is sent at that moment gets no answer. */
const MAX_IDLE_MS = 4000
/** A connection is closed so much earlier than the receiver says that it would close it. */
const IDLE_RESERVE_MS = 1000

class Connection {
  readonly socket: Socket
  /** The connections of the pool that have no request. */
  readonly #idle: Connection[]
  #exchange: Exchange | undefined
  #error: Error | undefined

  constructor(socket: Socket, idle: Connection[]) {
    this.socket = socket
    this.#idle = idle
    socket.setNoDelay(true)
    socket.setTimeout(MAX_IDLE_MS)
    socket.on('timeout', () => {
      if (this.#exchange === undefined) socket.destroy()
    })
    socket.on('data', (bytes) => this.#read(bytes))
    socket.on('error', (error) => {
      this.#error = error
    })
    socket.on('close', () => this.#closed())
  }

  post(head: string, exchange: Exchange): void {
    const { socket } = this
    const { body } = exchange.message
    this.#exchange = exchange
    socket.ref()
    const start = `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n`
    if (typeof body === 'string' && ASCII.test(head)) {
      // One write takes less CPU than two.
      socket.write(start + body)
      return
    }
    socket.cork()
    socket.write(start, 'latin1')
    socket.write(body)
    socket.uncork()
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange
    if (exchange === undefined) {
      // There is no request that these bytes could answer.
      this.socket.destroy()
      return
    }
    const { reader, message } = exchange
    try {
      reader.read(bytes)
    } catch (error) {
      this.socket.destroy(error as Error)
      return
    }
    // The status says whether the events were taken. Whatever becomes of the body changes nothing.
    if (reader.isOver || (reader.head !== undefined && !isDocument(reader.head.contentType, message))) settle(exchange)
    if (reader.isOver) this.#finish(exchange)
  }

  #finish({ reader, endWatch }: Exchange): void {
    const { socket } = this
    endWatch()
    this.#exchange = undefined
    const seconds = reader.head?.keepAlive
    const idleMs = seconds === undefined ? MAX_IDLE_MS : Math.min(MAX_IDLE_MS, seconds * 1000 - IDLE_RESERVE_MS)
    // An answer may come before all of the request was sent.
    if (!reader.keepsOpen || idleMs <= 0 || socket.writableLength > 0) {
      socket.destroy()
      return
    }
    if (socket.timeout !== idleMs) socket.setTimeout(idleMs)
    socket.unref()
    this.#idle.push(this)
  }

  #closed(): void {
    const place = this.#idle.indexOf(this)
    if (place >= 0) this.#idle.splice(place, 1)
    const exchange = this.#exchange
    if (exchange === undefined) return
    exchange.endWatch()
    if (exchange.reader.head === undefined) exchange.reject(this.#error ?? new HungUpError())
    else settle(exchange)
  }
}

const ASCII = /^[\0-\x7f]*$/

/** Resolves the request's promise if the status is known. Only the first call has an effect. */
const settle = ({ reader: { head, body }, message, resolve }: Exchange): void => {
  if (head === undefined) return
  const { status, contentType, retryAfter } = head
  const reply = { status, retryAfterSeconds: parseRetryAfter(retryAfter) }
  const document = isDocument(contentType, message) ? Buffer.from(body, 'latin1').toString() : undefined
  resolve(document === undefined ? reply : { ...reply, document })
}

/** Its code is the one that node:http uses for this. */
class HungUpError extends Error {
  readonly code = 'ECONNRESET'

  constructor() {
    super('the other end closed the connection before its answer')
  }
}
