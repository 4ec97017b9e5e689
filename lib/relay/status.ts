import type { ConfigError } from '../process/errors.ts'

/** The status of a running relay, for probes, metrics and the progress line. Counts only go up. */
export type RelayStatus = {
  readonly sources: readonly SourceStatus[]
}

export type SourceStatus = {
  /** `<vhost>/<queue>`: no host, no credentials. */
  readonly name: string
  /**
   * `waiting`: the exchange, or the queue, does not exist yet. `paused`: the function fails for all messages. `blocked`: the broker
   * has an alarm and accepts no copies.
   */
  readonly state: 'connecting' | 'waiting' | 'consuming' | 'paused' | 'blocked' | 'draining' | 'stopped'
  readonly consumed: number
  readonly acked: number
  readonly retried: number
  readonly deadLettered: number
  /** Remote procedure calls that a broad binding matched. They are recognized by their routing key and dropped unread. */
  readonly droppedRpc: number
  readonly reconnects: number
  readonly inFlight: number
  /** Messages ready in the queue, as last read. */
  readonly depth: number | undefined
  /** Messages ready in the dead-letter queue, as last read. The relay or the broker put them there. */
  readonly deadLetters: number | undefined
}

export type Relay = {
  status(): RelayStatus
  /**
   * Stops consuming, waits for the messages under way, acks them, closes the connections. Resolves at the latest shortly
   * after `drainMs`.
   */
  stop(): Promise<void>
  /**
   * Resolves once nothing runs any more: after `stop`, or after a fault that a person has to correct, such as a queue that
   * exists with other arguments. The value is that fault. Never rejects.
   */
  readonly ended: Promise<ConfigError | undefined>
}

/** Counts of a source. All its parts write to this object. */
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
