import { type EventClaim, keyOf } from '../core/claims.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import type { Settle, Sink } from '../core/sink.ts'

/**
 * Sends the events that a handler returned. If some of them are not taken, their cause comes again, and its handler returns the same
 * events. So its claim keeps which ones were taken and by which sinks, and these are not sent a second time.
 */
export const sendReturned =
  (outbox: Sink) =>
  async (returned: readonly CloudEvent[], signal: AbortSignal, claim: EventClaim | undefined): Promise<void> => {
    const taken: string[] = []
    const settle: Settle = (event, fate) => {
      if (fate === 'taken') taken.push(nameOf(event))
    }
    const waiting = returned.filter((event) => claim?.taken.includes(nameOf(event)) !== true)
    try {
      await outbox.deliver(waiting, signal, settle, undefined, (event) => claim && claimWithin(claim, event))
    } catch (error) {
      for (const name of taken) await claim?.takenBy(name)
      throw error
    }
  }

/** The claim of a returned event, which is a part of that of its cause: which sinks took it. */
const claimWithin = (claim: EventClaim, event: CloudEvent): EventClaim => {
  const prefix = `${nameOf(event)} `
  return {
    fence: claim.fence,
    lost: claim.lost,
    isLost: claim.isLost,
    inLane: undefined,
    taken: claim.taken.flatMap((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : [])),
    takenBy: (sink) => claim.takenBy(prefix + sink),
  }
}

const nameOf = (event: CloudEvent): string => keyOf(event).replace('\0', ' ')
