import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { type HttpMessage, percentEncoded } from '../../cloudevents/http-message.ts'
import { KEPT_HEADER } from '../../core/dead-letter.ts'
import { formatOf } from '../../process/decompress.ts'
import { redactText } from '../../redaction/redact-text.ts'
import { type DeadLetter, namesIn, readableBody, recordOf } from './describe-dead-letter.ts'

/** A dead letter, wherever it lies. */
export type Letter = {
  readonly deadLetter: DeadLetter
  /** All of it for people, without secrets. */
  readonly shown: () => object
  /**
   * The request to a function when it is asked again. Undefined if the letter does not have the body of its message.
   *
   * @param opaqueSecret put back where it was hidden, since the function asks for it
   */
  readonly request: (opaqueSecret?: string) => HttpMessage<string | Buffer> | undefined
}

/** Looks at a letter. `back`: it stays. `out`: it was redriven, and leaves. `stop`: it stays, and no other is looked at. */
export type VisitLetter = (letter: Letter) => Promise<'back' | 'out' | 'stop'>

/** A place where dead letters lie: a file, a stream, a topic or a queue. */
export type Letters = {
  /** How messages call the place. Without credentials. */
  readonly name: string
  /** How many there are, where the service says so without a walk. */
  readonly count?: number
  /**
   * Looks once at each letter that was there at the start and was not redriven, the oldest first. A letter leaves after its visit,
   * so a walk that is killed loses none. Returns how many other things were skipped.
   */
  walk(visit: VisitLetter): Promise<number>
  /**
   * Keeps other redrives away from the place, where that can be done. Returns what ends it.
   *
   * @throws ConfigError when another redrive is under way
   */
  hold?(): Promise<() => Promise<void>>
}

/** The type of a dead letter that a function wrote (lib/core/dead-letter.ts). */
const TYPE = 'tidings.dead-letter'

const ID_LENGTH = 12

/** The letter that a document holds. Undefined if it is something else. */
export const toLetter = (document: unknown, index: number): Letter | undefined => {
  const event = recordOf(document)
  const { type, source, id, time } = event
  if (type !== TYPE || typeof id !== 'string' || typeof event.data !== 'object' || event.data === null) return undefined
  const data = recordOf(event.data)
  const body = bodyOf(data)
  const headers = headersOf(data)
  // It was searched for secrets as it was written.
  const readable = readableLetter(body)
  const { eventType = headers['ce-type'], messageId } = namesIn(readable)
  const deadLetter: DeadLetter = {
    index,
    id: createHash('sha256').update(`${source}\0${id}`).digest('hex').slice(0, ID_LENGTH),
    eventType,
    messageId,
    reason: redactText(reasonOf(data.reasons)),
    time: typeof time === 'string' ? time : undefined,
    bytes: body?.length ?? (typeof data.bodyBytes === 'number' ? data.bodyBytes : 0),
    ...(typeof data.function === 'string' && { function: data.function }),
    ...(typeof data.origin === 'string' && { origin: data.origin }),
  }
  const { body: _body, bodyBase64: _bytes, ...about } = data
  return {
    deadLetter,
    shown: () => ({ ...deadLetter, ...about, ...(body !== undefined && readable) }),
    request: (opaqueSecret) => {
      if (body === undefined) return undefined
      const shown = opaqueSecret === undefined || isUnauthorized(data) ? body : withOpaque(body, opaqueSecret)
      return { headers: withoutEncoding(headers, body), body: shown }
    },
  }
}

/** A message that showed no secret must not get one now. If a letter does not have all reasons, one may say so. */
const isUnauthorized = ({ reasons, reasonCount }: Readonly<Record<string, unknown>>): boolean =>
  reasonCount !== undefined ||
  !Array.isArray(reasons) ||
  reasons.some((reason) => UNAUTHORIZED.has(recordOf(reason).code))

const UNAUTHORIZED = new Set<unknown>(['unauthorized', 'not_a_notification'])

const HIDDEN_OPAQUE = /("opaqueData\\{0,7}"\s{0,8}:\s{0,8})(\\{0,7})"\[redacted\]\\{0,7}"/g

/** Each notification of OpenStack has one. Users choose the names in its payload, and no function looks for the secret there. */
const OPENSTACK = /"event_type\\{0,7}"\s{0,8}:/

/**
 * The body with the secret in place of each hidden `opaqueData`, also in JSON inside JSON. The texts inside a record, such as the
 * metadata of an object, are one level deeper than its own field. They are what a user wrote, and would go to the sink with the secret.
 */
const withOpaque = (body: Buffer, secret: string): Buffer => {
  const text = body.toString('latin1')
  if (OPENSTACK.test(text)) return body
  let level = Number.POSITIVE_INFINITY
  for (const [, , slashes = ''] of text.matchAll(HIDDEN_OPAQUE)) level = Math.min(level, slashes.length)
  const shown = text.replace(HIDDEN_OPAQUE, (hidden, name: string, slashes: string) => {
    if (slashes.length > level) return hidden
    let json = JSON.stringify(secret)
    // A quote has 1, 3 or 7 backslashes in JSON that is a text of JSON, one, two or three levels deep.
    for (let depth = slashes.length; depth > 0; depth >>= 1) json = JSON.stringify(json).slice(1, -1)
    return name + Buffer.from(json).toString('latin1')
  })
  return shown === text ? body : Buffer.from(shown, 'latin1')
}

/** Shows binary bytes unchanged: the writer of the letter has removed the secrets. */
const readableLetter = (body: Buffer = Buffer.of()) =>
  isUtf8(body) ? readableBody(body) : { bodyBase64: body.toString('base64') }

const bodyOf = ({ body, bodyBase64 }: Readonly<Record<string, unknown>>): Buffer | undefined => {
  if (typeof body === 'string') return Buffer.from(body)
  return typeof bodyBase64 === 'string' ? Buffer.from(bodyBase64, 'base64') : undefined
}

const reasonOf = (reasons: unknown): string =>
  (Array.isArray(reasons) ? reasons : [])
    .map(recordOf)
    .map(({ code, message }) => `${code}: ${message}`)
    .join('; ') || 'no reason is known'

/**
 * The headers of the message, for a request. A letter that somebody else wrote may have others, which would change the request or
 * show the function somebody's credentials.
 */
const headersOf = ({ headers }: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(recordOf(headers))
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter((pair): pair is readonly [string, string] => KEPT_HEADER.test(pair[0]) && typeof pair[1] === 'string')
      .map(([name, value]) => [name, name.startsWith('ce-') ? percentEncoded(value) : value]),
  )

/** A letter has the body decompressed, as its secrets were removed; the header is still that of the message. */
const withoutEncoding = (
  { 'content-encoding': encoding, ...headers }: Readonly<Record<string, string>>,
  body: Buffer,
): Readonly<Record<string, string>> =>
  encoding === undefined || formatOf(body) === undefined ? headers : { ...headers, 'content-encoding': encoding }

/** The letter in a message that has CloudEvents' attributes as headers with this prefix, or is a CloudEvent as a whole. */
export const letterOfMessage = (
  { headers, body, prefix }: { headers: ReadonlyMap<string, unknown>; body: Buffer; prefix: string },
  index: number,
): Letter | undefined => {
  const document = parsed(body.toString())
  const attributes = [...headers].flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
  )
  return toLetter(attributes.length === 0 ? document : { ...Object.fromEntries(attributes), data: document }, index)
}

export const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
