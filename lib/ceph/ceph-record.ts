import { type CephEvent, tenantOf } from './ceph-event.ts'
import type { Pair } from './ceph-event-data.ts'

/** A record as handlers need it, without the details of the wire format. */
export type CephRecordView = {
  readonly bucket: string
  /** The tenant that owns the bucket. Absent for a bucket without a tenant. */
  readonly tenant?: string
  /** The object's key in plain text. */
  readonly key: string
  /** Absent in a bucket without versions. */
  readonly versionId?: string
  /** In bytes. For a delete, the size of the deleted object. */
  readonly size?: number
  /** Without quotes. Empty if the sender gave none. */
  readonly eTag: string
  /** User metadata by name, with `x-amz-meta-`. The last value counts if a name is repeated. */
  readonly metadata: ReadonlyMap<string, string>
  /** Tags by key. A key can have several values, in the order of the record. */
  readonly tags: ReadonlyMap<string, readonly string[]>
  readonly event: EventName
  /** The id of the rule that matched. */
  readonly rule?: string
  /** The caller: user id, `tenant$user`, Keystone project or account. */
  readonly principalId?: string
}

/** `ObjectLifecycle:Expiration:Current` has the kind `ObjectLifecycle`, the action `Expiration` and the detail `Current`. */
export type EventName = {
  readonly name: string
  readonly kind: string
  readonly action?: string
  readonly detail?: string
}

/** The record inside an event, for handlers. */
export const recordOf = ({ data }: CephEvent): CephRecordView => {
  const { bucket, object, configurationId } = data.s3
  const metadata: readonly Pair[] = object.metadata
  const principalId = data.userIdentity?.principalId
  const tenant = tenantOf(data)
  return {
    bucket: bucket.name,
    ...(tenant !== '' && { tenant }),
    key: object.key,
    ...(object.versionId !== '' && { versionId: object.versionId }),
    ...(object.size !== undefined && { size: object.size }),
    eTag: object.eTag,
    metadata: new Map(metadata.map(({ key, val }) => [key, val])),
    tags: tagMap(object.tags),
    event: splitEventName(data.eventName),
    ...(configurationId !== undefined && { rule: configurationId }),
    ...(principalId !== undefined && { principalId }),
  }
}

const tagMap = (tags: readonly Pair[]): Map<string, string[]> => {
  const map = new Map<string, string[]>()
  for (const { key, val } of tags) {
    const values = map.get(key)
    if (values === undefined) map.set(key, [val])
    else values.push(val)
  }
  return map
}

const splitEventName = (name: string): EventName => {
  const [kind = name, action, ...details] = name.split(':')
  return {
    name,
    kind,
    ...(action !== undefined && { action }),
    ...(details.length > 0 && { detail: details.join(':') }),
  }
}
