import { type OneOf, type Test, testMatcher } from '../core/condition.ts'
import { globMatcher } from '../core/filter.ts'
import type { CephEvent } from './ceph-event.ts'
import { type CephEventName, eventNamed } from './ceph-event-names.ts'
import { type CephRecordView, recordOf } from './ceph-record.ts'

/** An event name of RGW, or one with `*`, as a topic's rule has it. `s3:` in front may stay. */
export type CephPattern = CephEventName | `s3:${CephEventName}` | '*'

/** An event must match every field that is set. A test is one of those that routes have: a text is a glob. */
export type CephFilter = {
  readonly bucket?: Test
  readonly key?: Test
  /** The key begins with this text. */
  readonly prefix?: OneOf<string>
  /** The key ends with this text. */
  readonly suffix?: OneOf<string>
  /** Matched against the key, which has up to 1024 bytes. A slow expression is not stopped. */
  readonly regex?: RegExp
  /** User metadata by name, with or without `x-amz-meta-`. */
  readonly metadata?: Readonly<Record<string, Test>>
  /** If a tag has several values, one of them has to match. */
  readonly tags?: Readonly<Record<string, Test>>
  /** Also new objects that a function wrote with `record.put`. Default: false, so that no function answers its own writes. */
  readonly fromFunctions?: boolean
  /** In bytes, both included. An event without a size does not fit. */
  readonly size?: Test
}

/** Whether an event has the name and fits the filter. */
export const cephMatcher = (pattern: string, filter: CephFilter = {}): ((event: CephEvent) => boolean) => {
  const hasName = nameMatcher(pattern)
  const fits = filterMatcher(filter)
  return (event) =>
    hasName(event.data.eventName) && fits(event) && (filter.fromFunctions === true || !isFromFunction(event))
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

const filterMatcher = (filter: CephFilter): ((event: CephEvent) => boolean) => {
  const { bucket, key, prefix, suffix, regex, metadata = {}, tags = {}, size } = filter
  const every: ((record: CephRecordView) => boolean)[] = []
  const add = (test: Test | undefined, read: (record: CephRecordView) => unknown): void => {
    if (test === undefined) return
    const holds = testMatcher(test)
    every.push((record) => holds(read(record)))
  }
  add(bucket, (record) => record.bucket)
  add(key, (record) => record.key)
  add(prefix === undefined ? prefix : [prefix].flat().map((one) => ({ prefix: one })), (record) => record.key)
  add(suffix === undefined ? suffix : [suffix].flat().map((one) => ({ suffix: one })), (record) => record.key)
  if (regex !== undefined)
    every.push((record) => Buffer.byteLength(record.key) <= MAX_KEY_BYTES && record.key.search(regex) !== -1)
  for (const [name, test] of Object.entries(metadata)) add(test, (record) => record.metadata.get(metadataName(name)))
  for (const [name, test] of Object.entries(tags)) add(test, (record) => record.tags.get(name))
  add(size, (record) => record.size)
  if (every.length === 0) return () => true
  return (event) => {
    const record = recordOf(event)
    return every.every((holds) => holds(record))
  }
}

const metadataName = (name: string): string => (name.startsWith('x-amz-meta-') ? name : `x-amz-meta-${name}`)
