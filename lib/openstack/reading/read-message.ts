import type { Fields } from '../../redaction/redact-object.ts'
import type { OsloMessage } from '../oslo-message.ts'
import { type Caller, callerIn, isObject, type Notification, textOrNothing } from './notification.ts'

/** A message as its driver sends it, off its envelope. `beside` is the context that its carrier has, if any. */
export const readBare = (message: OsloMessage, beside: Fields): Notification => ({
  ...common(message),
  messageId: textOrNothing(message.message_id),
  timestamp: textOrNothing(message.timestamp),
  ...callerOf(message, beside),
})

/**
 * The context of the request: `_context_user_id` and so on among the message's own fields (_drivers/amqp.py), one object
 * `_context` (impl_kafka.py), or an object beside the message (impl_amqp1).
 */
const callerOf = (message: OsloMessage, beside: Fields): Caller => {
  if (isObject(message._context)) return callerIn(message._context, '')
  const own = callerIn(message, '_context_')
  const isKnown = own.user !== undefined || own.project !== undefined || own.request !== undefined
  return isKnown ? own : callerIn(beside, '')
}

/** oslo_messaging/notify/dispatcher.py: what a listener's endpoint is given, as one object. */
export const readListenerForm = (message: OsloMessage): Notification => {
  const metadata = isObject(message.metadata) ? message.metadata : message
  const ctxt = isObject(message.ctxt) ? message.ctxt : {}
  return {
    ...common(message),
    messageId: textOrNothing(metadata.message_id),
    timestamp: textOrNothing(metadata.timestamp),
    ...callerIn(ctxt, ''),
  }
}

const common = ({ event_type, publisher_id, priority, payload = null }: OsloMessage) => ({
  eventType: event_type,
  service: undefined,
  publisher: textOrNothing(publisher_id),
  host: undefined,
  priority: textOrNothing(priority),
  payload,
  isTelemetry: false,
})
