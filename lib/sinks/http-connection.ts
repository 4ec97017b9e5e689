import type { Socket } from 'node:net'
import type { HttpMessage } from '../cloudevents/http-message.ts'
import { PostError } from './reply-head.ts'
import type { ReplyReader } from './reply-reader.ts'

export type HttpReply = {
  readonly status: number
  readonly retryAfterSeconds: number | undefined
  /** The body, if it is one that the caller wants. */
  readonly document?: string
}

/** Whether the caller wants the body of an answer of this type. Others are read only so that the connection can be used again. */
export type WantsBody = (contentType: string, headers: HttpMessage['headers']) => boolean

/** A request that waits for its answer. `endWatch` ends the watch of its time and signal. */
export type Exchange = {
  readonly message: HttpMessage<string | Buffer>
  readonly wantsBody: WantsBody
  readonly reader: ReplyReader
  readonly resolve: (reply: HttpReply) => void
  readonly reject: (error: Error) => void
  readonly endWatch: () => void
}

/** Many receivers close a connection that was idle for 5 s, and a request that is sent at that moment gets no answer. */
const MAX_IDLE_MS = 4000
/** A connection is closed so much earlier than the receiver says that it would close it. */
const IDLE_RESERVE_MS = 1000

/** A connection that stays open, and has one request at a time. */
export class Connection {
  readonly socket: Socket
  /** The connections of the pool that have no request. */
  readonly #idle: Connection[]
  #exchange: Exchange | undefined
  #error: Error | undefined
  /** By the clock. Its timer fires late in a process that was stopped, as Lambda stops one between invocations. */
  #idleUntil = 0

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

  /** Whether it can have a request. The other end may have closed it, and its `close` event is still to come. */
  get isUsable(): boolean {
    return this.socket.writable && Date.now() < this.#idleUntil
  }

  /** @param head request line and headers, each with its line end, without the length of the body */
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
    const { reader } = exchange
    try {
      reader.read(bytes)
    } catch (error) {
      this.socket.destroy(error as Error)
      return
    }
    // The status says whether the events were taken. Whatever becomes of the body changes nothing.
    if (reader.isOver || (reader.head !== undefined && !isWanted(exchange))) settle(exchange)
    if (reader.isOver) this.#finish(exchange)
  }

  #finish({ reader, endWatch }: Exchange): void {
    const { socket } = this
    endWatch()
    this.#exchange = undefined
    const seconds = reader.head?.keepAliveSeconds
    const idleMs = seconds === undefined ? MAX_IDLE_MS : Math.min(MAX_IDLE_MS, seconds * 1000 - IDLE_RESERVE_MS)
    // An answer may come before all of the request was sent.
    if (!reader.keepsOpen || idleMs <= 0 || socket.writableLength > 0) {
      socket.destroy()
      return
    }
    if (socket.timeout !== idleMs) socket.setTimeout(idleMs)
    this.#idleUntil = Date.now() + idleMs
    socket.unref()
    this.#idle.push(this)
  }

  #closed(): void {
    const place = this.#idle.indexOf(this)
    if (place >= 0) this.#idle.splice(place, 1)
    const exchange = this.#exchange
    if (exchange === undefined) return
    exchange.endWatch()
    if (exchange.reader.head === undefined) exchange.reject(this.#error ?? hungUp())
    else settle(exchange)
  }
}

const ASCII = /^[\0-\x7f]*$/

/** Resolves the request's promise if the status is known. Only the first call has an effect. */
const settle = (exchange: Exchange): void => {
  const { head, body } = exchange.reader
  if (head === undefined) return
  const { status, retryAfterSeconds } = head
  const document = isWanted(exchange) && { document: Buffer.from(body, 'latin1').toString() }
  exchange.resolve({ status, retryAfterSeconds, ...document })
}

const isWanted = ({ reader: { head }, message, wantsBody }: Exchange): boolean =>
  head?.contentType !== undefined && wantsBody(head.contentType, message.headers)

const hungUp = (): PostError => new PostError('ECONNRESET', 'the other end closed the connection before its answer')
