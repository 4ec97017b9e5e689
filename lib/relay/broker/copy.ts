import type { Options } from 'amqplib'
import { HEADERS, originalHeaders } from './headers.ts'
import type { Received } from './received.ts'

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
