import type { SourceStatus } from '../status.ts'

/** What a source has done so far. The one object that its parts write to. */
export type Counts = {
  -readonly [Name in 'consumed' | 'acked' | 'retried' | 'deadLettered' | 'droppedRpc']: SourceStatus[Name]
}

export const createCounts = (): Counts => ({
  consumed: 0,
  acked: 0,
  retried: 0,
  deadLettered: 0,
  droppedRpc: 0,
})
