import type { Logger } from '../../process/log.ts'
import type { Binding } from '../broker/bind.ts'
import type { Consumption } from '../consuming/consumption.ts'
import type { Source } from '../options.ts'
import type { SourceStatus } from '../status.ts'
import { createBindings, createQuietExchanges } from './bindings.ts'

/** The present state of a source. */
export type SourceView = {
  readonly state: Extract<SourceStatus['state'], 'connecting' | 'waiting' | 'consuming' | 'blocked'>
  readonly lastDepth: number | undefined
  readonly lastDeadLetters: number | undefined
  readonly inFlight: number
  /** Resolves once no consumption so far has anything under way. */
  readonly underWay: Promise<void>
  readonly reconnects: number
  connected(): void
  consumes(consumption: Consumption): void
  disconnected(): void
  blocked(isBlocked: boolean): void
  /** The queue itself does not exist. */
  absent(): void
  found(bindings: readonly Binding[]): void
  /** Exchanges to look for now. */
  readonly searched: readonly string[]
  /** A message goes to the function. */
  came(published: Published): void
  /** A message is dropped as a remote procedure call. */
  dropped(published: Published): void
  /** The connection was lost, or could not be made. */
  lost(error: unknown): void
  depth(messages: number, deadLetters: number): void
}

export const createSourceView = ({ queue }: Source, log: Logger): SourceView => {
  let consumption: Consumption | undefined
  let isBlocked = false
  let isWaiting = false
  /** Whether the log says so: while a queue does not exist, the relay connects again and again to look for it. */
  let isConnected = false
  let connects = 0
  let depth: number | undefined
  let deadLetters: number | undefined
  let underWay: Promise<void> = Promise.resolve()
  /** The losses that were logged since the last connection, or in the last minute. */
  const losses = { told: new Set<string>(), since: 0 }
  const bindings = createBindings({ exchanges: queue.kind === 'own' ? queue.exchanges : [], log, now: Date.now })
  const quiet = createQuietExchanges({ log, now: Date.now })
  const dropped = createDroppedRpc(log)

  return {
    get state() {
      if (isWaiting) return 'waiting'
      if (consumption === undefined) return 'connecting'
      return isBlocked ? 'blocked' : 'consuming'
    },
    get lastDepth() {
      return depth
    },
    get lastDeadLetters() {
      return deadLetters
    },
    get inFlight() {
      return consumption?.inFlight ?? 0
    },
    get underWay() {
      return underWay
    },
    get reconnects() {
      return Math.max(0, connects - 1)
    },
    connected() {
      connects++
      losses.told.clear()
      bindings.connected()
      if (!isConnected) log.info({}, 'connected')
      isConnected = true
    },
    consumes(next) {
      consumption = next
      if (queue.kind === 'foreign') {
        if (isWaiting) log.info({}, 'the queue exists now')
        isWaiting = false
      }
      underWay = Promise.all([underWay, next.settled]).then(() => {})
    },
    disconnected() {
      consumption = undefined
      isBlocked = false
      if (queue.kind === 'own') isWaiting = false
    },
    blocked(now) {
      isBlocked = now
      if (now) log.warn({}, 'the broker has an alarm and accepts no messages: retries and dead letters wait')
      else log.info({}, 'the alarm of the broker is over: retries and dead letters go on')
    },
    absent() {
      if (!isWaiting) log.warn({}, ABSENT_QUEUE)
      isWaiting = true
    },
    found(now) {
      bindings.found(now)
      quiet.check(bindings.bound)
      isWaiting = bindings.bound.length === 0
    },
    get searched() {
      return bindings.searched
    },
    came({ exchange }) {
      quiet.came(exchange)
    },
    dropped,
    lost(error) {
      isConnected = false
      if (Date.now() - losses.since > TELL_AGAIN_MS) losses.told.clear()
      if (losses.told.size === 0) losses.since = Date.now()
      const said = error instanceof Error ? error.message : ''
      if (losses.told.has(said)) return
      losses.told.add(said)
      log.warn({ error }, 'no connection to the broker: trying again')
    },
    depth(messages, dead) {
      depth = messages
      deadLetters = dead
    },
  }
}

/** A broker that is unavailable is tried several times a second. One log line a minute is enough. */
const TELL_AGAIN_MS = 60_000

const ABSENT_QUEUE = 'the queue does not exist: waiting until somebody declares it'

/** oslo.messaging publishes a notification as `<topic>.<priority>`. */
const NOTIFICATION = /\.(audit|debug|info|warn|error|critical|sample)$/i

/**
 * Whether a message is a remote procedure call that a broad binding matched. It looks only at queues whose bindings match
 * such calls (RELAY_COMPAT), and only at messages that came through an exchange. The function reads all others.
 */
export const createIsRpc = ({ queue }: Source): ((message: { exchange: string; routingKey: string }) => boolean) => {
  if (queue.kind === 'foreign' || !queue.dropsRpc) return () => false
  return ({ exchange, routingKey }) => exchange !== '' && !NOTIFICATION.test(routingKey)
}

/** Where a message was published to. */
type Published = { readonly exchange: string; readonly routingKey: string }

/** Routing keys. A cloud has one for each host, and one for each process that waits for replies. */
const MAX_KEYS = 100

/** Logs the first dropped message of each routing key. */
export const createDroppedRpc = (log: Logger): ((published: Published) => void) => {
  const told = new Set<string>()
  return ({ exchange, routingKey }) => {
    const key = JSON.stringify([exchange, routingKey])
    if (told.size >= MAX_KEYS || told.has(key)) return
    told.add(key)
    log.info({ exchange, routingKey }, DROPPED)
    if (told.size === MAX_KEYS) log.info({}, 'no further routing keys of dropped messages are logged')
  }
}

const DROPPED =
  'a message was dropped unread: its routing key is not that of a notification (--compat); others with this key are only counted'
