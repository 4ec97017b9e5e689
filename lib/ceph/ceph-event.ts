import { attributeId, attributeText, attributeType, type CloudEvent, sourcePart } from '../core/cloudevent.ts'
import { rfc3339 } from '../process/rfc3339.ts'
import { eventId } from './ceph-event-id.ts'
import type { CephRecord } from './ceph-notification.ts'
import { decodeQuery, encodesKeys, sequenceOf, timeOf } from './s3-senders.ts'

/** One metadata entry or tag. A tag's key can occur several times. Keys of metadata keep `x-amz-meta-`. */
export type Pair = { readonly key: string; readonly val: string }

/** A record in one shape for all releases. Unknown fields are kept. */
export type CephEventData = CephRecord & {
  readonly awsRegion: string
  readonly opaqueData: string
  readonly s3: {
    readonly object: {
      readonly size?: number
      readonly eTag: string
      /** Empty in a bucket without versions. */
      readonly versionId: string
      readonly sequencer: string
      readonly metadata: readonly Pair[]
      readonly tags: readonly Pair[]
    }
  }
}
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
export const cephEvent = (record: CephRecord): CephEvent => {
  const isCeph = record.eventSource === 'ceph:s3'
  const sequencer = isCeph ? String(record.s3.object.sequencer ?? '') : ''
  const time = isNoTime(record.eventTime) ? timeOf(sequencer) : rfc3339(record.eventTime)
  const sequence = sequenceOf(sequencer)
  const data = normalize(record, time ?? record.eventTime)
  const tenant = tenantOf(data)
  const principal = data.userIdentity?.principalId
  const request = data.responseElements?.['x-amz-request-id']
  const event: Omit<{ -readonly [Name in keyof CephEvent]: CephEvent[Name] }, 'data'> = {
    specversion: '1.0',
    id: attributeId(eventId(data)),
    source: sourcePart(`${data.eventSource}.${data.awsRegion}.${tenant && `${tenant}:`}${data.s3.bucket.name}`),
    type: attributeType(`com.amazonaws.s3.${data.eventName}`),
    subject: attributeText(data.s3.object.key),
    datacontenttype: 'application/json',
  }
  if (time !== undefined) event.time = time
  if (sequence !== undefined) event.sequence = sequence
  if (principal) {
    event.authtype = isCeph ? (PRINCIPALS.get(principal) ?? 'user') : 'unknown'
    event.authid = attributeText(principal)
  }
  if (request && request !== NO_REQUEST) event.correlationid = attributeText(request)
  return Object.assign(event, { data })
}

/** RGW gives these names as the principal where no user acted. */
const PRINCIPALS: ReadonlyMap<string, 'system' | 'unauthenticated'> = new Map([
  ['rgw lifecycle', 'system'],
  ['rgw sync', 'system'],
  ['anonymous', 'unauthenticated'],
])
/** RGW writes this request id where it acts without a request, for example by a lifecycle rule. */
const NO_REQUEST = '0'

/** RGW prints a time that was not set as zero: `0.000000` for a form upload by a browser on 20.2.4. */
const isNoTime = (eventTime: string): boolean =>
  /^0(\.0+)?$/.test(eventTime) || eventTime.startsWith('1970-01-01T00:00:00')

/** The tenant of the record's bucket, from `arn:aws:s3:<zonegroup>:<tenant>:<bucket>`. Empty for a bucket without a tenant. */
export const tenantOf = ({ s3 }: CephRecord): string => s3.bucket.arn?.split(':', 5)[4] ?? ''

/** Copies the parts that change and shares the rest: records are never modified in place. */
const normalize = (record: CephRecord, eventTime: string): CephEventData => ({
  ...record,
  awsRegion: record.awsRegion ?? '',
  eventTime,
  // 14.x and 15.x write the name with the prefix `s3:`, later releases without it.
  eventName: record.eventName.startsWith('s3:') ? record.eventName.slice(3) : record.eventName,
  ...(record.requestParameters && { requestParameters: withoutCredentials(record.requestParameters) }),
  ...(record.responseElements && { responseElements: withoutCredentials(record.responseElements) }),
  s3: { ...record.s3, object: normalizeObject(record.s3.object, encodesKeys(record.eventSource)) },
  opaqueData: record.opaqueData ?? '',
})

type WireObject = CephRecord['s3']['object']

const normalizeObject = (wire: WireObject, isKeyEncoded: boolean): CephEventData['s3']['object'] => {
  const object = {
    ...wire,
    key: isKeyEncoded ? decodeQuery(wire.key) : wire.key,
    size: Number(wire.size),
    eTag: wire.eTag ?? wire.etag ?? '',
    versionId: wire.versionId ?? '',
    sequencer: String(wire.sequencer ?? ''),
    ...(wire.userMetadata && { userMetadata: withoutCredentials(wire.userMetadata) }),
    metadata: pairs(userMetadata(wire)),
    tags: pairs(wire.tags),
  }
  if (wire.etag === undefined && wire.size !== undefined) return object
  const { etag: _renamed, size, ...rest } = object
  return wire.size === undefined ? rest : { ...rest, size }
}

/** MinIO writes an object of names and values, `userMetadata`, instead of the list. */
const userMetadata = ({ metadata, userMetadata: named }: WireObject): readonly WirePair[] => {
  if (metadata !== undefined) {
    return metadata.every(({ key }) => isUserMetadata(key))
      ? metadata
      : metadata.filter(({ key }) => isUserMetadata(key))
  }
  if (named === undefined) return []
  return Object.entries(named)
    .filter(([name]) => isUserMetadata(name))
    .map(([name, val]) => ({ key: name.toLowerCase(), val: String(val) }))
}

type WirePair = NonNullable<WireObject['tags']>[number]

/** CephSource writes `value` instead of `val`. */
const pairs = (list: readonly WirePair[] = []): (WirePair & Pair)[] =>
  list.map((pair) => {
    if (pair.value === undefined && pair.val !== undefined) return pair as WirePair & Pair // Just seen to have a val.
    const { value = '', ...rest } = pair
    return { ...rest, val: pair.val ?? value }
  })

/**
 * Header names in lower case whose values grant access or decrypt data. RGW up to 17 copies request headers into a record's
 * metadata; RustFS copies them into requestParameters.
 */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-auth-token',
  'x-service-token',
  'x-subject-token',
  'x-amz-credential',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-server-side-encryption-customer-key-md5',
  'x-amz-copy-source-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key-md5',
])

const isCredentialHeader = (name: string): boolean => CREDENTIALS.has(name.toLowerCase())

/** Returns the object itself if it has no credentials, otherwise a copy without them. */
const withoutCredentials = <Headers extends object>(headers: Headers): Headers => {
  if (!Object.keys(headers).some(isCredentialHeader)) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isCredentialHeader(name))) as Headers // Fewer optional fields.
}

/** Whether a metadata entry is the uploader's own. The others are request headers, which include keys and tokens. */
const isUserMetadata = (name: string): boolean => /^x-amz-meta-/i.test(name)
