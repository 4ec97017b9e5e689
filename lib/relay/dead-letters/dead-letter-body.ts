import { isUtf8 } from 'node:buffer'
import { redactBody } from '../../redaction/redact-body.ts'

export type ReadableBody = {
  /** The document if the body is JSON, with the document inside `oslo.message` in its place. Else the text. */
  readonly body?: unknown
  /** If the body is not text. */
  readonly bodyBase64?: string
}

/** A body for people to read. OpenStack's secrets are removed before anything else looks at it. */
export const readableBody = (body: Buffer): ReadableBody => {
  const redacted = redactBody(body)
  const document = parsed(redacted.toString())
  if (document !== undefined) return { body: inPlace(document) }
  return isUtf8(redacted) ? { body: redacted.toString() } : { bodyBase64: redacted.toString('base64') }
}

/** Event type and id of a notification of oslo.messaging. Undefined if the body is something else. */
export const namesIn = ({ body }: ReadableBody): { eventType: string | undefined; messageId: string | undefined } => {
  const { event_type, message_id } = recordOf(recordOf(body)[MESSAGE] ?? body)
  return { eventType: text(event_type), messageId: text(message_id) }
}

const MESSAGE = 'oslo.message'

/** In version 2 of oslo.messaging's envelope the notification is a string of JSON. */
const inPlace = (document: unknown): unknown => {
  const { [MESSAGE]: message } = recordOf(document)
  const inner = typeof message === 'string' ? parsed(message) : undefined
  return inner === undefined ? document : { ...recordOf(document), [MESSAGE]: inner }
}

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {} // Any object can be looked up by name.
