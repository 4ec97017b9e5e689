import type { CloudEvent } from '../core/cloudevent.ts'

export const KEYS = ['subject', 'object', 'project'] as const
export type Key = (typeof KEYS)[number]

/** Events with the same key stay together and in order. Undefined for an event that has no such attribute. */
export const partitionKey = (event: CloudEvent & { readonly project?: unknown }, key: Key): string | undefined => {
  if (key === 'project') return typeof event.project === 'string' ? event.project : undefined
  if (event.subject === undefined) return undefined
  // Buckets of two tenants may have one name, so the source stands for the bucket.
  return key === 'object' ? `${event.source}/${event.subject}` : event.subject
}

/** An event with the attribute for its key: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/partitioning.md */
export const withPartitionKey = (event: CloudEvent, key: Key | undefined): CloudEvent & { partitionkey?: string } => {
  const partitionkey = key === undefined ? undefined : partitionKey(event, key)
  return partitionkey === undefined ? event : { ...event, partitionkey }
}
