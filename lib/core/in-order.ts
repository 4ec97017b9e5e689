import { SinkUnavailableError } from '../process/errors.ts'
import type { Delivery, Outcome } from './delivery.ts'
import type { Pipeline } from './pipeline.ts'

/**
 * Handles the deliveries of an order group one after the other: in rounds, each with the next delivery of every group. The
 * first round has all deliveries without a group as well. A delivery that has to be sent again ends its group; the other
 * groups go on.
 */
export const inOrder = (handle: Pipeline): Pipeline => {
  const inRounds: Pipeline = async (deliveries, signal) => {
    const outcomes = new Map<Delivery, Outcome>()
    const held = new Map<Delivery['orderGroup'], Outcome>()
    for (const round of roundsOf(deliveries)) {
      const ready = round.filter(({ orderGroup }) => !held.has(orderGroup))
      // No later round has anything ready: its groups are in this round as well, and deliveries without a group are in the first.
      if (ready.length === 0) break
      const results = await handle(ready, signal)
      for (const [index, outcome] of results.entries()) {
        const delivery = ready[index]
        if (delivery === undefined) continue
        outcomes.set(delivery, outcome)
        if (outcome.type === 'retry') held.set(delivery.orderGroup, heldBack(outcome))
      }
    }
    return deliveries.flatMap((delivery) => outcomes.get(delivery) ?? held.get(delivery.orderGroup) ?? [])
  }
  return (deliveries, signal) =>
    deliveries.every(({ orderGroup }) => orderGroup === undefined)
      ? handle(deliveries, signal)
      : inRounds(deliveries, signal)
}

/** By place in the group: the first of every group, the second of every group, and so on. */
const roundsOf = (deliveries: readonly Delivery[]): readonly (readonly Delivery[])[] => {
  const rounds: Delivery[][] = []
  const sizes = new Map<Delivery['orderGroup'], number>()
  for (const delivery of deliveries) {
    const { orderGroup } = delivery
    const place = sizes.get(orderGroup) ?? 0
    if (orderGroup !== undefined) sizes.set(orderGroup, place + 1)
    rounds[place] ??= []
    rounds[place].push(delivery)
  }
  return rounds
}

const heldBack = ({ error, retryAfterSeconds }: Extract<Outcome, { type: 'retry' }>): Outcome => ({
  type: 'retry',
  error: new SinkUnavailableError('not handled: an earlier message of its order group has to be sent again', {
    cause: error,
  }),
  retryAfterSeconds,
})
