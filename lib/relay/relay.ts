import type { ConfigError } from '../process/errors.ts'
import type { Logger } from '../process/log.ts'
import { type RelayOptions, TIMINGS, type Timings } from './options.ts'
import type { Invoke } from './relay-message.ts'
import { relaySource } from './source-relay.ts'
import type { Relay } from './status.ts'

/**
 * Hands the messages of all sources to a function, until it is stopped. Connects in the background: the broker need not
 * be there yet.
 */
export const startRelay = (options: RelayOptions, invoke: Invoke, log: Logger): Relay =>
  startRelayWith(options, invoke, log, TIMINGS)

export const startRelayWith = (options: RelayOptions, invoke: Invoke, log: Logger, timings: Timings): Relay => {
  const stopping = new AbortController()
  const aborted = new AbortController()
  const sources = options.sources.map((source) =>
    relaySource(source, { options, invoke, log, timings, stopping: stopping.signal, aborted: aborted.signal }),
  )
  const { promise: over, resolve: giveUp } = Promise.withResolvers<void>()
  const settled = Promise.race([Promise.all(sources.map(({ ended }) => ended)), over])

  const stop = async (): Promise<void> => {
    stopping.abort()
    const timers = [
      setTimeout(() => aborted.abort(), options.drainMs),
      setTimeout(giveUp, options.drainMs + LAST_WORDS_MS),
    ]
    await settled
    timers.forEach(clearTimeout)
  }

  const { promise: fault, resolve } = Promise.withResolvers<ConfigError | undefined>()
  for (const { ended } of sources) {
    ended.then((error) => {
      if (error === undefined) return
      resolve(error)
      // A person has to correct the fault. Sources that go on would hide it.
      void stop()
    })
  }
  void settled.then(() => resolve(undefined))

  return {
    status: () => ({ sources: sources.map((source) => source.status()) }),
    stop,
    ended: settled.then(() => fault),
  }
}

/**
 * The time that the last steps have after a drain. A broker that does not answer must not keep the process running.
 */
const LAST_WORDS_MS = 2000
