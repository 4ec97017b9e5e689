import type { Delivery } from '../core/delivery.ts'
import { brokenBody, failures, messageHeaders } from './batch.ts'
import { type Envelope, isObject } from './envelope.ts'
import { isSnsNotification, snsContent } from './sns-envelope.ts'

/**
 * A batch of one SQS queue (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html):
 *
 * ```json
 * { "Records": [
 *   { "messageId": "…", "body": "…", "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:…:queue",
 *     "messageAttributes": { "ce-type": { "stringValue": "…", "dataType": "String" } },
    "attributes": { "MessageGroupId": "…" } } ] }
 * ```
 *
 * The body may be a notification of SNS, whose Message it then is. A Ceph notification is a list of `Records` as well, from
 * another eventSource.
 */
export type SqsEvent = { readonly Records: readonly unknown[] }

export const sqs: Envelope<SqsEvent> = {
  name: 'sqs',
  matches: (event): event is SqsEvent => isObject(event) && Array.isArray(event.Records) && event.Records.some(isSqs),
  open: ({ Records }) => {
    const deliveries = Records.map(toDelivery)
    return {
      deliveries,
      seal: (outcomes) => {
        const failed = failures(outcomes, deliveries.length)
        const failedGroups = new Set<string>()
        const again = deliveries.filter(({ orderGroup }, index) => {
          if (orderGroup === undefined) return failed[index]
          if (failed[index]) failedGroups.add(orderGroup)
          return failedGroups.has(orderGroup)
        })
        return { batchItemFailures: again.map(({ origin }) => ({ itemIdentifier: origin.messageId })) }
      },
    }
  },
}

const isSqs = (record: unknown): boolean => isObject(record) && record.eventSource === 'aws:sqs'

/** Such a queue keeps the order within each message group: what comes after a failure in its group has to wait for it. */
const isFifo = (queueArn: string): boolean => queueArn.endsWith('.fifo')

type SqsDelivery = Delivery & { readonly origin: { readonly queueArn: string; readonly messageId: string } }

const toDelivery = (record: unknown): SqsDelivery => {
  const { body, messageId, messageAttributes, eventSourceARN, attributes } = isObject(record) ? record : {}
  const queueArn = typeof eventSourceARN === 'string' ? eventSourceARN : ''
  return {
    ...(typeof body === 'string' ? contentOf(body, messageAttributes) : { body: brokenBody(record), headers: {} }),
    origin: {
      kind: 'sqs',
      queueArn,
      // An empty identifier in the answer makes Lambda repeat the whole batch.
      messageId: typeof messageId === 'string' ? messageId : '',
    },
    ...(isFifo(queueArn) && { orderGroup: groupOf(attributes) }),
  }
}

/** Every message of a FIFO queue has a group. Those that do not show theirs are taken for one group. */
const groupOf = (attributes: unknown): string =>
  isObject(attributes) && typeof attributes.MessageGroupId === 'string' ? attributes.MessageGroupId : ''

const contentOf = (body: string, attributes: unknown) => {
  const notification = body.includes('"TopicArn"') ? parse(body) : undefined
  if (isSnsNotification(notification)) return snsContent(notification)
  const entries = isObject(attributes) ? Object.entries(attributes) : []
  return { body: Buffer.from(body), headers: messageHeaders(entries.map(([name, value]) => [name, textOf(value)])) }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const textOf = (attribute: unknown): string | undefined => {
  const { stringValue, binaryValue } = isObject(attribute) ? attribute : {}
  if (typeof stringValue === 'string') return stringValue
  return typeof binaryValue === 'string' ? Buffer.from(binaryValue, 'base64').toString() : undefined
}
