import type { Backoff } from '../process/backoff.ts'

/** What nobody has to set: how the relay waits where waiting is all that helps. */
export type Timings = {
  /** Between two tries to connect. */
  readonly reconnect: Backoff
  /** Between two probes of a function that takes nothing, and of a queue that takes no copy. */
  readonly pause: Backoff
  /** How long acks wait for those of earlier messages, so that one frame carries them all. */
  readonly ackLingerMs: number
  readonly connectTimeoutMs: number
}

export const TIMINGS: Timings = {
  reconnect: { firstMs: 500, maxMs: 30_000 },
  pause: { firstMs: 1000, maxMs: 60_000 },
  ackLingerMs: 250,
  connectTimeoutMs: 15_000,
}
