import type { Claimed, Claims, Held, Mark } from '../core/claims.ts'

/** At once, without promises. */
export type MemoryClaims = Pick<Claims, 'leaseMs'> & {
  claim(key: string): Claimed
  mark(held: Held, as: Mark): boolean
}

type Lease = Held & { until: number }

const LEASE_MS = 30_000

/**
 * Grows with each claim, also over restarts of the process: a millisecond has fewer than a thousand claims. Another process on
 * another clock may be ahead.
 */
let lastFence = Date.now() * 1000

/**
 * The claims of this process alone, in its memory: the last `capacity` events, by source and id. Another process does not recognize
 * a redelivery; its id is the same, so the receiver can. An event takes some 100 bytes, 300 at most.
 */
export const createMemoryClaims = (capacity: number, leaseMs = LEASE_MS): MemoryClaims => {
  const known = new Map<string, Lease | 'done'>()
  // A map gives its entries in the order they came. One iterator goes on where it stood; a new one each time would walk over all
  // that was deleted before.
  const oldest = known.keys()

  const set = (key: string, value: Lease | 'done'): void => {
    known.set(key, value)
    if (known.size > capacity) known.delete(oldest.next().value ?? '')
  }

  return {
    leaseMs,
    claim: (key) => {
      const earlier = known.get(key)
      if (earlier === 'done') return 'done'
      const now = Date.now()
      if (earlier !== undefined && earlier.until > now) return { heldUntil: earlier.until }
      lastFence += 1
      const lease: Lease = { key, fence: lastFence, taken: earlier?.taken ?? NOTHING, until: now + leaseMs }
      set(key, lease)
      return lease
    },
    mark: (held, as) => {
      const latest = known.get(held.key)
      // Absent: it was dropped to make room for newer ones, and no other call holds it.
      if (latest !== undefined && latest !== held) return false
      if (as === 'done') set(held.key, 'done')
      else if (as === 'free' && held.taken.length === 0) known.delete(held.key)
      else if (latest !== undefined) latest.until = as === 'free' ? 0 : Date.now() + leaseMs
      return true
    },
  }
}

const NOTHING: readonly string[] = []
