/** The head of an answer (HTTP/1.1, RFC 9112), as far as it matters to whoever posts. */
export type ReplyHead = {
  readonly status: number
  readonly contentType: string | undefined
  readonly retryAfterSeconds: number | undefined
  /** How many seconds the receiver keeps an idle connection, if it says so. */
  readonly keepAliveSeconds: number | undefined
  /** Whether the connection can take another request after this answer. */
  readonly keepsOpen: boolean
  /** The bytes of the body. `rest`: all until the connection is closed. */
  readonly length: number | 'chunked' | 'rest'
}

/**
 * Reads a head, without the empty line after it. Undefined: it is that of an interim answer (1xx).
 *
 * @throws PostError for what is not HTTP/1.1
 */
export const readHead = (text: string): ReplyHead | undefined => {
  const [, minor, digits] = HEAD.exec(text) ?? []
  const status = Number(digits)
  if (minor === undefined || status === 101) throw notHttp()
  if (status < 200) return undefined
  const fields = fieldsOf(text)
  const { connection = minor === '0' ? 'close' : '', 'content-length': length, 'transfer-encoding': coding } = fields
  const hasNoBody = status === 204 || status === 304
  // If the receiver does send the body that it announces, nobody must take that for the next answer. And where both stand, the receiver
  // or a proxy before it is confused about where the answer ends (RFC 9112, 6.3).
  const isClear = hasNoBody
    ? coding === undefined && (length ?? '0') === '0'
    : coding === undefined || length === undefined
  const [, keepAlive] = /timeout=(\d+)/i.exec(fields['keep-alive'] ?? '') ?? []
  return {
    status,
    contentType: fields['content-type'],
    retryAfterSeconds: parseRetryAfter(fields['retry-after']),
    keepAliveSeconds: keepAlive === undefined ? undefined : Number(keepAlive),
    keepsOpen: isClear && !/\bclose\b/i.test(connection),
    length: hasNoBody ? 0 : lengthOf(coding, length),
  }
}

const lengthOf = (coding: string | undefined, length: string | undefined): ReplyHead['length'] => {
  if (coding !== undefined) return /^chunked$/i.test(coding) ? 'chunked' : 'rest'
  if (length === undefined) return 'rest'
  if (!/^\d{1,15}$/.test(length)) throw notHttp()
  return Number(length)
}

/** Its codes are those that Node.js uses for the same. */
export class PostError extends Error {
  readonly code: 'EPROTO' | 'ECONNRESET' | 'ERR_INVALID_CHAR'

  constructor(code: PostError['code'], message: string) {
    super(message)
    this.code = code
  }
}

export const notHttp = (): PostError => new PostError('EPROTO', 'the answer is not HTTP/1.1')

const HEAD = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n]*)?(?:\r\n[!#$%&'*+\-.^_`|~\w]+:[^\r\n]*)*$/

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

/** Seconds, or an HTTP date (RFC 9110, 10.2.3). At most a day: some clocks and some numbers are wrong. */
const parseRetryAfter = (value: string | undefined): number | undefined => {
  if (value === undefined) return undefined
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000)
  return Number.isNaN(seconds) ? undefined : Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(0, seconds))
}

const MAX_RETRY_AFTER_SECONDS = 86_400
