/** The package's public face. */
export { type CephNotificationsOptions, cephNotifications } from './ceph-notifications.ts'
export { type Config, readConfig } from './config.ts'
export type { Delivery, Origin, Outcome } from './delivery.ts'
export * from './errors.ts'
export { type CephEvent, type CephEventData, cephEvent, type Pair } from './events/ceph.ts'
export { type CephRecordView, type EventName, recordOf } from './events/ceph-record.ts'
export {
  isEvent,
  type OpenstackCloudEventType,
  type OpenstackEventOf,
  type OpenstackEventType,
  type OpenstackService,
} from './events/openstack/catalogue/known-events.ts'
export type { Format, OpenstackEvent, OpenstackEventData, Phase } from './events/openstack/event.ts'
export type { FunctionHandler } from './function.ts'
export { type OpenstackNotificationsOptions, openstackNotifications } from './openstack-notifications.ts'
export type { DeadLetterData } from './processing/dead-letter.ts'
export { CephRecord } from './schemas/ceph-notification.ts'
export type { CloudEvent } from './schemas/cloudevent.ts'
export type { Handler, HandlerContext } from './sinks/handler.ts'
export type { Sink } from './sinks/sink.ts'
