import { randomBytes, randomUUID } from 'node:crypto'
import type { OrAny } from '../openstack/catalogue/known-events.ts'

/** The events that RGW is known to send, 16.x to 20.x. */
export const CEPH_SAMPLE_EVENTS = [
  'ObjectCreated:Put',
  'ObjectCreated:Post',
  'ObjectCreated:Copy',
  'ObjectCreated:CompleteMultipartUpload',
  'ObjectRemoved:Delete',
  'ObjectRemoved:DeleteMarkerCreated',
  'ObjectLifecycle:Expiration:Current',
  'ObjectLifecycle:Expiration:NonCurrent',
  'ObjectLifecycle:Expiration:DeleteMarker',
  'ObjectLifecycle:Expiration:AbortMPU',
  'ObjectLifecycle:Transition:Current',
  'ObjectLifecycle:Transition:NonCurrent',
  'LifecycleExpiration:Delete',
  'LifecycleExpiration:DeleteMarkerCreated',
  'LifecycleTransition',
  'ObjectSynced:Create',
  'Replication:Create',
] as const
/** The name of an event that RGW is known to send. */
export type CephSampleEvent = (typeof CEPH_SAMPLE_EVENTS)[number]

/** The parts of a Ceph notification that a test may choose. */
export type CephSampleOptions = {
  readonly bucket?: string
  /** Default: `in/a.jpg`. As it is, not URL-encoded. */
  readonly key?: string
  /** Bytes. */
  readonly size?: number
  readonly eTag?: string
  /** Default: none, or a new one where a delete marker was made. */
  readonly versionId?: string
  /** By name, with or without `x-amz-meta-`. */
  readonly metadata?: Readonly<Record<string, string>>
  /** By name. A tag may have several values. */
  readonly tags?: Readonly<Record<string, string | readonly string[]>>
  /** The tenant that owns the bucket. */
  readonly tenant?: string
  /** Who did it. */
  readonly principalId?: string
  /** The id of the rule that matched. */
  readonly rule?: string
  readonly opaqueData?: string
  /** Default: now. */
  readonly time?: Date
}

/** A bucket notification with one record, in the shape that RGW 20.2.4 sends. */
export type CephSample = ReturnType<typeof cephSample>

/**
 * A notification of Ceph's gateway, as RGW 20.2.4 was seen to send it. Every sample is an event of its own: no two have the same
 * sequencer.
 *
 * ```ts
 * cephSample('ObjectCreated:Put', { bucket: 'photos', key: 'in/a.jpg', tags: { stage: 'raw' } })
 * ```
 *
 * @param event any name of an event; an editor completes the known ones
 */
export const cephSample = (event: OrAny<CephSampleEvent> = 'ObjectCreated:Put', options: CephSampleOptions = {}) => {
  const eventName = event.replace(/^s3:/, '')
  const isLifecycle = /^(Object)?Lifecycle/.test(eventName)
  const isEmpty = /DeleteMarker$|:AbortM/.test(eventName)
  const { bucket = 'photos', key = 'in/a.jpg', tenant = '', size = isEmpty ? 0 : 1024 } = options
  const { eTag = eTagOf(eventName, isEmpty), time, metadata = {}, tags = {} } = options
  const { seconds, nanoseconds } = instant(time)
  const micros = String(Math.trunc(nanoseconds / 1000)).padStart(6, '0')
  const owner = { principalId: tenant === '' ? 'owner' : `${tenant}$owner` }
  return {
    Records: [
      {
        eventVersion: '2.2',
        eventSource: 'ceph:s3',
        awsRegion: 'default',
        eventTime: `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${micros}Z`,
        eventName,
        userIdentity: { principalId: options.principalId ?? (isLifecycle ? 'rgw lifecycle' : owner.principalId) },
        requestParameters: { sourceIPAddress: '' },
        responseElements: {
          'x-amz-request-id': isLifecycle ? '0' : `${GATEWAY}.${randomBytes(8).readBigUInt64BE()}`,
          'x-amz-id-2': '4109-default-default',
        },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: options.rule ?? 'configuration',
          bucket: {
            name: bucket,
            ownerIdentity: owner,
            arn: `arn:aws:s3:default:${tenant}:${bucket}`,
            id: `${GATEWAY}.11`,
          },
          object: {
            key,
            size,
            eTag,
            versionId: options.versionId ?? (/DeleteMarker/.test(eventName) ? randomUUID().replaceAll('-', '') : ''),
            sequencer: littleEndian(seconds) + littleEndian(nanoseconds),
            metadata: Object.entries(metadata).map(([name, val]) => ({ key: metadataName(name), val })),
            tags: Object.entries(tags).flatMap(([name, values]) => [values].flat().map((val) => ({ key: name, val }))),
          },
        },
        eventId: `${seconds}.${micros}.${eTag}`,
        opaqueData: options.opaqueData ?? '',
      },
    ],
  }
}

const GATEWAY = '43a7eb03-29c9-4dd4-9eab-120e7662b3ad.4109'
const HELLO = '68a0697b83411b6cb6b7fe791c4cef7b'

const eTagOf = (eventName: string, isEmpty: boolean): string =>
  isEmpty ? '' : eventName.endsWith('CompleteMultipartUpload') ? `${HELLO}-1` : HELLO

const metadataName = (name: string): string => (name.startsWith('x-amz-') ? name : `x-amz-meta-${name}`)

let last = 0n

/** Each call gives another instant, in this process and in others. */
const instant = (time = new Date()): { readonly seconds: number; readonly nanoseconds: number } => {
  const nanos = BigInt(time.getTime()) * 1_000_000n + BigInt(Math.trunc(Math.random() * 1_000_000))
  last = nanos > last || last - nanos > 1_000_000_000n ? nanos : last + 1n
  return { seconds: Number(last / 1_000_000_000n), nanoseconds: Number(last % 1_000_000_000n) }
}

/** As lib/ceph/s3-senders.ts reads it. */
const littleEndian = (word: number): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(word)
  return bytes.toString('hex').toUpperCase()
}
