import { attributeId, attributeText, attributeType, type CloudEvent, sourcePart } from '../core/cloudevent.ts'
import { rfc3339 } from '../process/rfc3339.ts'
import { type CephEventData, eventDataOf, isEventData, isNoTime } from './ceph-event-data.ts'
import { eventId } from './ceph-event-id.ts'
import type { CephRecord } from './ceph-notification.ts'
import { sequenceOf } from './s3-senders.ts'

/** The event of one record of a notification: `type` is `com.amazonaws.s3.` and the event's name, `subject` the object's key. */
export type CephEvent = CloudEvent<CephEventData> & {
  /**
   * https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/authcontext.md: who caused the event. `system`: the gateway
   * itself. `unknown`: another server than RGW does not say.
   */
  readonly authtype?: 'user' | 'system' | 'unauthenticated' | 'unknown'
  readonly authid?: string
  /**
   * The request. The keys that one request deletes, and the notifications that it leads to, share it.
   * https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/correlation.md
   */
  readonly correlationid?: string
}

/**
 * Makes a CloudEvent of a record, following CloudEvents' mapping for S3
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/adapters/aws-s3.md). The subject is the object's key in plain
 * text: RGW sends it so, AWS and MinIO percent-encode it. The source contains the tenant of the bucket, if it has one, in
 * RGW's notation, because two tenants can have buckets of the same name.
 */
export const cephEvent = (record: CephRecord): CephEvent => eventOf(isEventData(record) ? record : eventDataOf(record))

/** The event of a record that has the shape of its data already. */
export const eventOf = (data: CephEventData): CephEvent => {
  const { eventSource, eventTime, s3, userIdentity, responseElements } = data
  const isCeph = eventSource === 'ceph:s3'
  const time = isNoTime(eventTime) ? undefined : rfc3339(eventTime)
  const sequence = isCeph ? sequenceOf(s3.object.sequencer) : undefined
  const tenant = tenantOf(data)
  const principal = userIdentity?.principalId
  const request = responseElements?.['x-amz-request-id']
  const event: Unfinished = {
    specversion: '1.0',
    id: attributeId(eventId(data)),
    source: sourcePart(`${eventSource}.${data.awsRegion}.${tenant && `${tenant}:`}${s3.bucket.name}`),
    type: `com.amazonaws.s3.${attributeType(data.eventName)}`,
    subject: attributeText(s3.object.key),
    datacontenttype: 'application/json',
  }
  if (time !== undefined) event.time = time
  if (sequence !== undefined) event.sequence = sequence
  if (principal) {
    event.authtype = isCeph ? (PRINCIPALS.get(principal) ?? 'user') : 'unknown'
    event.authid = attributeText(principal)
  }
  if (request && request !== NO_REQUEST) event.correlationid = attributeText(request)
  event.data = data
  return event as CephEvent // The line above adds its data.
}

/** An event without its data. The data is added last, so that it also comes last in JSON. */
type Unfinished = Omit<{ -readonly [Name in keyof CephEvent]: CephEvent[Name] }, 'data'> & { data?: CephEventData }

/** RGW gives these names as the principal where no user acted. */
const PRINCIPALS: ReadonlyMap<string, 'system' | 'unauthenticated'> = new Map([
  ['rgw lifecycle', 'system'],
  ['rgw sync', 'system'],
  ['anonymous', 'unauthenticated'],
])
/** RGW writes this request id where it acts without a request, for example by a lifecycle rule. */
const NO_REQUEST = '0'

/** The tenant of the record's bucket, from `arn:aws:s3:<zonegroup>:<tenant>:<bucket>`. Empty for a bucket without a tenant. */
export const tenantOf = ({ s3 }: CephRecord): string => TENANT.exec(s3.bucket.arn ?? '')?.[1] ?? ''
const TENANT = /^(?:[^:]*:){4}([^:]+)/
