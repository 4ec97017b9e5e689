import type { CephRecord } from '../schemas/ceph-notification.ts'
import type { CloudEvent } from '../schemas/cloudevent.ts'
import { crc32 } from './crc32.ts'
import { rfc3339 } from './rfc3339.ts'
import { sequenceOf } from './sequencer.ts'

/** One metadata entry or tag. Keys of tags may repeat; keys of metadata keep `x-amz-meta-`. */
export type Pair = { readonly key: string; readonly val: string }

/** A record in one shape, whatever the release that sent it. Fields that we do not know are kept. */
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
export type CephEvent = CloudEvent<CephEventData>

/**
 * A record as a CloudEvent, after CloudEvents' mapping for S3
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/adapters/aws-s3.md). The subject is the key as it is:
 * RGW sends raw UTF-8, AWS would percent-encode it.
 */
export const cephEvent = (record: CephRecord): CephEvent => {
  const time = rfc3339(record.eventTime)
  const data = normalize(record, time ?? record.eventTime)
  const sequence = sequenceOf(data.s3.object.sequencer)
  const attributes = {
    specversion: '1.0',
    id: eventId(data),
    source: `${data.eventSource}.${data.awsRegion}.${data.s3.bucket.name}`,
    type: `com.amazonaws.s3.${data.eventName}`,
    subject: data.s3.object.key,
    datacontenttype: 'application/json',
  } as const
  if (time !== undefined && sequence !== undefined) return { ...attributes, time, sequence, data }
  return { ...attributes, ...(time !== undefined && { time }), ...(sequence !== undefined && { sequence }), data }
}

/**
 * The same occurrence always has the same id, two occurrences never share one. CloudEvents' mapping says request id and
 * id-2, but all keys of one multi-object delete, both names of one expiry and every rule that matches share those. So the
 * sequencer follows (nanoseconds, RGW takes a new one for every notification), and a checksum of what else differs.
 */
const eventId = ({ eventName, responseElements, s3 }: CephEventData): string => {
  const { key, versionId, sequencer } = s3.object
  const bucket = s3.bucket.id ?? s3.bucket.name
  const rest = `${bucket}\0${key}\0${versionId}\0${eventName}\0${s3.configurationId ?? ''}`
  const checksum = crc32(rest).toString(16).padStart(8, '0')
  const { 'x-amz-request-id': requestId = '', 'x-amz-id-2': id2 = '' } = responseElements ?? {}
  return `${requestId}.${id2}.${sequencer}.${checksum}`
}

/** Copies what changes and shares the rest: records are never altered in place. */
const normalize = (record: CephRecord, eventTime: string): CephEventData => ({
  ...record,
  awsRegion: record.awsRegion ?? '',
  eventTime,
  // 14.x and 15.x write the name with S3's prefix, later releases without.
  eventName: record.eventName.startsWith('s3:') ? record.eventName.slice(3) : record.eventName,
  s3: { ...record.s3, object: normalizeObject(record.s3.object) },
  opaqueData: record.opaqueData ?? '',
})

type WireObject = CephRecord['s3']['object']

const normalizeObject = (wire: WireObject): CephEventData['s3']['object'] => {
  const object = {
    ...wire,
    size: Number(wire.size),
    eTag: wire.eTag ?? wire.etag ?? '',
    versionId: wire.versionId ?? '',
    sequencer: String(wire.sequencer ?? ''),
    metadata: pairs(wire.metadata),
    tags: pairs(wire.tags),
  }
  if (wire.etag === undefined && wire.size !== undefined) return object
  const { etag: _renamed, size, ...rest } = object
  return wire.size === undefined ? rest : { ...rest, size }
}

type WirePair = NonNullable<WireObject['tags']>[number]

/** CephSource writes `value` for `val`. */
const pairs = (list: readonly WirePair[] = []): (WirePair & Pair)[] =>
  list.map((pair) => {
    if (pair.value === undefined && pair.val !== undefined) return pair as WirePair & Pair // Just seen to have a val.
    const { value = '', ...rest } = pair
    return { ...rest, val: pair.val ?? value }
  })
