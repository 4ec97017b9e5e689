import { InternalError } from '../process/errors.ts'
import type { Claims, EventClaim, Held, InLane } from './claims.ts'

/** Events that are being handled. */
export type Running = {
  readonly held: ReadonlyMap<string, Held>
  /** By Date.now(). Leases are not renewed beyond it. */
  readonly expiresAt: number
}

/** Renews the leases of all that runs, three times within a lease, by one timer that keeps no process alive. */
export const createRenewal = (claims: Claims) => {
  const running = new Set<Running>()
  const losses = new WeakMap<Held, AbortController>()
  let timer: NodeJS.Timeout | undefined

  const lossOf = (held: Held): AbortController => {
    const known = losses.get(held) ?? new AbortController()
    losses.set(held, known)
    return known
  }

  const lostOf = (held: Held): AbortSignal => lossOf(held).signal
  const isLost = (held: Held): boolean => losses.get(held)?.signal.aborted === true

  const renewOne = async (held: Held, isOpen: () => boolean): Promise<void> => {
    const isOurs = await claims.mark(held, 'held')
    if (isOurs === false && isOpen())
      lossOf(held).abort(new InternalError('the lease ended, and another took the event'))
  }

  const renew = (): void => {
    if (running.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
    for (const { held, expiresAt } of running) {
      if (expiresAt - Date.now() < claims.leaseMs) continue
      for (const [key, one] of held) void renewOne(one, () => held.get(key) === one)
    }
  }

  return {
    /** A signal that aborts once the claim is lost. */
    lostOf,
    isLost,
    /** The claim as the event's sink sees it. */
    claimOn: (held: Held, inLane: InLane | undefined): EventClaim => ({
      fence: held.fence,
      taken: held.taken,
      takenBy: async (name) => {
        if (!held.taken.includes(name)) held.taken = [...held.taken, name]
        await claims.mark(held, 'held')
      },
      lost: () => lostOf(held),
      isLost: () => isLost(held),
      inLane,
    }),
    add: (attempt: Running): void => {
      running.add(attempt)
      timer ??= setInterval(renew, claims.leaseMs / 3).unref()
    },
    delete: (attempt: Running): void => {
      running.delete(attempt)
    },
  }
}
