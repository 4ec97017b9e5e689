import * as z from 'zod/mini'
import { NotANotificationError } from '../../../errors.ts'
import { OsloEnvelope, OsloMessage } from '../../../schemas/oslo-message.ts'
import { schemaError } from '../../../schemas/schema-error.ts'
import { type Fields, redactObject } from '../redaction/redact-object.ts'
import { isRpc } from './is-rpc.ts'
import { callerIn, isObject, type Notification, textOrNothing } from './notification.ts'
import { type PythonJson, parsePython } from './parse.ts'
import { readSummary } from './summary.ts'
import { plainTypes } from './typed-json.ts'

/**
 * The notification inside one document, in any of the forms that OpenStack, or a tool of it, sends: oslo.messaging's envelope of
 * version 2 (also with the message parsed already), a bare message (version 1), the form that oslo's listeners see, or an event
 * of ceilometer's. Secrets are gone from what comes out.
 *
 * @param path of the document in the body, for errors
 * @returns `rpc` for a remote procedure call or its reply
 * @throws DecodeError, SchemaError, NotANotificationError
 */
export const unwrap = (json: PythonJson, path: readonly PropertyKey[]): Notification | 'rpc' => {
  const { value } = json
  if (!isObject(value) || !('oslo.version' in value && 'oslo.message' in value)) return readMessage(json, path)
  if (!z.validate(OsloEnvelope, value)) throw schemaError(OsloEnvelope, value, path)
  const message = value['oslo.message']
  return readMessage(
    typeof message === 'string' ? parsePython(message, 'oslo.message') : memberOf(json, 'oslo.message'),
    [...path, 'oslo.message'],
  )
}

/** A part of a document, by its name or index. */
export const memberOf = ({ text, value, exactly }: PythonJson, key: PropertyKey): PythonJson => ({
  text,
  value: Reflect.get(Object(value), key),
  exactly: () => Reflect.get(Object(exactly()), key),
})

const readMessage = (json: PythonJson, path: readonly PropertyKey[]): Notification | 'rpc' => {
  const { value } = json
  if (!isObject(value)) throw missing(path)
  if (isRpc(value)) return 'rpc'
  if (!('event_type' in value)) throw missing(path)
  const message = redactMessage(value, json)
  if (Array.isArray(message.traits)) return readSummary(message, path)
  if (!isOsloMessage(message)) throw schemaError(OsloMessage, message, path)
  return isObject(message.metadata) || isObject(message.ctxt) ? readListenerForm(message) : readBare(message)
}

const isOsloMessage = (message: Fields): message is OsloMessage => z.validate(OsloMessage, message)

/** Big numbers and typed values are rare guests: only then is the text read a second time, or the message walked again. */
const redactMessage = (message: object, { text, exactly }: PythonJson): Fields => {
  const first = redactObject(message, text)
  const exact = first.hasBigNumber ? exactly() : undefined
  const { object } = isObject(exact) ? redactObject(exact, text) : first
  return first.hasTypedValue ? Object.fromEntries(Object.entries(object).map(plainEntry)) : object
}

const plainEntry = ([name, value]: [string, unknown]): [string, unknown] => [name, plainTypes(value)]

const missing = (path: readonly PropertyKey[]): NotANotificationError => {
  const field = [...path, 'event_type'].join('.')
  return new NotANotificationError(
    `${field}: expected a text, as in {"event_type":"volume.create.end","payload":{…}}`,
    {
      field,
    },
  )
}

const readBare = (message: OsloMessage): Notification => ({
  ...common(message),
  messageId: textOrNothing(message.message_id),
  timestamp: textOrNothing(message.timestamp),
  project: textOrNothing(message._context_project_id) ?? textOrNothing(message._context_tenant_id),
  projectName: textOrNothing(message._context_project) ?? textOrNothing(message._context_tenant),
  user: textOrNothing(message._context_user_id) ?? textOrNothing(message._context_user),
  request: textOrNothing(message._context_request_id),
})

/** oslo_messaging/notify/dispatcher.py: what a listener's endpoint is given, as one object. */
const readListenerForm = (message: OsloMessage): Notification => {
  const metadata = isObject(message.metadata) ? message.metadata : message
  const ctxt = isObject(message.ctxt) ? message.ctxt : {}
  return {
    ...common(message),
    messageId: textOrNothing(metadata.message_id),
    timestamp: textOrNothing(metadata.timestamp),
    ...callerIn(ctxt),
  }
}

const common = ({ event_type, publisher_id, priority, payload = null }: OsloMessage) => ({
  eventType: event_type,
  publisher: textOrNothing(publisher_id),
  priority: textOrNothing(priority),
  payload,
  isSummary: false,
})
