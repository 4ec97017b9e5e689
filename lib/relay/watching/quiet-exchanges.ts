import type { Logger } from '../../process/log.ts'

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
