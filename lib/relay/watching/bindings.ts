import type { Logger } from '../../process/log.ts'
import type { Binding } from '../broker/bind.ts'

/** Knows which exchanges a queue is bound to, and which it waits for. */
export type Bindings = {
  readonly bound: readonly string[]
  /** Missing exchanges to look for now. */
  readonly searched: readonly string[]
  connected(): void
  found(bindings: readonly Binding[]): void
}

export type BindingsOptions = {
  readonly exchanges: readonly string[]
  readonly log: Logger
  /** The current time, in milliseconds. */
  readonly now: () => number
}

/** After this time, a service that was restarted with its broker or installed with the relay should be up. */
const SEARCH_FOR_MS = 10 * 60_000
const SEARCH_EVERY_MS = 1000

/** An exchange that was just lost is likely to be declared again at any moment. */
const HURRY_FOR_MS = 60_000
const HURRY_EVERY_MS = 250

type Known = {
  state: Binding['state'] | 'unknown'
  wasBound: boolean
  /** When the search began. */
  since: number
  lookedAt: number
}

export const createBindings = ({ exchanges, log, now }: BindingsOptions): Bindings => {
  const known = new Map<string, Known>(
    exchanges.map((exchange) => [exchange, { state: 'unknown', wasBound: false, since: now(), lookedAt: 0 }]),
  )
  let isFirst = true

  const where = (holds: (about: Known) => boolean): readonly string[] =>
    [...known].filter(([, about]) => holds(about)).map(([exchange]) => exchange)

  return {
    get bound() {
      return where(({ state }) => state === 'bound')
    },
    get searched() {
      return where((about) => about.state === 'missing' && now() - about.lookedAt >= searchEveryMs(about, now()))
    },
    connected() {
      for (const about of known.values()) {
        if (isFirst || about.wasBound) about.since = now()
        // A binding survives a restart of the broker only if the exchange is durable.
        if (about.state === 'bound') about.state = 'unknown'
      }
      isFirst = false
    },
    found(bindings) {
      const lines = new Map<Line, string[]>()
      for (const { exchange, state, error } of bindings) {
        const about = known.get(exchange)
        if (about === undefined) continue
        about.lookedAt = now()
        if (about.state === state) continue
        for (const line of linesOf(about, state)) lines.set(line, [...(lines.get(line) ?? []), exchange])
        if (state === 'refused') log.error({ exchange, error }, REFUSED)
        if (about.state === 'bound') about.since = now()
        about.state = state
        about.wasBound ||= state === 'bound'
      }
      for (const [{ level, message }, named] of lines) log[level]({ exchanges: named }, message)
    },
  }
}

const searchEveryMs = ({ wasBound, since }: Known, now: number): number => {
  if (now - since >= SEARCH_FOR_MS) return Number.POSITIVE_INFINITY
  return wasBound && now - since < HURRY_FOR_MS ? HURRY_EVERY_MS : SEARCH_EVERY_MS
}

type Line = { readonly level: 'info' | 'warn'; readonly message: string }

const linesOf = ({ wasBound }: Known, state: Binding['state']): readonly Line[] => {
  if (state === 'bound') return wasBound ? [BOUND, PERHAPS_MISSED] : [BOUND]
  if (state === 'missing') return [wasBound ? MISSED : ABSENT]
  return []
}

const BOUND: Line = { level: 'info', message: 'bound' }

const ABSENT: Line = {
  level: 'warn',
  message:
    'waiting for exchanges that do not exist yet: their services have published nothing so far, send no notifications ' +
    '(set driver = messagingv2 in [oslo_messaging_notifications]), or use another virtual host',
}

const MISSED: Line = {
  level: 'warn',
  message:
    'these exchanges are gone: a restart of the broker deletes exchanges that are not durable. The relay looks for them every ' +
    'second. Notifications are missed between the moment when a service declares its exchange again and the moment when the ' +
    'relay has bound it. Durable exchanges (amqp_durable_queues=true in the services) avoid this',
}

const PERHAPS_MISSED: Line = {
  level: 'info',
  message:
    'these exchanges are bound again. Of those that are not durable, the notifications were missed that were published since ' +
    'the connection or the exchange was lost',
}

const REFUSED =
  'the broker does not let this user bind the exchange: give the user the right to read it, or leave it out of --exchanges. ' +
  'The other exchanges are not affected, and the relay tries again later'

/** Finds exchanges that bring nothing. */
export type QuietExchanges = {
  /** A message came by an exchange. */
  came(exchange: string): void
  /** Logs each bound exchange once that has brought nothing for long. */
  check(bound: readonly string[]): void
}

export type QuietOptions = {
  readonly log: Logger
  /** The current time, in milliseconds. */
  readonly now: () => number
}

/** Even a small cloud has notifications of some kind every hour. */
const QUIET_MS = 60 * 60_000

export const createQuietExchanges = ({ log, now }: QuietOptions): QuietExchanges => {
  const heardAt = new Map<string, number>()
  const told = new Set<string>()
  return {
    came(exchange) {
      heardAt.set(exchange, now())
      told.delete(exchange)
    },
    check(bound) {
      for (const exchange of bound) if (!heardAt.has(exchange)) heardAt.set(exchange, now())
      const isQuiet = (exchange: string): boolean => now() - (heardAt.get(exchange) ?? 0) >= QUIET_MS
      const quiet = bound.filter((exchange) => isQuiet(exchange) && !told.has(exchange))
      for (const exchange of quiet) told.add(exchange)
      if (quiet.length > 0) log.info({ exchanges: quiet }, QUIET)
    },
  }
}

const QUIET =
  'these exchanges are bound, and have brought nothing for an hour: if you expect notifications, check the driver and the ' +
  'topics in [oslo_messaging_notifications] of the service, and --binding-keys'
