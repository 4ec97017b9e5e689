import type { Logger } from '../../process/log.ts'
import type { Binding } from '../broker/bind.ts'

/** Which exchanges a queue is bound to, and which it waits for. */
export type Bindings = {
  readonly bound: readonly string[]
  /** The missing ones that may be declared at any moment, so that each second counts. */
  readonly searched: readonly string[]
  connected(): void
  found(bindings: readonly Binding[]): void
}

export type BindingsOptions = {
  readonly name: string
  readonly exchanges: readonly string[]
  readonly log: Logger
  /** Milliseconds. */
  readonly now: () => number
}

/** A service that is restarted together with its broker, or installed together with the relay, is there by then. */
const SEARCH_FOR_MS = 10 * 60_000
const SEARCH_EVERY_MS = 1000

/** Right after it was lost, an exchange that notifies is likely to be declared again any moment. */
const HURRY_FOR_MS = 60_000
const HURRY_EVERY_MS = 250

type Known = {
  state: Binding['state'] | 'unknown'
  wasBound: boolean
  /** The search is on since then. */
  since: number
  lookedAt: number
}

export const createBindings = ({ name, exchanges, log, now }: BindingsOptions): Bindings => {
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
        // A binding survives a restart of the broker only with a durable exchange.
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
        if (state === 'refused') log.error({ source: name, exchange, error }, REFUSED)
        if (about.state === 'bound') about.since = now()
        about.state = state
        about.wasBound ||= state === 'bound'
      }
      for (const [{ level, message }, named] of lines) log[level]({ source: name, exchanges: named }, message)
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
    'waiting for exchanges that do not exist yet: their services have published nothing so far, or send no notifications ' +
    '(set driver = messagingv2 in [oslo_messaging_notifications]), or use another virtual host',
}

const MISSED: Line = {
  level: 'warn',
  message:
    'these exchanges are gone, as exchanges that are not durable go with a restart of the broker: notifications are being missed ' +
    'from when a service declares its exchange again until it is bound again. They are looked for every second. ' +
    'Nothing is missed with durable exchanges (amqp_durable_queues=true in the services)',
}

const PERHAPS_MISSED: Line = {
  level: 'info',
  message:
    'these exchanges are bound again: what was published to those that are not durable, since the connection or the exchange ' +
    'was lost, was missed. Nothing is missed with durable ones',
}

const REFUSED =
  'the broker does not let this user bind the exchange: give the user the right to read it, or leave it out of --exchanges. ' +
  'The other exchanges are not affected; it is tried again later'

/** Watches for exchanges that bring nothing. */
export type QuietExchanges = {
  /** A message came by an exchange. */
  came(exchange: string): void
  /** Tells once of each bound exchange that has brought nothing for long. */
  check(bound: readonly string[]): void
}

export type QuietOptions = {
  readonly name: string
  readonly log: Logger
  /** Milliseconds. */
  readonly now: () => number
}

/** Even a small cloud has notifications of some kind every hour. */
const QUIET_MS = 60 * 60_000

export const createQuietExchanges = ({ name, log, now }: QuietOptions): QuietExchanges => {
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
      if (quiet.length > 0) log.info({ source: name, exchanges: quiet }, QUIET)
    },
  }
}

const QUIET =
  'nothing has come by these exchanges for an hour, though they are bound: where that is not expected, check the ' +
  '[oslo_messaging_notifications] driver and topics of the service, and --binding-keys'
