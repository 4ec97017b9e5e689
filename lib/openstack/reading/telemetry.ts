import { SchemaError } from '../../process/errors.ts'
import { redactObject } from '../../redaction/redact-object.ts'
import { callerIn, isObject, NO_CALLER, type Notification, textOrNothing } from './notification.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * A sample of ceilometer: `{"counter_name","counter_volume","resource_id",…}` in a notification `metering`
 * (ceilometer/publisher/utils.py), or `{"id","name","volume","resource_id",…}` over HTTP (ceilometer/sample.py, `as_dict`).
 */
export const isSample = (value: unknown): boolean =>
  isObject(value) &&
  'resource_id' in value &&
  (('counter_name' in value && 'counter_volume' in value) || ('name' in value && 'volume' in value))

/** @param message that contained it; undefined if it came alone */
export const readSample = (sample: Fields, message: Notification | undefined, index: number): Notification => {
  return {
    caller: { ...callerIn(sample, ''), request: message?.caller.request },
    eventType: 'metering',
    service: 'ceilometer',
    publisher: message?.publisher,
    priority: message?.priority ?? 'sample',
    host: message?.host,
    messageId: textOrNothing(sample.message_id) ?? textOrNothing(sample.id) ?? numbered(message?.messageId, index),
    timestamp: textOrNothing(sample.timestamp) ?? message?.timestamp,
    payload: sample,
    isTelemetry: true,
  }
}

const numbered = (messageId: string | undefined, index: number): string | undefined =>
  messageId === undefined || index === 0 ? messageId : `${messageId}/${index}`

/**
 * The body that aodh POSTs to an `http://` alarm action when an alarm changes its state (aodh/notifier/rest.py):
 * `{"alarm_id","alarm_name","severity","previous","current","reason","reason_data"}`.
 */
export const isAlarm = (value: unknown): boolean =>
  isObject(value) && 'alarm_id' in value && 'current' in value && 'previous' in value && 'reason' in value

/**
 * The event type is the one that aodh's own notifications use for the same change.
 *
 * @param requestId that aodh makes for each action, in its header `x-openstack-request-id`
 */
export const readAlarm = (alarm: Fields, requestId: string | undefined): Notification => ({
  caller: NO_CALLER,
  eventType: 'alarm.state_transition',
  service: 'aodh',
  publisher: undefined,
  priority: undefined,
  host: undefined,
  messageId: requestId,
  timestamp: undefined,
  payload: alarm,
  isTelemetry: true,
})

/**
 * An event of ceilometer's HTTP publisher: `{"message_id","event_type","generated","traits":[["vcpus",2,2],…],"raw"}`
 * (ceilometer/event/models.py; type codes 1 text, 2 integer, 3 float, 4 date). The traits are the values that ceilometer took
 * from a notification. The payload is the notification itself if ceilometer keeps it in `raw`, otherwise the traits.
 */
export const readSummary = (event: Readonly<Record<string, unknown>>, path: readonly PropertyKey[]): Notification => {
  const { event_type: eventType, traits } = event
  const fail = (name: string, expected: string): SchemaError => {
    const field = [...path, name].join('.')
    return new SchemaError(`${field}: expected ${expected}`, { field })
  }
  if (typeof eventType !== 'string' || eventType === '') throw fail('event_type', 'a non-empty string')
  if (!Array.isArray(traits) || !traits.every(isTrait)) throw fail('traits', 'a list of [name, type code, value]')
  // The values have names only now, so this is the first search by name.
  const values = redactObject(Object.fromEntries(traits.map(([name, , value]) => [name, value]))).object
  const raw = isObject(event.raw) ? event.raw : {}
  const ctxt = isObject(raw.ctxt) ? raw.ctxt : {}
  return {
    eventType,
    service: undefined,
    messageId: textOrNothing(event.message_id),
    // ceilometer calls the publisher `service`.
    publisher: textOrNothing(raw.publisher_id) ?? textOrNothing(values.service),
    host: textOrNothing(values.host),
    priority: textOrNothing(raw.priority),
    timestamp: textOrNothing(event.generated),
    payload: raw.payload ?? values,
    caller: callerIn({ ...values, ...ctxt }, ''),
    isTelemetry: true,
  }
}

export const isSummary = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && 'traits' in value && 'event_type' in value

type Trait = readonly [name: string, type: unknown, value: unknown]

const isTrait = (trait: unknown): trait is Trait =>
  Array.isArray(trait) && trait.length === 3 && typeof trait[0] === 'string'
