import type { ConsumeMessage } from 'amqplib'
import { redactText } from '../../redaction/redact-text.ts'
import type { DeadLetter } from './dead-letter.ts'
import { type ReadableBody, readableBody } from './dead-letter-body.ts'

/** All of a dead letter, for eyes: secrets are gone. */
export type ShownDeadLetter = DeadLetter &
  ReadableBody & {
    /** AMQP's, those that are set. */
    readonly properties: unknown
  }

export const showDeadLetter = ({ properties, content }: ConsumeMessage, deadLetter: DeadLetter): ShownDeadLetter => ({
  ...deadLetter,
  properties: redacted(
    Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null)),
  ),
  ...readableBody(content),
})

/** A text that is redacted is still JSON, but for what is broken anyway. */
const redacted = (value: object): unknown => {
  const text = redactText(JSON.stringify(value))
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
