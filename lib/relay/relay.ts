import { type ConfigError, hasCode } from '../process/errors.ts'
import { type Logger, withFields } from '../process/log.ts'
import { type Backoff, backoffMs } from '../process/retrying.ts'
import { ConnectError, NOT_FOUND, replyCode } from './broker/connect-broker.ts'
import { createGate } from './consuming/gate.ts'
import { createIntake } from './consuming/in-hand.ts'
import { createLastAlone } from './consuming/one-by-one.ts'
import { type RelayOptions, type Source, TIMINGS, type Timings } from './options.ts'
import type { Invoke } from './relay-message.ts'
import { runSession } from './session.ts'
import { createCounts, type Relay, type SourceStatus } from './status.ts'
import { wait } from './wait.ts'
import { createSourceView } from './watching/source-view.ts'

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

type SourceRelay = {
  status(): SourceStatus
  /** Resolves once nothing runs any more. The value is the fault that a person has to correct, if there was one. */
  readonly ended: Promise<ConfigError | undefined>
}

type SourceRelayOptions = {
  readonly options: RelayOptions
  readonly invoke: Invoke
  readonly log: Logger
  readonly timings: Timings
  readonly stopping: AbortSignal
  readonly aborted: AbortSignal
}

/** A broker that does not answer is tried often: notifications that are published before the relay is back may be missed. */
const WHILE_AWAY: Backoff = { firstMs: 500, maxMs: 500 }

/** Takes the messages of one source until it is told to stop. It connects again whenever the connection is lost. */
const relaySource = (source: Source, given: SourceRelayOptions): SourceRelay => {
  const { timings, stopping } = given
  const log = withFields(given.log, { vhost: source.vhost, queue: source.queue.name })
  const name = `${source.vhost}/${source.queue.name}`
  const counts = createCounts()
  const view = createSourceView(source, log)
  const gate = createGate({ backoff: timings.pause, log, now: Date.now, random: Math.random })
  const { prefetch, bytesInHand = Number.POSITIVE_INFINITY } = given.options
  const intake = createIntake(prefetch, bytesInHand)
  const lastAlone = createLastAlone()
  let isStopped = false

  const settled = (): number => counts.acked + counts.retried + counts.deadLettered

  const run = async (): Promise<ConfigError | undefined> => {
    for (let failures = 0; !stopping.aborted; failures++) {
      const startedAt = Date.now()
      const settledBefore = settled()
      let backoff = timings.reconnect
      try {
        await runSession({ ...given, log, source, gate, intake, lastAlone, counts, view })
      } catch (error) {
        if (hasCode<ConfigError>(error, 'config_invalid')) return error
        if (stopping.aborted) break
        if (replyCode(error) === NOT_FOUND && source.queue.kind === 'foreign') view.absent()
        else view.lost(error)
        const isAway = error instanceof ConnectError && !error.isRefused
        if (isAway) backoff = WHILE_AWAY
        // The count of failures begins anew after a connection that lasted or settled messages, and after a broker was away.
        const hasHeld = Date.now() - startedAt > timings.reconnect.maxMs || settled() > settledBefore
        if (isAway || hasHeld) failures = 0
      }
      await wait(backoffMs(failures, backoff, Math.random()), stopping)
    }
    return undefined
  }

  const state = (): SourceStatus['state'] => {
    if (isStopped) return 'stopped'
    if (stopping.aborted) return 'draining'
    if (view.state === 'consuming' && gate.isShut) return 'paused'
    return view.state
  }

  const ended = run().finally(() => {
    isStopped = true
  })
  return {
    status: () => ({
      name,
      state: state(),
      ...counts,
      reconnects: view.reconnects,
      inFlight: view.inFlight,
      depth: view.lastDepth,
      deadLetters: view.lastDeadLetters,
    }),
    ended,
  }
}
