import { MAX_ANSWER_BYTES } from './http-post.ts'

type ReplyHead = {
  readonly status: number
  readonly contentType: string | undefined
  readonly retryAfter: string | undefined
  /** How many seconds the receiver keeps an idle connection, if it says so. */
  readonly keepAlive: number | undefined
}

/** The part of the answer that comes next. `rest`: all until the connection is closed. */
type Part = 'head' | 'counted' | 'size' | 'chunk' | 'trailer' | 'rest' | 'nothing'

/** Reads the answer to one POST as it comes (HTTP/1.1, RFC 9112). Interim answers (1xx) are passed over. */
export class ReplyReader {
  /** Undefined until the status is known. */
  head: ReplyHead | undefined
  /** Each byte as a character of Latin-1. */
  body = ''
  /** Whether the connection can take another request after this answer. */
  keepsOpen = true
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

  /** @throws ReplyError for bytes that are not HTTP/1.1, and for an answer that is too long */
  read(bytes: Buffer): void {
    this.#size += bytes.length
    this.#text += bytes.toString('latin1')
    while (!this.isOver && this.#readPart());
    // What is left is a head or a line without its end, which is searched again with the next bytes.
    if (this.#size > MAX_BYTES || this.#text.length > MAX_HEAD_BYTES) throw new ReplyError(TOO_LONG)
    if (this.isOver && this.#text !== '') this.keepsOpen = false
  }

  /** Reads the next part of the answer. Returns false if more bytes have to come first. */
  #readPart(): boolean {
    if (this.#part === 'head') return this.#readHead()
    if (this.#part === 'size') return this.#readSize()
    if (this.#part === 'trailer') return this.#readTrailer()
    const taken = this.#part === 'rest' ? this.#text : this.#text.slice(0, this.#left)
    this.body += taken
    this.#text = this.#text.slice(taken.length)
    this.#left -= taken.length
    if (this.#part === 'rest' || this.#left > 0) return false
    if (this.#part === 'chunk') {
      if (!this.body.endsWith('\r\n')) throw new ReplyError(NOT_HTTP)
      this.body = this.body.slice(0, -2)
    }
    this.#part = this.#part === 'chunk' ? 'size' : 'nothing'
    return true
  }

  #readHead(): boolean {
    if (!START.startsWith(this.#text.slice(0, START.length))) throw new ReplyError(NOT_HTTP)
    const end = this.#text.indexOf('\r\n\r\n')
    if (end < 0) return false
    if (end + 4 > MAX_HEAD_BYTES) throw new ReplyError(TOO_LONG)
    const text = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + 4)
    const [, minor, digits] = HEAD.exec(text) ?? []
    const status = Number(digits)
    if (minor === undefined || status === 101) throw new ReplyError(NOT_HTTP)
    if (status < 200) return true
    const fields = fieldsOf(text)
    const { connection = minor === '0' ? 'close' : '', 'content-length': length = '0' } = fields
    const [, seconds] = /timeout=(\d+)/i.exec(fields['keep-alive'] ?? '') ?? []
    this.head = {
      status,
      contentType: fields['content-type'],
      retryAfter: fields['retry-after'],
      keepAlive: seconds === undefined ? undefined : Number(seconds),
    }
    this.keepsOpen = !/\bclose\b/i.test(connection)
    if (status === 204 || status === 304) {
      // If the receiver does send the body that it announces, nobody must take that for the next answer.
      if (length !== '0' || fields['transfer-encoding'] !== undefined) this.keepsOpen = false
      this.#part = 'nothing'
    } else this.#part = this.#framing(fields)
    return true
  }

  #framing({ 'transfer-encoding': coding, 'content-length': length }: Fields): Part {
    if (coding !== undefined) {
      // RFC 9112, 6.3: the receiver or a proxy before it is confused about where the answer ends.
      if (length !== undefined) this.keepsOpen = false
      return /^chunked$/i.test(coding) ? 'size' : 'rest'
    }
    if (length === undefined) return 'rest'
    if (!/^\d{1,15}$/.test(length)) throw new ReplyError(NOT_HTTP)
    this.#left = Number(length)
    return 'counted'
  }

  #readSize(): boolean {
    const line = this.#readLine()
    if (line === undefined) return false
    const [, digits] = CHUNK_SIZE.exec(line) ?? []
    if (digits === undefined) throw new ReplyError(NOT_HTTP)
    const size = Number.parseInt(digits, 16)
    this.#left = size + 2
    this.#part = size === 0 ? 'trailer' : 'chunk'
    return true
  }

  #readTrailer(): boolean {
    const line = this.#readLine()
    if (line === '') this.#part = 'nothing'
    return line !== undefined
  }

  #readLine(): string | undefined {
    const end = this.#text.indexOf('\r\n')
    if (end < 0) return undefined
    const line = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + 2)
    return line
  }
}

/** Its code is the one that Node.js uses for an error of a protocol. */
class ReplyError extends Error {
  readonly code = 'EPROTO'
}

const NOT_HTTP = 'the answer is not HTTP/1.1'
const TOO_LONG = 'the answer is too long'
/** As much as Node.js allows. */
const MAX_HEAD_BYTES = 16_384
const MAX_BYTES = MAX_ANSWER_BYTES + MAX_HEAD_BYTES
const START = 'HTTP/1.'
const HEAD = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?(?:\r\n[!#$%&'*+\-.^_`|~\w]+:[^\r\n]*)*$/
const CHUNK_SIZE = /^([\da-f]{1,8})[ \t]*(?:;|$)/i

type Field = 'connection' | 'content-length' | 'content-type' | 'keep-alive' | 'retry-after' | 'transfer-encoding'
type Fields = { readonly [name in Field]?: string }
const FIELD = /\r\n(connection|content-length|content-type|keep-alive|retry-after|transfer-encoding):[ \t]*([^\r\n]*)/gi

/** The headers that matter here, by their names in lower case. Values of a repeated header are joined; of Retry-After the first counts. */
const fieldsOf = (head: string): Fields => {
  const fields: { [name in Field]?: string } = {}
  for (const [, name = '', value = ''] of head.matchAll(FIELD)) {
    const key = name.toLowerCase() as Field
    const before = fields[key]
    if (before !== undefined && key === 'retry-after') continue
    fields[key] = before === undefined ? value.trimEnd() : `${before}, ${value.trimEnd()}`
  }
  return fields
}
