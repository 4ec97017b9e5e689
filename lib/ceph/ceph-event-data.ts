import { rfc3339 } from '../process/rfc3339.ts'
import { type CephRecord, isObject, isTextOrAbsent } from './ceph-notification.ts'
import { decodeQuery, encodesKeys, timeOf } from './s3-senders.ts'

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

/**
 * Whether a value is a record that already has the shape of an event's data, as RGW sends them since release 17: `CephRecord` accepts
 * it, and `eventDataOf` would change nothing. This check is several times as fast as those two. It may return false for such a record,
 * which then takes the slow way, but never true for another value.
 */
export const isEventData = (value: unknown): value is CephEventData => {
  if (!isObject(value)) return false
  const { eventSource, eventTime, eventName, requestParameters, responseElements, s3 } = value
  return (
    isName(eventSource) &&
    !encodesKeys(eventSource) &&
    isFinalTime(eventTime) &&
    isName(eventName) &&
    !eventName.startsWith('s3:') &&
    typeof value.awsRegion === 'string' &&
    typeof value.opaqueData === 'string' &&
    isTextOrAbsent(value.eventVersion) &&
    isTextOrAbsent(value.eventId) &&
    isPrincipalOrAbsent(value.userIdentity) &&
    isRequestOrAbsent(requestParameters) &&
    isResponseOrAbsent(responseElements) &&
    isObject(s3) &&
    isTextOrAbsent(s3.configurationId) &&
    isBucket(s3.bucket) &&
    isEventObject(s3.object)
  )
}

const isRequestOrAbsent = (parameters: unknown): boolean =>
  parameters === undefined ||
  (isObject(parameters) && isTextOrAbsent(parameters.sourceIPAddress) && !hasCredentials(parameters))

const isResponseOrAbsent = (elements: unknown): boolean =>
  elements === undefined ||
  (isObject(elements) &&
    isTextOrAbsent(elements['x-amz-request-id']) &&
    isTextOrAbsent(elements['x-amz-id-2']) &&
    !hasCredentials(elements))

const isBucket = (bucket: unknown): boolean =>
  isObject(bucket) &&
  isName(bucket.name) &&
  isTextOrAbsent(bucket.id) &&
  isTextOrAbsent(bucket.arn) &&
  isPrincipalOrAbsent(bucket.ownerIdentity)

const isEventObject = (object: unknown): boolean =>
  isObject(object) &&
  isName(object.key) &&
  typeof object.size === 'number' &&
  object.size >= 0 &&
  typeof object.eTag === 'string' &&
  object.etag === undefined &&
  typeof object.versionId === 'string' &&
  typeof object.sequencer === 'string' &&
  object.userMetadata === undefined &&
  Array.isArray(object.metadata) &&
  object.metadata.every((pair) => isEventPair(pair) && isUserMetadata(pair.key)) &&
  Array.isArray(object.tags) &&
  object.tags.every(isEventPair)

const isEventPair = (pair: unknown): pair is Pair =>
  isObject(pair) && typeof pair.key === 'string' && typeof pair.val === 'string' && pair.value === undefined

const isPrincipalOrAbsent = (value: unknown): boolean =>
  value === undefined || (isObject(value) && isTextOrAbsent(value.principalId))

/** Whether `eventDataOf` would leave this time as it is: it is a date in UTC in the form of RFC 3339, or no date at all. */
const isFinalTime = (text: unknown): text is string =>
  typeof text === 'string' && text[0] === '2' && text[10] === 'T' && text.endsWith('Z')

const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The record in the shape of an event's data. Copies the parts that change and shares the rest: records are never modified in place. */
export const eventDataOf = (record: CephRecord): CephEventData => ({
  ...record,
  awsRegion: record.awsRegion ?? '',
  eventTime: finalTime(record),
  // 14.x and 15.x write the name with the prefix `s3:`, later releases without it.
  eventName: record.eventName.startsWith('s3:') ? record.eventName.slice(3) : record.eventName,
  ...(record.requestParameters && { requestParameters: withoutCredentials(record.requestParameters) }),
  ...(record.responseElements && { responseElements: withoutCredentials(record.responseElements) }),
  s3: { ...record.s3, object: normalizeObject(record.s3.object, encodesKeys(record.eventSource)) },
  opaqueData: record.opaqueData ?? '',
})

const finalTime = ({ eventSource, eventTime, s3 }: CephRecord): string => {
  if (!isNoTime(eventTime)) return rfc3339(eventTime) ?? eventTime
  return (eventSource === 'ceph:s3' ? timeOf(String(s3.object.sequencer)) : undefined) ?? eventTime
}

/** RGW prints a time that was not set as zero: `0.000000` for a form upload by a browser on 20.2.4. */
export const isNoTime = (eventTime: string): boolean => NO_TIME.test(eventTime)
const NO_TIME = /^(?:0(?:\.0+)?$|1970-01-01T00:00:00)/

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
    if (isEventPair(pair)) return pair
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

const hasCredentials = (headers: object): boolean => Object.keys(headers).some(isCredentialHeader)

const isCredentialHeader = (name: string): boolean => CREDENTIALS.has(name.toLowerCase())

/** Returns the object itself if it has no credentials, otherwise a copy without them. */
const withoutCredentials = <Headers extends object>(headers: Headers): Headers => {
  if (!hasCredentials(headers)) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isCredentialHeader(name))) as Headers // Fewer optional fields.
}

/** Whether a metadata entry is the uploader's own. The others are request headers, which include keys and tokens. */
const isUserMetadata = (name: string): boolean => /^x-amz-meta-/i.test(name)
