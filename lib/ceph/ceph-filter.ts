import { globMatcher, hasAll, isOneOf, type OneOf } from '../core/filter.ts'
import type { CephEvent } from './ceph-event.ts'
import { type CephEventName, eventNamed } from './ceph-event-names.ts'
import { recordOf } from './ceph-record.ts'

/** An event name of RGW, or one with `*`, as a topic's rule has it. `s3:` in front may stay. */
export type CephPattern = CephEventName | `s3:${CephEventName}` | '*'

/** An event must match every field that is set. */
export type CephFilter = {
  readonly bucket?: OneOf<string>
  /** The key begins with this text. */
  readonly prefix?: OneOf<string>
  /** The key ends with this text. */
  readonly suffix?: OneOf<string>
  /** Matched against the key, which has up to 1024 bytes. A slow expression is not stopped. */
  readonly regex?: RegExp
  /** User metadata by name, with or without `x-amz-meta-`. */
  readonly metadata?: Readonly<Record<string, OneOf<string>>>
  /** If a tag has several values, one of them has to match. */
  readonly tags?: Readonly<Record<string, OneOf<string>>>
  /** Also new objects that a function wrote with `record.put`. Default: false, so that no function answers its own writes. */
  readonly fromFunctions?: boolean
  /** In bytes, both included. An event without a size does not fit. */
  readonly size?: { readonly min?: number; readonly max?: number }
}

/** Whether an event has the name and fits the filter. */
export const cephMatcher = (pattern: string, filter: CephFilter = {}): ((event: CephEvent) => boolean) => {
  const hasName = nameMatcher(pattern)
  return (event) =>
    hasName(event.data.eventName) && fits(event, filter) && (filter.fromFunctions === true || !isFromFunction(event))
}

/** Name of the metadata entry that `record.put` writes: the id of the event that caused the object. */
export const WRITTEN_BY_FUNCTION = 'tidings-cause'

/** Whether a function wrote the new object of this event, or it is a copy of such an object. */
export const isFromFunction = ({ data }: CephEvent): boolean =>
  data.eventName.startsWith('ObjectCreated:') &&
  data.s3.object.metadata.some(({ key }) => key === metadataName(WRITTEN_BY_FUNCTION))

/** Releases differ in capitals and abbreviations: both sides are brought to one name first. */
const nameMatcher = (pattern: string): ((name: string) => boolean) => {
  const matches = globMatcher(canonical(pattern))
  return (name) => matches(canonical(name))
}

const canonical = (name: string): string => (eventNamed(name) ?? name.replace(/^s3:/i, '')).toLowerCase()

/** The longest key that S3 allows. */
const MAX_KEY_BYTES = 1024

const fits = (event: CephEvent, filter: CephFilter): boolean => {
  if (Object.keys(filter).length === 0) return true
  const { bucket, key, size, metadata, tags } = recordOf(event)
  return (
    isOneOf(filter.bucket, (name) => bucket === name) &&
    isOneOf(filter.prefix, (prefix) => key.startsWith(prefix)) &&
    isOneOf(filter.suffix, (suffix) => key.endsWith(suffix)) &&
    (filter.regex === undefined || (Buffer.byteLength(key) <= MAX_KEY_BYTES && key.search(filter.regex) !== -1)) &&
    hasAll(filter.metadata, (name, value) => metadata.get(metadataName(name)) === value) &&
    hasAll(filter.tags, (name, value) => tags.get(name)?.includes(value) === true) &&
    isWithin(size, filter.size)
  )
}

const metadataName = (name: string): string => (name.startsWith('x-amz-meta-') ? name : `x-amz-meta-${name}`)

const isWithin = (size: number | undefined, limits: CephFilter['size']): boolean => {
  if (limits === undefined) return true
  const { min = 0, max = Number.POSITIVE_INFINITY } = limits
  return size !== undefined && size >= min && size <= max
}
