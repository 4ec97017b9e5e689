import type { CloudEvent } from '../core/cloudevent.ts'
import { crypto } from '../process/crypto.ts'

/** Remembers which events were handed on, so that a redelivery to this process is not handed on again. */
export type Memory = {
  /** How many events are remembered. 0: duplicates do not matter. */
  readonly capacity: number
  /** Whether it was handed on before. */
  knows(event: CloudEvent): boolean
  /** To be called once it is in safe hands, not before: what failed has to come again. */
  remember(event: CloudEvent): void
}

/**
 * The ids of the last `capacity` events, by source, in this process alone: a redelivery to another instance is not recognized
 * (its id is the same, so the receiver can). Some 100 bytes an event, 300 at most.
 */
export const createMemory = (capacity: number): Memory => {
  const known = new Set<string>()
  // A set gives its entries in the order they came. One iterator goes on where it stood; a new one each time would walk over
  // all that was deleted before.
  const oldest = known.values()
  return {
    capacity,
    knows: (event) => known.has(keyOf(event)),
    remember: (event) => {
      if (capacity === 0) return
      known.add(keyOf(event))
      if (known.size > capacity) known.delete(oldest.next().value ?? '')
    },
  }
}

/** Senders choose their ids: one of a megabyte must not stay in memory. Shorter ones are spared the hash, and its module. */
const MAX_KEY_LENGTH = 256

/** What makes an event unique by CloudEvents' own rule. */
export const keyOf = ({ source, id }: CloudEvent): string => {
  const key = `${source}\0${id}`
  return key.length <= MAX_KEY_LENGTH ? key : crypto().hash('sha256', key, 'base64url')
}
