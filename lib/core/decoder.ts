import type { Budget } from '../process/budget.ts'
import type { TidingsError } from '../process/errors.ts'
import type { CloudEvent } from './cloudevent.ts'
import type { Delivery, DropReason } from './delivery.ts'

/** The events of a delivery, and the faults of the parts that are not events. Both are empty if it says nothing. */
export type Decoded = {
  readonly events: readonly CloudEvent[]
  readonly faults: readonly TidingsError[]
  /** The reasons for which valid parts led to no event, one entry for each part. */
  readonly dropped?: readonly DropReason[]
}

/**
 * Reads a delivery. A part that cannot be understood becomes a fault (and then a dead letter).
 *
 * @throws NotANotificationError, AuthenticationError when the delivery as a whole is refused
 */
export type Decode = ((delivery: Delivery) => Decoded) & SecretCheck

type SecretCheck = {
  /** Whether it refuses each delivery without one of our secrets, so that its sender need not show a token. */
  readonly checksSecret?: boolean
}

/** Reads a delivery that may be one part of a larger one. @param budget the limits for all parts together; default: a new budget */
export type DecodePart = ((delivery: Delivery, budget?: Budget) => Decoded) & SecretCheck
