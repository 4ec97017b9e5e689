import type { Logger } from '../../log.ts'
import type { Bound } from '../broker/bind.ts'
import type { Consumption } from '../consuming/consumption.ts'
import type { Source } from '../options.ts'
import type { SourceStatus } from '../status.ts'

/** What is known of a source right now. */
export type SourceView = {
  readonly state: Extract<SourceStatus['state'], 'connecting' | 'waiting' | 'consuming' | 'blocked'>
  readonly lastDepth: number | undefined
  readonly inFlight: number
  /** Resolves once nothing of any consumption so far is under way. */
  readonly underWay: Promise<void>
  readonly reconnects: number
  connected(): void
  consumes(consumption: Consumption): void
  disconnected(): void
  blocked(isBlocked: boolean): void
  /** The queue itself is not there. */
  absent(): void
  found(bound: Bound): void
  depth(messages: number): void
}

export const createSourceView = (name: string, { queue }: Source, log: Logger): SourceView => {
  let consumption: Consumption | undefined
  let isBlocked = false
  let isWaiting = false
  let connects = 0
  let depth: number | undefined
  let underWay: Promise<void> = Promise.resolve()
  let before: Bound = { bound: [], missing: [], refused: [] }

  return {
    get state() {
      if (isWaiting) return 'waiting'
      if (consumption === undefined) return 'connecting'
      return isBlocked ? 'blocked' : 'consuming'
    },
    get lastDepth() {
      return depth
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
      log.info({ source: name }, 'connected')
    },
    consumes(next) {
      consumption = next
      if (queue.kind === 'foreign') isWaiting = false
      underWay = Promise.all([underWay, next.settled]).then(() => {})
    },
    disconnected() {
      consumption = undefined
      isBlocked = false
      if (queue.kind === 'own') isWaiting = false
    },
    blocked(now) {
      isBlocked = now
      if (now) log.warn({ source: name }, 'the broker has an alarm and takes no copies: retries and dead letters wait')
      else log.info({ source: name }, 'the broker takes copies again')
    },
    absent() {
      if (!isWaiting) log.warn({ source: name }, ABSENT_QUEUE)
      isWaiting = true
    },
    found(now) {
      const fresh = (names: readonly string[], old: readonly string[]) => names.filter((one) => !old.includes(one))
      const bound = fresh(now.bound, before.bound)
      const missing = fresh(now.missing, before.missing)
      const refused = now.refused.filter(({ exchange }) => !before.refused.some((old) => old.exchange === exchange))
      if (bound.length > 0) log.info({ source: name, exchanges: bound }, 'bound')
      if (missing.length > 0) log.warn({ source: name, exchanges: missing }, ABSENT_EXCHANGE)
      for (const { exchange, error } of refused)
        log.error({ source: name, exchange, error }, 'the exchange cannot be bound; tried again later')
      before = now
      isWaiting = now.bound.length === 0
    },
    depth(messages) {
      depth = messages
    },
  }
}

const ABSENT_EXCHANGE =
  'exchanges that are not there yet are waited for: nothing was published to them so far, or the service does not notify at all ' +
  '(its [oslo_messaging_notifications] driver has to be messagingv2), or it is not of this virtual host'

const ABSENT_QUEUE = 'the queue is not there; it is waited for, as somebody else has to declare it'
