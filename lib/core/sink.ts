import type { ClaimOf } from './claims.ts'
import type { CloudEvent } from './cloudevent.ts'

/** The fate of an event: taken, or the error. A SinkRefusedError means that the sink will never take it. */
export type Fate = 'taken' | Replied | { readonly error: unknown }

/** The event is handled, and its sender gets `reply` as the answer. It is not remembered as taken, so a redelivery is answered too. */
export type Replied = { readonly reply: CloudEvent }

/** To be called for an event as soon as its fate is known, which may be before the fate of the others is. */
export type Settle = (event: CloudEvent, fate: Fate) => void

/** Where events go. An HTTP receiver, a stream, or your own function. */
export type Sink = {
  /**
   * Resolves once the other end has taken every event. If it took only some, `settle` is called for each of those. Events for
   * which it is not called share the fate of the call.
   *
   * @param signal once it aborts, the caller does not wait for the answer any more
   * @param replyTo the events whose sender passes on an event that it gets as the answer
   * @param claimOf the claim of each event, while its fate is open
   * @throws SinkRefusedError when the sink will never take the event: it becomes a dead letter
   * @throws SinkUnavailableError (or anything else) when it may take it later: the sender is asked to send again
   */
  deliver(
    events: readonly CloudEvent[],
    signal?: AbortSignal,
    settle?: Settle,
    replyTo?: ReadonlySet<CloudEvent>,
    claimOf?: ClaimOf,
  ): Promise<void>
  /** Closes the connections that it holds. The next delivery opens them again. */
  close?(): Promise<void>
}
