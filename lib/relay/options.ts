import type { Backoff } from '../process/backoff.ts'

/** One RabbitMQ virtual host to take messages from. */
export type Source = {
  /** Tried in turn, from a random one on. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[]
  readonly username: string
  readonly password: string
  readonly vhost: string
  readonly heartbeatSeconds: number
  /** Absent: plain TCP. */
  readonly tls?: TlsFiles | undefined
  readonly queue: OwnQueue | ForeignQueue
}

/** PEM files, read anew at every connect, so that a rotated certificate is taken up. */
export type TlsFiles = {
  readonly caFile?: string | undefined
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  /** Expected in the broker's certificate, where that is not the host of the URL. */
  readonly serverName?: string | undefined
}

/** In a binding key: the name of the exchange that is bound. */
export const EXCHANGE_IN_KEY = '<exchange>'

/** A queue that the relay declares, binds and keeps bound. */
export type OwnQueue = {
  readonly kind: 'own'
  readonly name: string
  readonly type: 'quorum' | 'classic'
  /** Checked passively, never declared: they are the services'. */
  readonly exchanges: readonly string[]
  /** For each exchange; `<exchange>` in a key stands for its name. */
  readonly bindingKeys: readonly string[]
  /**
   * The keys take in OpenStack's remote procedure calls. A message whose routing key is not one of a notification is
   * dropped unread.
   */
  readonly dropsRpc: boolean
  /** How long a message waits at most for a relay that is away. */
  readonly ttlMs: number
  readonly maxLength: number
  readonly overflow: 'drop-head' | 'reject-publish'
  /** Redeliveries after which a quorum queue itself gives a message to the dead letters. */
  readonly deliveryLimit: number
}

/** A queue that somebody else declared: consumed as it is. Its retries and dead letters are still the relay's own queues. */
export type ForeignQueue = { readonly kind: 'foreign'; readonly name: string }

export type RelayOptions = {
  readonly sources: readonly Source[]
  readonly batch: { readonly size: number; readonly lingerMs: number }
  /** Batches under way at once, for each source. */
  readonly concurrency: number
  /**
   * Keeps the order of the queue: no message is handed over before those ahead of it are settled. Needs `concurrency` 1,
   * and a function that stops at the first message it wants again.
   */
  readonly ordered?: boolean | undefined
  /** Unacked messages at most, for each source. */
  readonly prefetch: number
  /** Bytes of the bodies in hand at most, for each source; one message alone may be larger. Absent: no bound. */
  readonly bytesInHand?: number | undefined
  /** A message with a larger body is a dead letter, unread. Absent: no bound. */
  readonly maxMessageBytes?: number | undefined
  readonly retry: {
    /** Tries in all, the first included; then the message is a dead letter. */
    readonly attempts: number
    readonly firstDelayMs: number
    readonly maxDelayMs: number
  }
  /** How often bindings are made again and the depth of the queue is read. */
  readonly rebindMs: number
  /** How long a stop waits for what is under way. */
  readonly drainMs: number
}

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
