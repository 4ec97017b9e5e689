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
