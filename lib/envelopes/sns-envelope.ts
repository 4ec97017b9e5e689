import { brokenBody, messageHeaders, summarize } from './batch.ts'
import { type Envelope, isObject } from './envelope.ts'

/**
 * SNS invoking a function (https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html):
 * `{"Records": [{"EventSource": "aws:sns", "Sns": {"Type": "Notification", "MessageId": "…", "TopicArn": "…", "Message": "…"}}]}`,
 * one record at a time. Lambda tries an error twice more.
 */
export type SnsEvent = { readonly Records: readonly unknown[] }

export const sns: Envelope<SnsEvent> = {
  name: 'sns',
  matches: (event): event is SnsEvent => isObject(event) && Array.isArray(event.Records) && event.Records.some(isSns),
  open: ({ Records }) => ({
    deliveries: Records.map((record) => {
      const message = isSns(record) ? record.Sns : undefined
      const { MessageId = '', TopicArn = '' } = isSnsNotification(message) ? message : {}
      return {
        ...(isSnsNotification(message) ? snsContent(message) : { body: brokenBody(record), headers: {} }),
        origin: { kind: 'sns', topicArn: TopicArn, messageId: MessageId },
      }
    }),
    seal: summarize,
  }),
}

const isSns = (record: unknown): record is Readonly<Record<string, unknown>> =>
  isObject(record) && record.EventSource === 'aws:sns'

/** The part of an SNS message that both its ways have: straight to a function, and as text in a queue. */
export type SnsNotification = {
  readonly MessageId: string
  readonly TopicArn: string
  readonly Message: string
  /** `{"<name>": {"Type": "String", "Value": "…"}}` */
  readonly MessageAttributes?: unknown
}

export const isSnsNotification = (value: unknown): value is SnsNotification =>
  isObject(value) &&
  value.Type === 'Notification' &&
  typeof value.MessageId === 'string' &&
  typeof value.TopicArn === 'string' &&
  typeof value.Message === 'string'

export const snsContent = ({ Message, MessageAttributes }: SnsNotification) => ({
  body: Buffer.from(Message),
  headers: messageHeaders(
    isObject(MessageAttributes) ? Object.entries(MessageAttributes).map(([name, value]) => [name, textOf(value)]) : [],
  ),
})

const textOf = (attribute: unknown): string | undefined => {
  if (!isObject(attribute) || typeof attribute.Value !== 'string') return undefined
  return attribute.Type === 'Binary' ? Buffer.from(attribute.Value, 'base64').toString() : attribute.Value
}
