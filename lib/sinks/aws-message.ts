import { keyOf } from '../core/claims.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import { crypto } from '../process/secrets.ts'
import type { Arn } from './aws-batches.ts'
import { type Key, partitionKey } from './partition-key.ts'

/** An event as JSON without the two characters that AWS does not take. */
export const messageOf = (event: CloudEvent): string =>
  JSON.stringify(event).replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff')

/** An event as a message of SQS or SNS: its body, the fields beside the body, and its size as the services count it, in bytes. */
export const toMessage = ({ resource }: Arn, event: CloudEvent, key: Key | undefined) => {
  const body = messageOf(event)
  const attributes = messageAttributes(event)
  const order = resource.endsWith('.fifo') ? fifoOf(event, key) : {}
  return { body, fields: { MessageAttributes: attributes, ...order }, bytes: sizeOf(body, attributes) }
}

/** Filter policies judge by these: attributes of the event, and the content type. */
const messageAttributes = (event: CloudEvent & { readonly project?: unknown }) => {
  const { type, source, subject, priority, project } = event
  const given = { 'content-type': 'application/cloudevents+json', type, source, subject, priority, project }
  const texts = Object.entries(given).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return Object.fromEntries(
    texts.map(([name, value]) => [name, { DataType: 'String', StringValue: String(value) }] as const),
  )
}

const sizeOf = (body: string, attributes: ReturnType<typeof messageAttributes>): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue }]) => sum + Buffer.byteLength(name + DataType + StringValue),
    Buffer.byteLength(body),
  )

/** A FIFO queue or topic needs a group, which keeps its order, and an id by which it drops a second delivery. */
const fifoOf = (event: CloudEvent, key: Key = 'subject') => ({
  MessageGroupId: hash(partitionKey(event, key) ?? event.source),
  MessageDeduplicationId: hash(keyOf(event)),
})

/** A name may be longer, and have other characters, than these ids. */
const hash = (text: string): string => crypto().hash('sha256', text, 'base64url')
