import type { Delivery, Outcome } from '../core/delivery.ts'
import { toReason } from '../process/errors.ts'
import { brokenBody, failures, listOf, messageHeaders, summarize, textOfBytes, unreadable } from './batch.ts'
import { type Envelope, isObject } from './envelope.ts'

/**
 * A batch of Lambda's RabbitMQ trigger (https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html), or of our relay:
 *
 * ```json
 * { "eventSource": "aws:rmq",
 *   "rmqMessagesByQueue": { "<queue>::<vhost>": [
 *     { "basicProperties": { "contentType": "…", "headers": { "k": { "bytes": [118] } } }, "redelivered": false,
 *       "data": "<base64>", "deliveryTag": 7, "exchange": "nova", "routingKey": "notifications.info" } ] } }
 * ```
 *
 * Delivery tag, exchange, routing key and `ordered` are the relay's alone. With `ordered: true` nothing is handled after a
 * message that has to come again.
 */
export type RabbitmqEvent = {
  readonly eventSource: 'aws:rmq'
  readonly rmqMessagesByQueue?: unknown
  readonly ordered?: unknown
}

/**
 * Where messages show their delivery tags, the answer names those to send again. Lambda gives none and takes no partial
 * answer: there any message that has to come again brings the whole batch again, by an error. `batchItemRejections`, with
 * their reasons, are those that the relay is to keep as dead letters.
 */
export const rabbitmq: Envelope<RabbitmqEvent> = {
  name: 'rabbitmq',
  matches: (event): event is RabbitmqEvent => isObject(event) && event.eventSource === 'aws:rmq',
  open: ({ rmqMessagesByQueue: queues, ordered }) => {
    if (!isObject(queues)) return unreadable('rmqMessagesByQueue', 'lists of messages by queue')
    const messages = Object.entries(queues).flatMap(([key, list]) =>
      listOf(list).map((message) => ({ queue: queueOf(key), message })),
    )
    const tags = messages.map(({ message }) => (isObject(message) ? message.deliveryTag : undefined))
    const isPartial = tags.length > 0 && tags.every((tag) => typeof tag === 'number')
    return {
      deliveries: messages.map(({ queue, message }) => toDelivery(queue, message, ordered === true)),
      seal: (outcomes) => {
        if (!isPartial) return summarize(outcomes)
        const failed = failures(outcomes, tags.length)
        const items = tags.map((tag, index) => ({ itemIdentifier: String(tag), refusal: refusalOf(outcomes[index]) }))
        const refused = items.filter(({ refusal }) => refusal !== undefined)
        return {
          batchItemFailures: items
            .filter(({ refusal }, index) => failed[index] && refusal === undefined)
            .map(({ itemIdentifier }) => ({ itemIdentifier })),
          ...(refused.length > 0 && {
            batchItemRejections: refused.map(({ itemIdentifier, refusal }) => ({ itemIdentifier, reason: refusal })),
          }),
        }
      },
    }
  },
}

/** The reason for which the relay has to keep a message as a dead letter. */
const refusalOf = (outcome: Outcome | undefined): string | undefined =>
  outcome?.type === 'reject' ? `${outcome.error.code}: ${toReason(outcome.error).message}` : undefined

/** `<queue>::<vhost>`; a queue's name may hold colons too. */
const queueOf = (key: string): string => key.slice(0, key.includes('::') ? key.lastIndexOf('::') : undefined)

const toDelivery = (queue: string, message: unknown, isOrdered: boolean): Delivery => {
  const { data, redelivered, exchange, routingKey, deliveryTag, basicProperties } = isObject(message) ? message : {}
  return {
    body: typeof data === 'string' ? Buffer.from(data, 'base64') : brokenBody(message),
    headers: headersOf(isObject(basicProperties) ? basicProperties : {}),
    origin: {
      kind: 'amqp',
      queue,
      redelivered: redelivered === true,
      ...(typeof exchange === 'string' && { exchange }),
      ...(typeof routingKey === 'string' && { routingKey }),
      ...(typeof deliveryTag === 'number' && { keepsRefused: true }),
    },
    ...(isOrdered && { orderGroup: queue }),
  }
}

const headersOf = ({ headers, contentType, contentEncoding }: Readonly<Record<string, unknown>>) => ({
  ...messageHeaders(isObject(headers) ? Object.entries(headers).map(([name, value]) => [name, headerText(value)]) : []),
  ...(typeof contentType === 'string' && { 'content-type': contentType }),
  ...(typeof contentEncoding === 'string' && { 'content-encoding': contentEncoding }),
})

/** A header's value as text. Lambda writes texts as bytes and other scalars as they are. Undefined for tables and lists, such as `x-death`. */
export const headerText = (value: unknown): string | undefined => {
  if (isObject(value)) return textOfBytes(value.bytes)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}
