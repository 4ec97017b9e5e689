/**
 * Every event that some release can be asked for (rgw_notify_event_type.cc, 14.x to 21). Which ones a gateway knows
 * depends on its release; one that it does not know it refuses with an empty message.
 */
const EVENTS = [
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
] as const

/** What a rule without events is about, to the gateway as well. */
export const DEFAULT_EVENTS: readonly string[] = ['ObjectCreated:*', 'ObjectRemoved:*']

/** 17 and 18 call it so in what they send. */
const ALIASES: Readonly<Record<string, string>> = {
  'objectlifecycle:expiration:abortmpu': 'ObjectLifecycle:Expiration:AbortMultipartUpload',
}

const BY_LOWER_CASE = new Map<string, string>(EVENTS.map((event) => [event.toLowerCase(), event]))

/**
 * The one name of an event, without `s3:`; undefined if there is none such. Releases disagree about capitals
 * (`Noncurrent`, `NonCurrent`), so these are not looked at.
 */
export const eventNamed = (text: string): string | undefined => {
  const name = text.replace(/^s3:/i, '').toLowerCase()
  return ALIASES[name] ?? BY_LOWER_CASE.get(name)
}

/**
 * The name to subscribe with. `Noncurrent` is what 17 and 18 know; 20 knows both spellings.
 */
export const wireEvent = (event: string): string => `s3:${event.replace('NonCurrent', 'Noncurrent')}`
