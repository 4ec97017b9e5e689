import type { Backoff } from '../process/retrying.ts'
import type { RetryOptions } from './consuming/settle.ts'

/** One RabbitMQ virtual host to take messages from. */
export type Source = {
  /** Tried in turn. The first one to try is chosen at random. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[]
  readonly username: string
  readonly password: string
  readonly vhost: string
  readonly heartbeatSeconds: number
  /** Absent for plain TCP. */
  readonly tls?: TlsFiles | undefined
  readonly queue: OwnQueue | ForeignQueue
}

/** PEM files. They are read at every connect, so that a rotated certificate is used. */
export type TlsFiles = {
  readonly caFile?: string | undefined
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  /** The name that the broker's certificate must have, if it is not the host of the URL. */
  readonly serverName?: string | undefined
}

/** Stands for the name of the bound exchange in a binding key. */
export const EXCHANGE_IN_KEY = '<exchange>'

/** A queue that the relay declares, binds and keeps bound. */
export type OwnQueue = {
  readonly kind: 'own'
  readonly name: string
  readonly type: 'quorum' | 'classic'
  /** They belong to the services: the relay checks that they exist, and never declares them. */
  readonly exchanges: readonly string[]
  /** The keys for each exchange. `<exchange>` in a key stands for its name. */
  readonly bindingKeys: readonly string[]
  /**
   * The binding keys also match OpenStack's remote procedure calls. A message is dropped unread if its routing key is not
   * that of a notification.
   */
  readonly dropsRpc: boolean
  /** How long a message waits at most while no relay takes it. */
  readonly ttlMs: number
  readonly maxLength: number
  readonly overflow: 'drop-head' | 'reject-publish'
  /** The number of redeliveries after which a quorum queue itself dead-letters a message. */
  readonly deliveryLimit: number
}

/** A queue that somebody else declared. The relay consumes it as it is, and declares queues of its own for retries and dead letters. */
export type ForeignQueue = { readonly kind: 'foreign'; readonly name: string }

export type RelayOptions = {
  readonly sources: readonly Source[]
  readonly batch: { readonly size: number; readonly lingerMs: number }
  /** Batches under way at once, for each source. */
  readonly concurrency: number
  /**
   * Keeps the order of the queue: no message is handed over before those ahead of it are settled. Needs `concurrency` 1,
   * and a function that stops at the first message that it wants again.
   */
  readonly ordered?: boolean | undefined
  /** The most unacked messages, for each source. */
  readonly prefetch: number
  /** The most bytes of unacked bodies, for each source. One message alone may be larger. Absent: no limit. */
  readonly bytesInHand?: number | undefined
  /** A message with a larger body becomes a dead letter unread. Absent: no limit. */
  readonly maxMessageBytes?: number | undefined
  readonly retry: RetryOptions
  /** How often the exchanges are bound again and the depth of the queue is read. */
  readonly rebindMs: number
  /** How long a stop waits for what is under way. */
  readonly drainMs: number
}

/** How long the relay waits. Nobody has to set these; tests shorten them. */
export type Timings = {
  /** Between two tries to connect. */
  readonly reconnect: Backoff
  /** Between two tries of a function that gives no answer, and between two tries of a copy that the broker refuses. */
  readonly pause: Backoff
  /** How long an ack waits for the acks of earlier messages, so that one frame carries them all. */
  readonly ackLingerMs: number
  readonly connectTimeoutMs: number
}

export const TIMINGS: Timings = {
  reconnect: { firstMs: 500, maxMs: 30_000 },
  pause: { firstMs: 1000, maxMs: 60_000 },
  ackLingerMs: 250,
  connectTimeoutMs: 15_000,
}
