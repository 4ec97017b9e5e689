import { keyOf, type Memory } from '../core/memory.ts'

/**
 * The ids of the last `capacity` events, by source, in this process alone. Another instance does not recognize a redelivery;
 * its id is the same, so the receiver can. An event takes some 100 bytes, 300 at most.
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
