import type { TidingsError } from '../process/errors.ts'
import { crypto } from '../process/secrets.ts'
import type { CloudEvent } from './cloudevent.ts'

/** An event that this process may handle, and no other, as long as the lease lasts. */
export type Held = {
  readonly key: string
  /**
   * The fencing number: higher than that of every earlier holder of the event. Undefined where the store was away, and the event is
   * handled without a claim.
   */
  readonly fence: number | undefined
  /** The sinks that took the event, in this try or an earlier one. */
  taken: readonly string[]
}

/** The result of a claim: the event; or `done`, it was handled before; or another holds it until then (by Date.now()); or no answer. */
export type Claimed = Held | 'done' | { readonly heldUntil: number } | { readonly error: TidingsError }

type Awaitable<Value> = Value | Promise<Value>

/** `held`: the lease begins anew, and what is in `taken` is stored. `free`: the event failed, and anyone may claim it. */
export type Mark = 'held' | 'done' | 'free'

/**
 * Remembers which events are handled, and by whom, so that none is handled twice. A store that other processes share makes it hold
 * for all of them. A holder that dies loses the event when its lease ends.
 */
export type Claims = {
  /** How long a lease lasts after a claim or a mark. */
  readonly leaseMs: number
  /** Never rejects. */
  claim(key: string): Awaitable<Claimed>
  /**
   * Claims a lane, whose events are handled one at a time; `taken` is the order of the last one. Never rejects. Absent where no other
   * process shares the store.
   */
  claimLane?(lane: string): Awaitable<Claimed>
  /** False where the claim is lost: its lease ended, and another took the event. Undefined where the store is away. Never rejects. */
  mark(held: Held, as: Mark): Awaitable<boolean | undefined>
}

/** The claim of an event as its sink sees it. */
export type EventClaim = Pick<Held, 'fence' | 'taken'> & {
  /** Keeps in the claim that one of several sinks took the event, so that a later try does not send it there again. */
  takenBy(sink: string): Promise<void>
  /** Aborts once another has the event, so that this one can stop. It is noticed when the lease is renewed. */
  lost(): AbortSignal
  isLost(): boolean
  /**
   * Runs the work while no other process runs any in the same lane. Undefined where no other process shares the claims.
   *
   * @throws SinkUnavailableError where the lane does not become free in time; what the work throws
   */
  readonly inLane: InLane | undefined
}

/**
 * @param order text that sorts by time
 * @param work `late`: a newer event was already handled in this lane. `lost` aborts once another has the lane
 */
export type InLane = (
  lane: string,
  order: string,
  work: (late: boolean, lost: AbortSignal) => Promise<void>,
) => Promise<void>

/** The claim of an event under way. Undefined where nothing is claimed. */
export type ClaimOf = (event: CloudEvent) => EventClaim | undefined

/** Senders choose their ids: one of a megabyte must not stay in memory. Shorter ids are not hashed, so the module is not loaded. */
const MAX_KEY_LENGTH = 256

/** The key that identifies an event: CloudEvents requires source and id together to be unique. */
export const keyOf = ({ source, id }: CloudEvent): string => {
  const key = `${source}\0${id}`
  return key.length <= MAX_KEY_LENGTH ? key : crypto().hash('sha256', key, 'base64url')
}
