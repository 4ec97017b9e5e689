import { brokenBody, summarize } from './batch.ts'
import { type Envelope, isObject } from './envelope.ts'
import { isSnsNotification, snsContent } from './sns-notification.ts'

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
