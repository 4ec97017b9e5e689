import { callerIn, isObject, NO_CALLER, type Notification, textOrNothing } from './notification.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * A measurement as ceilometer sends it: `{"counter_name","counter_volume","resource_id",…}` in a notification `metering`
 * (ceilometer/publisher/utils.py), `{"id","name","volume","resource_id",…}` over HTTP (ceilometer/sample.py, `as_dict`).
 */
export const isSample = (value: unknown): boolean =>
  isObject(value) &&
  'resource_id' in value &&
  (('counter_name' in value && 'counter_volume' in value) || ('name' in value && 'volume' in value))

/** @param message that brought it; undefined where it came alone */
export const readSample = (sample: Fields, message: Notification | undefined, index: number): Notification => {
  return {
    ...callerIn(sample, ''),
    eventType: 'metering',
    service: 'ceilometer',
    publisher: message?.publisher,
    priority: message?.priority ?? 'sample',
    host: message?.host,
    messageId: textOrNothing(sample.message_id) ?? textOrNothing(sample.id) ?? numbered(message?.messageId, index),
    timestamp: textOrNothing(sample.timestamp) ?? message?.timestamp,
    payload: sample,
    request: message?.request,
    isTelemetry: true,
  }
}

const numbered = (messageId: string | undefined, index: number): string | undefined =>
  messageId === undefined || index === 0 ? messageId : `${messageId}/${index}`

/**
 * What aodh POSTs to an `http://` alarm action when an alarm changes its state (aodh/notifier/rest.py):
 * `{"alarm_id","alarm_name","severity","previous","current","reason","reason_data"}`.
 */
export const isAlarm = (value: unknown): boolean =>
  isObject(value) && 'alarm_id' in value && 'current' in value && 'previous' in value && 'reason' in value

/**
 * aodh's own notifications call the same change so.
 *
 * @param requestId that aodh makes for each action, as its header `x-openstack-request-id`
 */
export const readAlarm = (alarm: Fields, requestId: string | undefined): Notification => ({
  ...NO_CALLER,
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
