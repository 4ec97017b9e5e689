import { notHttp, PostError, type ReplyHead, readHead } from './reply-head.ts'

/** The part of the answer that comes next. `rest`: all until the connection is closed. */
type Part = 'head' | 'counted' | 'size' | 'chunk' | 'trailer' | 'rest' | 'nothing'

/** Reads the answer to one POST as it comes (HTTP/1.1, RFC 9112). Interim answers (1xx) are passed over. */
export class ReplyReader {
  /** Undefined until the status is known. */
  head: ReplyHead | undefined
  /** Each byte as a character of Latin-1. */
  body = ''
  #part: Part = 'head'
  /** Bytes that have come and are not read yet, each as a character of Latin-1. */
  #text = ''
  /** Bytes that are still to come of the body, or of a chunk with its line end. */
  #left = 0
  /** Bytes of the whole answer so far. */
  #size = 0

  get isOver(): boolean {
    return this.#part === 'nothing'
  }

  /** Whether the connection can take another request after this answer. After superfluous bytes it cannot. */
  get keepsOpen(): boolean {
    return this.head?.keepsOpen === true && this.#text === ''
  }

  /** @throws PostError for bytes that are not HTTP/1.1, and for an answer that is too long */
  read(bytes: Buffer): void {
    this.#size += bytes.length
    this.#text += bytes.toString('latin1')
    while (!this.isOver && this.#readPart());
    // The rest is a head or a line without its end. It is searched again with the next bytes.
    if (this.#size > MAX_BYTES || this.#text.length > MAX_HEAD_BYTES) throw tooLong()
  }

  /** Reads the next part of the answer. Returns false if more bytes have to come first. */
  #readPart(): boolean {
    if (this.#part === 'head') return this.#readHead()
    if (this.#part === 'size' || this.#part === 'trailer') return this.#readLine()
    const taken = this.#part === 'rest' ? this.#text : this.#text.slice(0, this.#left)
    this.body += taken
    this.#text = this.#text.slice(taken.length)
    this.#left -= taken.length
    if (this.#part === 'rest' || this.#left > 0) return false
    if (this.#part === 'chunk') {
      if (!this.body.endsWith('\r\n')) throw notHttp()
      this.body = this.body.slice(0, -2)
    }
    this.#part = this.#part === 'chunk' ? 'size' : 'nothing'
    return true
  }

  #readHead(): boolean {
    if (!START.startsWith(this.#text.slice(0, START.length))) throw notHttp()
    const end = this.#text.indexOf('\r\n\r\n')
    if (end < 0) return false
    if (end + 4 > MAX_HEAD_BYTES) throw tooLong()
    this.head = readHead(this.#text.slice(0, end))
    this.#text = this.#text.slice(end + 4)
    if (this.head === undefined) return true
    const { length } = this.head
    if (typeof length === 'number') {
      this.#part = 'counted'
      this.#left = length
    } else this.#part = length === 'chunked' ? 'size' : 'rest'
    return true
  }

  #readLine(): boolean {
    const end = this.#text.indexOf('\r\n')
    if (end < 0) return false
    const line = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + 2)
    if (this.#part === 'size') {
      const [, digits] = CHUNK_SIZE.exec(line) ?? []
      if (digits === undefined) throw notHttp()
      const size = Number.parseInt(digits, 16)
      this.#left = size + 2
      this.#part = size === 0 ? 'trailer' : 'chunk'
    } else if (line === '') this.#part = 'nothing'
    return true
  }
}

const tooLong = (): PostError => new PostError('EPROTO', 'the answer is too long')

const START = 'HTTP/1.'
/** As much as Node.js allows. */
const MAX_HEAD_BYTES = 16_384
/** A body is read to its end, so that the connection can be used again, unless it is longer than about this. */
const MAX_BODY_BYTES = 65_536
const MAX_BYTES = MAX_BODY_BYTES + MAX_HEAD_BYTES
const CHUNK_SIZE = /^([\da-f]{1,8})[ \t]*(?:;|$)/i
