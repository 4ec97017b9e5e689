/** The package's public face. */

export { type CephEvent, cephEvent } from './ceph/ceph-event.ts'
export type { CephEventData, Pair } from './ceph/ceph-event-data.ts'
export type { CephFilter, CephPattern } from './ceph/ceph-filter.ts'
export { CephRecord } from './ceph/ceph-notification.ts'
export { type CephRecordView, type EventName, recordOf } from './ceph/ceph-record.ts'
export type { CloudEvent } from './core/cloudevent.ts'
export type { DeadLetterData } from './core/dead-letter.ts'
export type { Delivery, Origin, Outcome } from './core/delivery.ts'
export type { Sink } from './core/sink.ts'
export { Retry, type RetryOptions, SetAside } from './core/verdicts.ts'
export { type CephContext, type CephFunction, type CephOptions, ceph } from './kit/ceph.ts'
export { type Config, readConfig } from './kit/config.ts'
export type { FunctionHandler } from './kit/function.ts'
export type { Handle, HandlerContext, HandlerLog, Middleware, MiddlewareRequest } from './kit/handler.ts'
export {
  type OpenstackContext,
  type OpenstackFunction,
  type OpenstackOptions,
  openstack,
} from './kit/openstack.ts'
export type { EventDraft } from './kit/returned-events.ts'
export type { ObjectAccess, PutOptions, StoredContent, StoredRecord } from './kit/stored-object.ts'
export type { PayloadOf } from './openstack/catalogue/known-events.ts'
export {
  isEvent,
  type OpenstackCloudEventType,
  type OpenstackEventOf,
  type OpenstackEventType,
  type OpenstackService,
} from './openstack/catalogue/known-events.ts'
export type { Format, OpenstackEvent, OpenstackEventData, Phase } from './openstack/openstack-event.ts'
export type { OpenstackFilter, OpenstackPattern } from './openstack/openstack-filter.ts'
export * from './process/errors.ts'
