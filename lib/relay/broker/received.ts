import type { ConsumeMessage } from 'amqplib'
import type { RelayMessage } from '../message.ts'
import type { Source } from '../options.ts'
import { HEADERS, originalHeaders } from './headers.ts'

/** A message that the relay holds, unacked. */
export type Received = {
  /** As the function sees it: what the relay's own round trips added is gone. */
  readonly message: RelayMessage
  /** Tries that failed before, in earlier rounds. */
  readonly attempts: number
  readonly firstQueue: string
}

export const toReceived = ({ fields, properties, content }: ConsumeMessage, { queue, vhost }: Source): Received => {
  const { deliveryTag, redelivered, exchange, routingKey } = fields
  const where = { queue: queue.name, vhost, deliveryTag, body: content }
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {}
  if (typeof headers[HEADERS.exchange] !== 'string')
    return { message: { ...where, redelivered, exchange, routingKey, properties }, attempts: 0, firstQueue: queue.name }
  return {
    message: {
      ...where,
      // A new message for the broker, and none for the function.
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
