import type { Logger } from '../../log.ts'
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

type Known = { state: Binding['state'] | 'unknown'; wasBound: boolean; searchUntil: number }

export const createBindings = ({ name, exchanges, log, now }: BindingsOptions): Bindings => {
  const known = new Map<string, Known>(
    exchanges.map((exchange) => [exchange, { state: 'unknown', wasBound: false, searchUntil: 0 }]),
  )
  let isFirst = true

  const where = (holds: (about: Known) => boolean): readonly string[] =>
    [...known].filter(([, about]) => holds(about)).map(([exchange]) => exchange)

  return {
    get bound() {
      return where(({ state }) => state === 'bound')
    },
    get searched() {
      return where(({ state, searchUntil }) => state === 'missing' && now() < searchUntil)
    },
    connected() {
      for (const about of known.values()) if (isFirst || about.wasBound) about.searchUntil = now() + SEARCH_FOR_MS
      isFirst = false
    },
    found(bindings) {
      const changed = bindings.filter(({ exchange, state }) => known.get(exchange)?.state !== state)
      const named = (state: Binding['state'], holds: (before: Known | undefined) => boolean): readonly string[] =>
        changed
          .filter((binding) => binding.state === state)
          .map(({ exchange }) => exchange)
          .filter((exchange) => holds(known.get(exchange)))
      const tell = (level: 'info' | 'warn', names: readonly string[], message: string): void => {
        if (names.length > 0) log[level]({ source: name, exchanges: names }, message)
      }
      const all = () => true
      const wasBound = (before: Known | undefined) => before?.wasBound === true
      tell('info', named('bound', all), 'bound')
      tell(
        'info',
        named('bound', (before) => before?.state === 'unknown' && before.wasBound),
        PERHAPS_MISSED,
      )
      tell(
        'warn',
        named('missing', (before) => !wasBound(before)),
        ABSENT,
      )
      tell('warn', named('missing', wasBound), MISSED)
      for (const { exchange, state, error } of changed)
        if (state === 'refused') log.error({ source: name, exchange, error }, REFUSED)
      for (const { exchange, state } of changed) {
        const { wasBound = false, searchUntil = 0 } = known.get(exchange) ?? {}
        const isLost = state === 'missing' && wasBound
        known.set(exchange, {
          state,
          wasBound: wasBound || state === 'bound',
          searchUntil: isLost ? now() + SEARCH_FOR_MS : searchUntil,
        })
      }
    },
  }
}

const ABSENT =
  'exchanges that are not there yet are waited for: nothing was published to them so far, or the service does not notify at all ' +
  '(its [oslo_messaging_notifications] driver has to be messagingv2), or it is not of this virtual host'

const MISSED =
  'these exchanges are gone, as exchanges that are not durable go with a restart of the broker: notifications are being missed ' +
  'from when a service declares its exchange again until it is bound again, a second at most in the first ten minutes. ' +
  'Nothing is missed with durable exchanges (amqp_durable_queues=true in the services)'

const PERHAPS_MISSED =
  'these exchanges are there after a reconnect: those that are not durable were declared again by their services, and ' +
  'notifications from before this moment were missed. Nothing is missed with durable ones'

const REFUSED =
  'the broker does not let this user bind the exchange: give the user the right to read it, or leave it out of --exchanges. ' +
  'The other exchanges are not affected; it is tried again later'
