import { isObject } from './envelope.ts'
import { messageHeaders } from './message-headers.ts'

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
