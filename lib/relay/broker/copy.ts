import type { ConsumeMessage, GetMessage, Options } from 'amqplib'
import type { Source } from '../options.ts'
import type { RelayMessage } from '../relay-message.ts'

/** Headers that the relay adds to the copies it publishes: to its retry queues, and to its dead letters. */
export const HEADERS = {
  /** Where the publisher sent the message. A copy is published to another queue. */
  exchange: 'x-tidings-exchange',
  routingKey: 'x-tidings-routing-key',
  /** How often the message was tried: a number. */
  attempts: 'x-tidings-attempts',
  /** The reason for which it is a dead letter, as text. */
  reason: 'x-tidings-reason',
  /** How many processes ended while they handled the message: a number. */
  deaths: 'x-tidings-deaths',
  /** A message that is handled alone is not tried before this time: RFC 3339, UTC. */
  notBefore: 'x-tidings-not-before',
  /** When the copy was made: RFC 3339, UTC. */
  time: 'x-tidings-time',
  /** The user id of the original. RabbitMQ accepts a message with a user id from that user alone. */
  userId: 'x-tidings-user-id',
  /** The number of a copy, unique within one connection. It says which copy the broker returned. */
  copy: 'x-tidings-copy',
} as const

/**
 * Headers that a broker adds to a message that was dead-lettered (https://www.rabbitmq.com/docs/dlx#effects) or that comes
 * from a quorum queue.
 */
const BROKERS = /^x-(death$|(first|last)-death-|(delivery|acquired)-count$)/

/** The headers that the publisher gave the message. */
export const originalHeaders = (headers: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-tidings-') && !BROKERS.test(name)))

/** A message that the relay holds, unacked. */
export type Received = {
  /** The message as the function sees it, without the headers of the relay's own copies. */
  readonly message: RelayMessage
  /** How many tries failed before it was taken. */
  readonly attempts: number
}

/** A message with its history: which processes handled it before. */
export type Taken = Received & {
  /** The broker delivers it again: a consumer had it before and did not settle it. */
  readonly isAgain: boolean
  /** How many processes ended while they handled it. */
  readonly deaths: number
  /** A message that is handled alone is not tried before this time. */
  readonly notBefore: Date | undefined
  /** Identifies the copy. Empty if the message is not a copy. */
  readonly copy: string
}

export const toTaken = (message: ConsumeMessage | GetMessage, source: Source): Taken => {
  const received = toReceived(message, source)
  const isAgain = message.fields.redelivered
  const headers = copyHeaders(message)
  if (headers === undefined) return { ...received, isAgain, deaths: 0, notBefore: undefined, copy: '' }
  return {
    ...received,
    isAgain,
    deaths: wholeNumber(headers[HEADERS.deaths]),
    notBefore: date(headers[HEADERS.notBefore]),
    copy: [HEADERS.time, HEADERS.copy].map((name) => text(headers[name]) ?? '').join(''),
  }
}

export const toReceived = (received: ConsumeMessage | GetMessage, { queue, vhost }: Source): Received => {
  const { fields, properties, content } = received
  const { deliveryTag, redelivered } = fields
  const { exchange, routingKey } = originOf(received)
  const where = { queue: queue.name, vhost, deliveryTag, body: content, exchange, routingKey }
  const headers = copyHeaders(received)
  if (headers === undefined) return { message: { ...where, redelivered, properties }, attempts: 0 }
  return {
    message: {
      ...where,
      // For the broker a copy is a new message, but not for the function.
      redelivered: true,
      properties: {
        ...properties,
        userId: text(headers[HEADERS.userId]) ?? properties.userId,
        headers: originalHeaders(headers),
      },
    },
    attempts: wholeNumber(headers[HEADERS.attempts]),
  }
}

/**
 * The headers of a message that the relay itself published. A publisher may write the same headers into its message, so what
 * counts is where it was published, which the broker says: the relay uses the default exchange, and publishers use that of
 * their service. To use the default exchange they need the right to write to any queue.
 */
export const copyHeaders = (message: ConsumeMessage | GetMessage): Headers | undefined => {
  const headers: Headers = message.properties.headers ?? {}
  const isOurs = message.fields.exchange === '' && typeof headers[HEADERS.exchange] === 'string'
  return isOurs && firstDeath(headers) === undefined ? headers : undefined
}

type Headers = Readonly<Record<string, unknown>>
type Origin = { readonly exchange: string; readonly routingKey: string }

/** Where the publisher sent a message, even if the relay or the broker has moved it since. */
export const originOf = (message: ConsumeMessage | GetMessage): Origin => {
  const { exchange, routingKey } = message.fields
  if (exchange !== '') return { exchange, routingKey }
  const headers: Headers = message.properties.headers ?? {}
  const own = copyHeaders(message)
  const death = firstDeath(headers) ?? deathsOf(headers).at(-1)
  const keys = death?.['routing-keys']
  return {
    exchange: text(own?.[HEADERS.exchange]) ?? text(death?.exchange) ?? exchange,
    routingKey: text(own?.[HEADERS.routingKey]) ?? (Array.isArray(keys) ? text(keys[0]) : undefined) ?? routingKey,
  }
}

/** The header `x-death`, the last death first (https://www.rabbitmq.com/docs/dlx#effects). */
export const deathsOf = (headers: Headers): readonly Headers[] => {
  const deaths = headers['x-death']
  return Array.isArray(deaths) ? deaths.filter((death) => typeof death === 'object' && death !== null) : []
}

/** The entry of `x-death` that names an exchange: a publisher used that exchange. The relay's copies have no `x-death`. */
const firstDeath = (headers: Headers): Headers | undefined => deathsOf(headers).find(({ exchange }) => text(exchange))

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Whoever may publish to the default exchange can write a header, so a wrong value counts as 0. */
const wholeNumber = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0

const date = (value: unknown): Date | undefined => {
  const time = new Date(text(value) ?? '')
  return Number.isNaN(time.getTime()) ? undefined : time
}

export type CopyChanges = {
  /** All tries so far. */
  readonly attempts: number
  /** The reason for which it is a dead letter. */
  readonly reason?: string
  /** How many processes ended while they handled the message. */
  readonly deaths?: number
  readonly notBefore?: Date | undefined
  readonly time: Date
}

/** Characters. Headers and properties share one frame. */
const MAX_REASON = 1000

/**
 * The properties of a copy: those of the publisher, and headers in which the relay remembers its tries. Three are left out
 * because they would act on the copy: `expiration` (a dead letter would expire), `userId` (the broker would refuse it from
 * another user) and `CC` (the broker would copy it further).
 */
export const copyProperties = (
  { message }: Received,
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
