/**
 * Every event that some release of RGW can be asked for (rgw_notify_event_type.cc, 14.x to 21). Which ones a gateway knows
 * depends on its release; a gateway refuses one that it does not know with an empty message.
 */
export const EVENT_NAMES = [
  'ObjectCreated:*',
  'ObjectCreated:Put',
  'ObjectCreated:Post',
  'ObjectCreated:Copy',
  'ObjectCreated:CompleteMultipartUpload',
  'ObjectRemoved:*',
  'ObjectRemoved:Delete',
  'ObjectRemoved:DeleteMarkerCreated',
  // 17
  'ObjectLifecycle:*',
  'ObjectLifecycle:Expiration:*',
  'ObjectLifecycle:Expiration:Current',
  'ObjectLifecycle:Expiration:NonCurrent',
  'ObjectLifecycle:Expiration:DeleteMarker',
  'ObjectLifecycle:Expiration:AbortMultipartUpload',
  'ObjectLifecycle:Transition:*',
  'ObjectLifecycle:Transition:Current',
  'ObjectLifecycle:Transition:NonCurrent',
  'ObjectSynced:*',
  'ObjectSynced:Create',
  'ObjectSynced:Delete',
  'ObjectSynced:DeletionMarkerCreated',
  // 19
  'LifecycleExpiration:*',
  'LifecycleExpiration:Delete',
  'LifecycleExpiration:DeleteMarkerCreated',
  'LifecycleTransition',
  'Replication:*',
  'Replication:Create',
  'Replication:Delete',
  'Replication:DeletionMarkerCreated',
  // 21
  'ObjectRestore:*',
  'ObjectRestore:Post',
  'ObjectRestore:Completed',
  'ObjectRestore:Delete',
] as const

export type CephEventName = (typeof EVENT_NAMES)[number]

/** 17 and 18 send this name. */
const ALIASES: Readonly<Record<string, string>> = {
  'objectlifecycle:expiration:abortmpu': 'ObjectLifecycle:Expiration:AbortMultipartUpload',
}

const BY_LOWER_CASE = new Map<string, string>(EVENT_NAMES.map((event) => [event.toLowerCase(), event]))

/**
 * The name of an event in the list above, without `s3:`; undefined for a name that is not there. Capitals do not matter, because
 * releases disagree about them (`Noncurrent`, `NonCurrent`).
 */
export const eventNamed = (text: string): string | undefined => {
  const name = text.replace(/^s3:/i, '').toLowerCase()
  return ALIASES[name] ?? BY_LOWER_CASE.get(name)
}
