import * as z from 'zod/mini'
import { type Budget, takeItems } from '../../process/budget.ts'
import { NotANotificationError } from '../../process/errors.ts'
import { schemaError } from '../../process/wire-schema.ts'
import { type Fields, redactObject } from '../../redaction/redact-object.ts'
import { redactText } from '../../redaction/redact-text.ts'
import type { Document } from './documents.ts'
import { type Caller, callerIn, isObject, type Notification, textOrNothing } from './notification.ts'
import { isRpc, OsloEnvelope, OsloMessage } from './oslo-message.ts'
import { innerJson, membersOf, type PythonJson, parsePython, plainTypes } from './read-json.ts'
import { isAlarm, isSample, isSummary, readAlarm, readSample, readSummary } from './telemetry.ts'

/**
 * The notifications in one document, in all forms that OpenStack and its tools send: oslo.messaging's envelope of version 2
 * (also with a parsed message), a bare message (version 1), the form that oslo's listeners receive, ceilometer's events and
 * samples, and alarms of aodh. Only ceilometer's messages contain several. The secrets are removed.
 *
 * @returns `rpc` for a remote procedure call or its reply
 * @throws DecodeError, SchemaError, NotANotificationError
 */
export const unwrap = (document: Document, budget: Budget): readonly Notification[] | 'rpc' => {
  const { json, path } = document
  const { value } = json
  if (!isObject(value) || 'event_type' in value || !ENVELOPE.some((name) => name in value)) {
    return readMessage(document, budget)
  }
  if (!z.validate(OsloEnvelope, value)) throw schemaError(OsloEnvelope, value, path)
  return readMessage({ ...document, json: messageIn(json, value, budget), path: [...path, 'oslo.message'] }, budget)
}

/** A body without these keys is a message of version 1. */
const ENVELOPE = ['oslo.version', 'oslo.message']

/** Usually a text. If a forwarder encoded it twice, the text contains another text; if it parsed it, it is an object. */
const messageIn = (json: PythonJson, envelope: OsloEnvelope & Fields, budget: Budget): PythonJson => {
  const message = envelope['oslo.message']
  if (typeof message !== 'string') return membersOf(json, envelope)('oslo.message')
  const parsed = parsePython(message, 'oslo.message')
  return typeof parsed.value === 'string' ? (innerJson(parsed.value, budget) ?? parsed) : parsed
}

const readMessage = (document: Document, budget: Budget): readonly Notification[] | 'rpc' => {
  const { json, path, context } = document
  const { value } = json
  if (!isObject(value)) throw missing(path)
  if (isRpc(value)) return 'rpc'
  if (isSample(value)) return [readSample(redactMessage(value, json), undefined, 0)]
  if (isAlarm(value)) return [readAlarm(redactMessage(value, json), document.requestId)]
  if (!('event_type' in value)) throw missing(path)
  // Read before redactMessage, which changes the value in place.
  const { _context_trustor_user_id: trustor } = value
  const message = withTrustor(redactMessage(value, json), trustor)
  if (Array.isArray(message.traits)) return [readSummary(message, path)]
  if (!isOsloMessage(message)) throw schemaError(OsloMessage, message, path)
  const notification =
    isObject(message.metadata) || isObject(message.ctxt) ? readListenerForm(message) : readBare(message, context)
  return listIn(notification, path, budget) ?? [notification]
}

/** ceilometer sends samples, and events made of notifications, as lists in one message. */
const listIn = (
  notification: Notification,
  path: readonly PropertyKey[],
  budget: Budget,
): readonly Notification[] | undefined => {
  const { eventType, payload } = notification
  if (!Array.isArray(payload) || payload.length === 0) return undefined
  const samples = eventType === 'metering' && payload.every(isSample)
  const summaries = eventType === 'event' && payload.every(isSummary)
  if (!samples && !summaries) return undefined
  takeItems(budget, payload.length)
  return payload.map((item, index) =>
    samples ? readSample(item, notification, index) : readSummary(item, [...path, 'payload', index]),
  )
}

const isOsloMessage = (message: Fields): message is OsloMessage => z.validate(OsloMessage, message)

/** Big numbers and typed values are rare. Only they need a second parse of the text, or a second walk. */
const redactMessage = (message: object, { exactly }: PythonJson): Fields => {
  const first = redactObject(message)
  const exact = first.hasBigNumber ? exactly() : undefined
  const { object } = isObject(exact) ? redactObject(exact) : first
  return first.hasTypedValue ? Object.fromEntries(Object.entries(object).map(plainEntry)) : object
}

/** heat's contexts contain a trust, which is secret, and the user who gave it, which is not. */
const withTrustor = (message: Fields, trustor: unknown): Fields =>
  typeof trustor === 'string' ? { ...message, _context_trustor_user_id: redactText(trustor) } : message

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

/** A message without its envelope. `beside` is the context that the carrier has, if any. */
export const readBare = (message: OsloMessage, beside: Fields): Notification =>
  notificationOf(message, message, callerOf(message, beside))

/**
 * The caller, from the context of the request: `_context_user_id` and so on among the message's own fields (_drivers/amqp.py),
 * one object `_context` (impl_kafka.py), or an object beside the message (impl_amqp1).
 */
const callerOf = (message: OsloMessage, beside: Fields): Caller => {
  if (isObject(message._context)) return callerIn(message._context, '')
  const own = callerIn(message, '_context_')
  const isKnown = own.user !== undefined || own.project !== undefined || own.request !== undefined
  return isKnown ? own : callerIn(beside, '')
}

/** The object that oslo's listeners receive (oslo_messaging/notify/dispatcher.py). */
export const readListenerForm = (message: OsloMessage): Notification =>
  notificationOf(
    message,
    isObject(message.metadata) ? message.metadata : message,
    callerIn(isObject(message.ctxt) ? message.ctxt : {}, ''),
  )

/** @param metadata with the message's id and its time */
const notificationOf = (message: OsloMessage, metadata: Fields, caller: Caller): Notification => ({
  caller,
  eventType: message.event_type,
  service: undefined,
  messageId: textOrNothing(metadata.message_id),
  publisher: textOrNothing(message.publisher_id),
  host: undefined,
  priority: textOrNothing(message.priority),
  timestamp: textOrNothing(metadata.timestamp),
  payload: message.payload ?? null,
  isTelemetry: false,
})
