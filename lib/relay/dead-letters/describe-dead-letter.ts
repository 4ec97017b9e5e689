import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { ConsumeMessage } from 'amqplib'
import { redactBody } from '../../redaction/redact-body.ts'
import { redactText } from '../../redaction/redact-text.ts'
import { copyHeaders, deathsOf, HEADERS, originOf } from '../broker/copy.ts'
import type { Source } from '../options.ts'

/** A dead letter without its body. */
export type DeadLetter = {
  /** Its place in the queue. The oldest has 0. */
  readonly index: number
  /** A hash of exchange, routing key and body: it does not depend on the place, and equal messages share it. */
  readonly id: string
  readonly eventType: string | undefined
  readonly messageId: string | undefined
  readonly reason: string
  /** How often a relay tried it. 0 if the broker dead-lettered it. Absent if a function set it aside. */
  readonly attempts?: number
  /** When it became a dead letter, as RFC 3339. */
  readonly time: string | undefined
  readonly bytes: number
  /** The exchange that it was first published to. Absent if a function set it aside, and so are the next two. */
  readonly exchange?: string
  readonly routingKey?: string
  /** The queue that a redrive puts it into. */
  readonly queue?: string
  /** The function that set it aside, and how the message came to it. */
  readonly function?: string
  readonly origin?: string
}

/** One in a queue. */
export type QueuedDeadLetter = DeadLetter & Readonly<Record<'exchange' | 'routingKey' | 'queue', string>>

export const toDeadLetter = (message: ConsumeMessage, index: number, source: Source): QueuedDeadLetter => {
  const { properties, content } = message
  const own = copyHeaders(message) ?? {}
  const [death] = deathsOf(properties.headers ?? {})
  const origin = originOf(message)
  const { eventType, messageId } = namesIn(readableBody(content))
  const reason = text(own[HEADERS.reason])
  return {
    index,
    id: identityOf(origin, content),
    eventType,
    messageId: messageId ?? text(properties.messageId),
    reason: redactText(reason ?? reasonOf(death)),
    attempts: reason === undefined ? 0 : wholeNumber(own[HEADERS.attempts]),
    time: reason === undefined ? timeOf(death?.time) : text(own[HEADERS.time]),
    bytes: content.length,
    ...origin,
    queue: source.queue.name,
  }
}

const REASONS: Readonly<Record<string, string>> = {
  expired: 'expired in',
  maxlen: 'was dropped from the full',
  delivery_limit: 'reached the delivery limit of',
  rejected: 'was rejected by a consumer of',
}

const reasonOf = (death: Readonly<Record<string, unknown>> | undefined): string =>
  death === undefined
    ? 'no reason is known'
    : `${REASONS[String(death.reason)] ?? `became a dead letter (${death.reason}) in`} the queue ${death.queue}`

/** amqplib gives an AMQP timestamp as an object with a value in seconds. */
const timeOf = (value: unknown): string | undefined => {
  const seconds = isRecord(value) ? value.value : undefined
  return typeof seconds === 'number' && seconds < MAX_SECONDS ? new Date(seconds * 1000).toISOString() : undefined
}

/** The latest that a Date can hold. */
const MAX_SECONDS = 8.64e12

const ID_LENGTH = 12

const identityOf = ({ exchange, routingKey }: ReturnType<typeof originOf>, body: Buffer): string =>
  createHash('sha256').update(`${exchange}\0${routingKey}\0`).update(body).digest('hex').slice(0, ID_LENGTH)

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const wholeNumber = (value: unknown): number => (typeof value === 'number' && Number.isSafeInteger(value) ? value : 0)
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** A whole dead letter for people to read, without secrets. */
export type ShownDeadLetter = DeadLetter &
  ReadableBody & {
    /** The AMQP properties that are set. */
    readonly properties: unknown
  }

export const showDeadLetter = ({ properties, content }: ConsumeMessage, deadLetter: DeadLetter): ShownDeadLetter => ({
  ...deadLetter,
  properties: redacted(
    Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null)),
  ),
  ...readableBody(content),
})

/** Redacted text is normally still JSON. */
const redacted = (value: object): unknown => {
  const text = redactText(JSON.stringify(value))
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

type ReadableBody = {
  /** The document if the body is JSON, with the document inside `oslo.message` in its place. Else the text. */
  readonly body?: unknown
  /** If the body is not text. */
  readonly bodyBase64?: string
}

/** A body for people to read. OpenStack's secrets are removed before anything else looks at it. */
export const readableBody = (body: Buffer): ReadableBody => {
  const redacted = redactBody(body)
  const document = parsed(redacted.toString())
  if (document !== undefined) return { body: inPlace(document) }
  return isUtf8(redacted) ? { body: redacted.toString() } : { bodyBase64: redacted.toString('base64') }
}

/**
 * The type of a notification of oslo.messaging or of Ceph (that of its first record), or of a CloudEvent, and the id of one of
 * oslo.messaging. Undefined if the body is something else.
 */
export const namesIn = ({ body }: ReadableBody): { eventType: string | undefined; messageId: string | undefined } => {
  const { event_type, message_id, Records: records, specversion, type } = recordOf(recordOf(body)[MESSAGE] ?? body)
  const { eventName } = recordOf(Array.isArray(records) ? records[0] : undefined)
  const own = text(event_type) ?? text(eventName) ?? (specversion === undefined ? undefined : text(type))
  return { eventType: own, messageId: text(message_id) }
}

const MESSAGE = 'oslo.message'

/** In version 2 of oslo.messaging's envelope the notification is a string of JSON. */
const inPlace = (document: unknown): unknown => {
  const { [MESSAGE]: message } = recordOf(document)
  const inner = typeof message === 'string' ? parsed(message) : undefined
  return inner === undefined ? document : { ...recordOf(document), [MESSAGE]: inner }
}

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {} // Any object can be looked up by name.
