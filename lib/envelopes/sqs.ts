import type { Delivery } from '../delivery.ts'
import { brokenBody, failures } from './batch.ts'
import { type Envelope, isObject } from './envelope.ts'
import { messageHeaders } from './message-headers.ts'
import { isSnsNotification, snsContent } from './sns-notification.ts'

/**
 * A batch of one SQS queue (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html):
 *
 * ```json
 * { "Records": [
 *   { "messageId": "…", "body": "…", "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:…:queue",
 *     "messageAttributes": { "ce-type": { "stringValue": "…", "dataType": "String" } } } ] }
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
        const first = failed.indexOf(true)
        const again = deliveries.filter(
          ({ origin }, index) => failed[index] || (isFifo(origin.queueArn) && first !== -1 && index > first),
        )
        return { batchItemFailures: again.map(({ origin }) => ({ itemIdentifier: origin.messageId })) }
      },
    }
  },
}

const isSqs = (record: unknown): boolean => isObject(record) && record.eventSource === 'aws:sqs'

/** In such a queue what comes after a failure has to wait for it. */
const isFifo = (queueArn: string): boolean => queueArn.endsWith('.fifo')

type SqsDelivery = Delivery & { readonly origin: { readonly queueArn: string; readonly messageId: string } }

const toDelivery = (record: unknown): SqsDelivery => {
  const { body, messageId, messageAttributes, eventSourceARN } = isObject(record) ? record : {}
  return {
    ...(typeof body === 'string' ? contentOf(body, messageAttributes) : { body: brokenBody(record), headers: {} }),
    origin: {
      kind: 'sqs',
      queueArn: typeof eventSourceARN === 'string' ? eventSourceARN : '',
      // An empty identifier in the answer makes Lambda repeat the whole batch.
      messageId: typeof messageId === 'string' ? messageId : '',
    },
  }
}

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
