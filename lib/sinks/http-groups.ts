import type { CloudEvent } from '../core/cloudevent.ts'
import type { Failure } from '../process/retrying.ts'

/** Events of one delivery, or of several, that go in one request. */
export type Parcel = {
  readonly events: readonly CloudEvent[]
  /** Each of them as JSON. */
  readonly texts: readonly string[]
  /** Ends the request. */
  readonly signal: AbortSignal | undefined
}

/**
 * Who may have caused the failure of a request. `event`: one of its events, and none was taken. `receiver`: every other request would
 * fail as well. `unknown`: no answer came, and events may have been taken.
 */
export type HttpFailure = Failure & { readonly fault: 'event' | 'receiver' | 'unknown' }

/** Sends a parcel. Undefined: all of its events are taken. Never rejects. */
export type SendParcel = (parcel: Parcel) => Promise<HttpFailure | undefined>

type Waiting = { readonly parcel: Parcel; readonly resolve: (answer: ReturnType<SendParcel>) => void }

/** A group of this size does not wait any longer. */
const FULL_EVENTS = 100
const FULL_LENGTH = 256 * 1024
/** A receiver that is slow, or silent, holds nobody up for longer. */
const LONGEST_WAIT_MS = 50

/**
 * Group commit: while a request is under way, the parcels of other deliveries gather, and go as one batch after it. Nothing waits
 * where no request is under way. If one event may have caused the failure of a batch, each delivery is sent alone at once, and so
 * gets the answer for its own events. Without an answer all share the failure, and each further attempt of these parcels goes alone:
 * an event on which the receiver hangs up fails no other one for long. Where the receiver is away, or asks for a pause, all share the
 * failure.
 *
 * @param isOver the failure of a parcel whose caller has left before its turn: it is not sent
 */
export const inGroups = (send: SendParcel, isOver: () => HttpFailure): SendParcel => {
  let waiting: Waiting[] = []
  let events = 0
  let length = 0
  let underWay = 0
  let timer: NodeJS.Timeout | undefined
  /** Parcels that got no answer: one of them may be the cause. */
  const unanswered = new WeakSet<Parcel>()

  const start = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const group: Waiting[] = []
    for (const one of waiting) {
      if (one.parcel.signal?.aborted) one.resolve(Promise.resolve(isOver()))
      else group.push(one)
    }
    waiting = []
    events = 0
    length = 0
    const [first, ...others] = group
    if (first === undefined) return
    underWay++
    const answer = send(others.length === 0 ? first.parcel : together(group))
    const failure = await answer
    underWay--
    for (const { parcel, resolve } of group) {
      if (failure?.fault === 'unknown') unanswered.add(parcel)
      resolve(others.length > 0 && failure?.fault === 'event' ? send(parcel) : answer)
    }
    if (underWay === 0 && waiting.length > 0) void start()
  }

  return (parcel) => {
    if (unanswered.has(parcel)) return send(parcel)
    const { promise, resolve } = Promise.withResolvers<HttpFailure | undefined>()
    waiting.push({ parcel, resolve })
    events += parcel.events.length
    length += parcel.texts.reduce((sum, text) => sum + text.length, 0)
    if (underWay === 0 || events >= FULL_EVENTS || length >= FULL_LENGTH) void start()
    else timer ??= setTimeout(() => void start(), LONGEST_WAIT_MS)
    return promise
  }
}

/** A caller that leaves does not end the request of the others. */
const together = (group: readonly Waiting[]): Parcel => ({
  events: group.flatMap(({ parcel }) => parcel.events),
  texts: group.flatMap(({ parcel }) => parcel.texts),
  signal: undefined,
})
