import type { ConsumeMessage, GetMessage } from 'amqplib'
import type { Source } from '../options.ts'
import type { RelayMessage } from '../relay-message.ts'
import { HEADERS, originalHeaders } from './headers.ts'

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
