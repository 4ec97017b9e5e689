import type { ConfigError } from '../process/errors.ts'

/** What a running relay tells of itself: for probes, metrics and the progress line. Counts go up only. */
export type RelayStatus = {
  readonly sources: readonly SourceStatus[]
}

export type SourceStatus = {
  /** `<vhost>/<queue>`: no host, no credentials. */
  readonly name: string
  /**
   * `waiting`: for an exchange that no service has declared yet. `paused`: the function takes nothing. `blocked`: the
   * broker has an alarm and takes no publishes.
   */
  readonly state: 'connecting' | 'waiting' | 'consuming' | 'paused' | 'blocked' | 'draining' | 'stopped'
  readonly consumed: number
  readonly acked: number
  readonly retried: number
  readonly deadLettered: number
  /** Remote procedure calls that a broad binding copied: told by their routing key, dropped unread. */
  readonly droppedRpc: number
  readonly reconnects: number
  readonly inFlight: number
  /** Messages ready in the queue, as last read. */
  readonly depth: number | undefined
  /** Messages ready in the dead-letter queue, as last read: given by the relay or by the broker. */
  readonly deadLetters: number | undefined
}

export type Relay = {
  status(): RelayStatus
  /**
   * Stops consuming, waits for what is under way, acks it, closes the connections. Resolves also when `drainMs` is
   * over.
   */
  stop(): Promise<void>
  /**
   * Resolves once nothing runs any more: after `stop`, or of itself with the fault that no waiting would mend, such as
   * a queue that exists with other arguments. Never rejects.
   */
  readonly ended: Promise<ConfigError | undefined>
}

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
