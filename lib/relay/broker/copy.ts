import type { ConsumeMessage, GetMessage, Options } from 'amqplib'
import type { Source } from '../options.ts'
import type { RelayMessage } from '../relay-message.ts'

/** Headers that the relay adds to the copies it publishes: to its retry queues, and to its dead letters. */
export const HEADERS = {
  /** Where the message was first published to: a copy comes by another way. */
  exchange: 'x-tidings-exchange',
  routingKey: 'x-tidings-routing-key',
  /** How often the message was tried. A number. */
  attempts: 'x-tidings-attempts',
  /** Why it is a dead letter, in words. */
  reason: 'x-tidings-reason',
  /** How many processes ended while they had the message in hand. A number. */
  deaths: 'x-tidings-deaths',
  /** A message that is handled alone is not tried before this time: RFC 3339, UTC. */
  notBefore: 'x-tidings-not-before',
  /** The queue that it was first taken from. */
  firstQueue: 'x-tidings-first-queue',
  /** When the copy was made: RFC 3339, UTC. */
  time: 'x-tidings-time',
  /** Of the original: RabbitMQ takes a message with a user id from that user alone. */
  userId: 'x-tidings-user-id',
  /** Tells which copy the broker returned. Unique within one connection. */
  copy: 'x-tidings-copy',
} as const

/**
 * What a broker adds to a message that died in a queue (https://www.rabbitmq.com/docs/dlx#effects), or comes from a
 * quorum queue.
 */
const BROKERS = /^x-(death$|(first|last)-death-|(delivery|acquired)-count$)/

/** The headers that a publisher gave the message, whatever way it came. */
export const originalHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-tidings-') && !BROKERS.test(name)))

/** A message that the relay holds, unacked. */
export type Received = {
  /** As the function sees it: what the relay's own round trips added is gone. */
  readonly message: RelayMessage
  /** Tries that failed before, in earlier rounds. */
  readonly attempts: number
  readonly firstQueue: string
}

/** A message with what the queue and its copy tell of the processes that had it in hand before. */
export type Taken = Received & {
  /** The broker hands it out again: whoever had it before did not settle it. */
  readonly isAgain: boolean
  /** How many processes ended while they had it in hand. */
  readonly deaths: number
  /** A message that is handled alone is not tried before this time. */
  readonly notBefore: Date | undefined
  /** Names the copy; empty for a message that is no copy. */
  readonly copy: string
}

export const toTaken = (message: ConsumeMessage | GetMessage, source: Source): Taken => {
  const headers: Readonly<Record<string, unknown>> = message.properties.headers ?? {}
  return {
    ...toReceived(message, source),
    isAgain: message.fields.redelivered,
    deaths: wholeNumber(headers[HEADERS.deaths]),
    notBefore: date(headers[HEADERS.notBefore]),
    copy: [HEADERS.time, HEADERS.copy].map((name) => text(headers[name]) ?? '').join(''),
  }
}

export const toReceived = (
  { fields, properties, content }: ConsumeMessage | GetMessage,
  { queue, vhost }: Source,
): Received => {
  const { deliveryTag, redelivered, exchange, routingKey } = fields
  const where = { queue: queue.name, vhost, deliveryTag, body: content }
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {}
  if (typeof headers[HEADERS.exchange] !== 'string')
    return { message: { ...where, redelivered, exchange, routingKey, properties }, attempts: 0, firstQueue: queue.name }
  return {
    message: {
      ...where,
      // A new message for the broker, but not for the function.
      redelivered: true,
      exchange: text(headers[HEADERS.exchange]) ?? exchange,
      routingKey: text(headers[HEADERS.routingKey]) ?? routingKey,
      properties: {
        ...properties,
        userId: text(headers[HEADERS.userId]) ?? properties.userId,
        headers: originalHeaders(headers),
      },
    },
    attempts: wholeNumber(headers[HEADERS.attempts]),
    firstQueue: text(headers[HEADERS.firstQueue]) ?? queue.name,
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Anybody can write a header. */
const wholeNumber = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0

const date = (value: unknown): Date | undefined => {
  const time = new Date(text(value) ?? '')
  return Number.isNaN(time.getTime()) ? undefined : time
}

export type CopyChanges = {
  /** Tries so far, all of them. */
  readonly attempts: number
  /** Of a dead letter. */
  readonly reason?: string
  /** How many processes ended while they had the message in hand. */
  readonly deaths?: number
  readonly notBefore?: Date | undefined
  readonly time: Date
}

/** Characters; headers share one frame with the properties. */
const MAX_REASON = 1000

/**
 * Properties for a copy of a message: the publisher's, with what the relay has to remember in headers. Left out is what
 * would act on the copy instead: `expiration` (a dead letter would expire), `userId` (refused from any other user) and
 * `CC` (copied further).
 */
export const copyProperties = (
  { message, firstQueue }: Received,
  { attempts, reason, deaths, notBefore, time }: CopyChanges,
): Options.Publish => {
  const { expiration: _expiration, userId, headers = {}, deliveryMode: _mode, ...kept } = message.properties
  const { CC: _cc, BCC: _bcc, ...own } = originalHeaders(headers)
  return {
    ...withoutUndefined(kept),
    persistent: true,
    headers: {
      ...own,
      [HEADERS.exchange]: message.exchange,
      [HEADERS.routingKey]: message.routingKey,
      [HEADERS.attempts]: attempts,
      [HEADERS.firstQueue]: firstQueue,
      [HEADERS.time]: time.toISOString(),
      ...(userId !== undefined && { [HEADERS.userId]: userId }),
      ...(deaths !== undefined && { [HEADERS.deaths]: deaths }),
      ...(notBefore !== undefined && { [HEADERS.notBefore]: notBefore.toISOString() }),
      ...(reason !== undefined && { [HEADERS.reason]: reason.slice(0, MAX_REASON) }),
    },
  }
}

const withoutUndefined = (properties: object): object =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))
