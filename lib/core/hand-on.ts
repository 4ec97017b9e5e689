import { setTimeout as delay } from 'node:timers/promises'
import { currentCapture } from '../process/capture.ts'
import { SinkUnavailableError } from '../process/errors.ts'
import { timeIsOver, unlessAborted } from '../process/unless-aborted.ts'
import { type ClaimOf, type Claims, type Held, keyOf } from './claims.ts'
import type { CloudEvent } from './cloudevent.ts'
import { createRenewal } from './renewal.ts'
import { createInLane } from './shared-lanes.ts'
import type { Fate, Sink } from './sink.ts'

/** The result for an event: that of the sink, or `duplicate` if it was sent before, or if another call or process sent it. */
export type HandedOn = Fate | 'duplicate'

/** Sends events to the sink, and returns a result for each. Never rejects. */
export type HandOn = (
  events: readonly CloudEvent[],
  signal: AbortSignal | undefined,
  replyTo?: ReadonlySet<CloudEvent>,
) => Promise<ReadonlyMap<CloudEvent, HandedOn>>

/** One call of the function. */
type Attempt = {
  /** The results of its events so far, by key. */
  readonly fates: Map<string, HandedOn>
  /** The claims of its events that have no result yet, by key. */
  readonly held: Map<string, Held>
  ended: Promise<void>
  /** Time by Date.now(). After it the call counts as lost, and another call may hand the event on. */
  expiresAt: number
}

type Circumstances = { readonly signal: AbortSignal | undefined; readonly replyTo: ReadonlySet<CloudEvent> | undefined }

/** No platform lets a function run for longer. */
const EXPIRY_MS = 15 * 60_000
/** The same, once the call's time is over and the sink was told to stop. */
const ABORTED_EXPIRY_MS = 30_000
/** How long a call waits for another one that has its event. After that its sender is asked to send it again. */
const WAIT_FOR_OTHER_MS = 30_000
/** How long to wait before a second look at an event that another process holds; then twice as long each time, up to a second. */
const FIRST_LOOK_MS = 50
const LAST_LOOK_MS = 1000

type HandOnOptions = { readonly sink: Sink; readonly claims?: Claims | undefined }

/**
 * An event goes to the sink once at a time, and never again once the sink has taken it, whatever becomes of the others of its
 * call. Where another call has it under way, this one waits and uses its result; where another process has it, this one waits for
 * its claim to end. A call waits for others only after its own events are settled, so no two calls can wait for each other.
 *
 * An abort ends the waiting. An event that the sink takes after that is remembered as well.
 *
 * @param claims absent: nothing is claimed, and nothing is a duplicate
 */
export const createHandOn = ({ sink, claims }: HandOnOptions): HandOn =>
  claims === undefined ? withoutClaims(sink) : withClaims(sink, claims)

const withoutClaims =
  (sink: Sink): HandOn =>
  async (events, signal, replyTo) => {
    const fates = new Map<CloudEvent, HandedOn>()
    const settle = (event: CloudEvent, fate: HandedOn): void => {
      if (!fates.has(event)) fates.set(event, fate)
    }
    if (events.length > 0) await settled(deliverTo(sink, events, { signal, replyTo }, settle), signal)
    if (signal?.aborted) for (const event of events) settle(event, unknownFate(signal))
    return fates
  }

const withClaims = (sink: Sink, claims: Claims): HandOn => {
  const underWay = new Map<string, Attempt>()
  const renewal = createRenewal(claims)

  const run = async (attempt: Attempt, keys: ReadonlyMap<CloudEvent, string>, circumstances: Circumstances) => {
    const { signal } = circumstances
    const marks: Promise<unknown>[] = []
    const keyIn = (event: CloudEvent): string => keys.get(event) ?? keyOf(event)

    const settle = (event: CloudEvent, fate: HandedOn): void => {
      const key = keyIn(event)
      if (attempt.fates.has(key)) return
      attempt.fates.set(key, fate)
      const held = attempt.held.get(key)
      if (held !== undefined) {
        attempt.held.delete(key)
        const marked = claims.mark(held, fate === 'taken' ? 'done' : 'free')
        if (marked instanceof Promise) marks.push(marked)
      }
      if (underWay.get(key) === attempt) underWay.delete(key)
    }

    const inLane = claims.claimLane && createInLane({ ...claims, held: attempt.held, lostOf: renewal.lostOf, signal })
    const claimOf: ClaimOf = (event) => {
      const held = attempt.held.get(keyIn(event))
      return held && renewal.claimOn(held, inLane)
    }

    /** Claims events, delivers those whose claims it gets, and returns those that others hold. */
    const claimAndDeliver = async (wanted: readonly CloudEvent[]) => {
      const answers = wanted.map((event) => claims.claim(keyIn(event)))
      // Claims in memory answer at once. To await a promise for each of them would cost more than all else here.
      const claimed = answers.some((answer) => answer instanceof Promise) ? await Promise.all(answers) : answers
      const ours: CloudEvent[] = []
      const elsewhere: CloudEvent[] = []
      for (const [index, event] of wanted.entries()) {
        const answer = claimed[index]
        if (answer === undefined || answer instanceof Promise) continue
        if (answer === 'done') settle(event, 'duplicate')
        else if ('error' in answer) settle(event, answer)
        else if ('heldUntil' in answer) elsewhere.push(event)
        else {
          attempt.held.set(keyIn(event), answer)
          ours.push(event)
        }
      }
      if (ours.length > 0) await deliverTo(sink, ours, circumstances, settle, claimOf)
      return elsewhere
    }

    renewal.add(attempt)
    let waiting = await claimAndDeliver([...keys.keys()])
    const patience = Date.now() + WAIT_FOR_OTHER_MS
    for (let pause = FIRST_LOOK_MS; waiting.length > 0; pause = Math.min(2 * pause, LAST_LOOK_MS)) {
      await delay(pause, undefined, signal && { signal }).catch(() => {})
      if (signal?.aborted || Date.now() > patience) {
        for (const event of waiting) settle(event, unknownFate(signal))
        break
      }
      waiting = await claimAndDeliver(waiting)
    }
    if (marks.length > 0) await Promise.all(marks)
    renewal.delete(attempt)
  }

  return async (events, signal, replyTo) => {
    const expiresAt = Date.now() + EXPIRY_MS
    const own: Attempt = { fates: new Map(), held: new Map(), ended: Promise.resolve(), expiresAt }
    const keys = new Map<CloudEvent, string>()
    const others = new Map<CloudEvent, Attempt>()
    for (const event of events) {
      const key = keyOf(event)
      const earlier = underWay.get(key)
      if (earlier !== undefined && earlier.expiresAt > Date.now()) others.set(event, earlier)
      else {
        underWay.set(key, own)
        keys.set(event, key)
      }
    }
    if (keys.size > 0) own.ended = run(own, keys, { signal, replyTo })
    await settled(own.ended, signal)
    if (signal?.aborted) own.expiresAt = Date.now() + ABORTED_EXPIRY_MS
    if (others.size > 0) {
      const awaited = new Set(others.values())
      awaited.delete(own)
      if (awaited.size > 0) await settled(Promise.all([...awaited].map(({ ended }) => ended)), withPatience(signal))
    }

    const fateOf = (event: CloudEvent): HandedOn => {
      const attempt = others.get(event) ?? own
      const fate = attempt.fates.get(keys.get(event) ?? keyOf(event)) ?? unknownFate(signal)
      return fate === 'taken' && !keys.has(event) ? 'duplicate' : fate
    }
    return new Map(events.map((event) => [event, fateOf(event)]))
  }
}

/** Settles each event. Never rejects. */
const deliverTo = async (
  sink: Sink,
  events: readonly CloudEvent[],
  { signal, replyTo }: Circumstances,
  settle: (event: CloudEvent, fate: HandedOn) => void,
  claimOf?: ClaimOf,
): Promise<void> => {
  try {
    if (signal?.aborted) throw timeIsOver()
    currentCapture()?.handOn(events)
    await sink.deliver(events, signal, settle, replyTo, claimOf)
    for (const event of events) settle(event, 'taken')
  } catch (error) {
    for (const event of events) settle(event, { error })
  }
}

const unknownFate = (signal: AbortSignal | undefined): Fate => ({
  error: signal?.aborted
    ? timeIsOver()
    : new SinkUnavailableError('an earlier delivery of the event is still under way'),
})

/** Resolves once the call is over, or the signal aborts. */
const settled = (ended: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> =>
  signal === undefined ? ended : unlessAborted(ended, signal).catch(() => {})

const withPatience = (signal: AbortSignal | undefined): AbortSignal => {
  const patience = AbortSignal.timeout(WAIT_FOR_OTHER_MS)
  return signal === undefined ? patience : AbortSignal.any([signal, patience])
}
