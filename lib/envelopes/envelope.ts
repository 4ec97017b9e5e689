import type { Delivery, Outcome } from '../core/delivery.ts'
import type { TidingsError } from '../process/errors.ts'

/**
 * One family of platform events: how to take the messages out, and how to answer. `Event` is what `matches` has made
 * sure of; only the fields that are read are declared.
 */
export type Envelope<Event = unknown> = {
  readonly name: string
  matches(event: unknown): event is Event
  open(event: Event): Opened
}

/** A platform event once it is open. */
export type Opened = {
  /** None where the platform itself asks something, such as whether anybody listens. */
  readonly deliveries: readonly Delivery[]
  /** The reason for which the event is not handed to a function. `seal` makes the answer. */
  readonly refusal?: TidingsError
  /**
   * The platform's reply, or a promise of it: to the outcomes of the deliveries in the same order, or to a single one of the whole event.
   *
   * @throws TidingsError where the platform wants failure thrown
   */
  seal(outcomes: readonly Outcome[]): unknown
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Opens a platform's event, whichever family it is of. */
export type Open = (event: unknown) => Opened
