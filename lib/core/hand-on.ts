import { currentCapture } from '../process/capture.ts'
import { SinkUnavailableError } from '../process/errors.ts'
import { timeIsOver, unlessAborted } from '../process/unless-aborted.ts'
import type { CloudEvent } from './cloudevent.ts'
import { keyOf, type Memory } from './memory.ts'
import type { Fate, Settle, Sink } from './sink.ts'

/** Beside the sink's own words: it was handed on before, or by another call meanwhile. */
export type HandedOn = Fate | 'duplicate'

/** Hands events to the sink, and tells what became of each. Never rejects. */
export type HandOn = (
  events: readonly CloudEvent[],
  signal: AbortSignal | undefined,
  replyTo?: ReadonlySet<CloudEvent>,
) => Promise<ReadonlyMap<CloudEvent, HandedOn>>

/** One call of the sink. */
type Attempt = {
  /** The fates of its events so far, by key. */
  readonly fates: Map<string, Fate>
  ended: Promise<void>
  /** Time by Date.now(). After it the call counts as lost, and another call may hand the event on. */
  expiresAt: number
}

/** No platform lets a function run for longer. */
const EXPIRY_MS = 15 * 60_000
/** Once its time is over: the sink was told to stop. */
const ABORTED_EXPIRY_MS = 30_000
/** How long a call waits for another one that has its event. After that its sender is asked to send it again. */
const PATIENCE_MS = 30_000

/**
 * An event goes to the sink once at a time, and never again once the sink has taken it, whatever becomes of the others of its
 * call. Where another call has it under way, this one waits and shares its fate. A call waits for others only after its own
 * events are settled, so no two calls can wait for each other.
 *
 * An abort ends the waiting. What the sink takes after that is remembered as well.
 */
export const createHandOn = ({ sink, memory }: { readonly sink: Sink; readonly memory: Memory }): HandOn => {
  const underWay = new Map<string, Attempt>()

  const run = async (
    attempt: Attempt,
    events: readonly CloudEvent[],
    ...[signal, replyTo]: [AbortSignal | undefined, ReadonlySet<CloudEvent> | undefined]
  ) => {
    const settle: Settle = (event, fate) => {
      const key = keyOf(event)
      if (attempt.fates.has(key)) return
      attempt.fates.set(key, fate)
      if (fate === 'taken') memory.remember(event)
      if (underWay.get(key) === attempt) underWay.delete(key)
    }
    const settleAll = (fate: Fate) => {
      for (const event of events) settle(event, fate)
    }
    try {
      if (signal?.aborted) throw timeIsOver()
      currentCapture()?.handOn(events)
      await sink.deliver(events, signal, settle, replyTo)
      settleAll('taken')
    } catch (error) {
      settleAll({ error })
    }
  }

  return async (events, signal, replyTo) => {
    const own: Attempt = { fates: new Map(), ended: Promise.resolve(), expiresAt: Date.now() + EXPIRY_MS }
    const ownEvents = new Set<CloudEvent>()
    const others = new Map<CloudEvent, Attempt>()
    for (const event of events) {
      if (memory.knows(event)) continue
      const key = keyOf(event)
      const earlier = memory.capacity > 0 ? underWay.get(key) : undefined
      if (earlier !== undefined && earlier.expiresAt > Date.now()) {
        others.set(event, earlier)
        continue
      }
      underWay.set(key, own)
      ownEvents.add(event)
    }
    if (ownEvents.size > 0) own.ended = run(own, [...ownEvents], signal, replyTo)
    await settledOf([own], signal)
    if (signal?.aborted) own.expiresAt = Date.now() + ABORTED_EXPIRY_MS
    const awaited = new Set(others.values())
    awaited.delete(own)
    if (awaited.size > 0) await settledOf([...awaited], withPatience(signal))

    const unknown = (): Fate => ({ error: signal?.aborted ? timeIsOver() : new SinkUnavailableError(STILL_UNDER_WAY) })
    const fateOf = (event: CloudEvent): HandedOn => {
      if (ownEvents.has(event)) return own.fates.get(keyOf(event)) ?? unknown()
      const other = others.get(event)
      if (other === undefined) return 'duplicate'
      const fate = other.fates.get(keyOf(event)) ?? unknown()
      return fate === 'taken' ? 'duplicate' : fate
    }
    return new Map(events.map((event) => [event, fateOf(event)]))
  }
}

const STILL_UNDER_WAY = 'an earlier delivery of the event is still under way'

/** Resolves once all calls are over, or the signal aborts. */
const settledOf = (attempts: readonly Attempt[], signal: AbortSignal | undefined): Promise<unknown> =>
  unlessAborted(Promise.all(attempts.map(({ ended }) => ended)), signal).catch(() => {})

const withPatience = (signal: AbortSignal | undefined): AbortSignal => {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  return signal === undefined ? patience : AbortSignal.any([signal, patience])
}
