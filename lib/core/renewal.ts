import type { Claims, Held } from './claims.ts'

/** Events that are being handled. */
export type Running = {
  readonly held: ReadonlyMap<string, Held>
  /** By Date.now(). Leases are not renewed beyond it. */
  readonly expiresAt: number
}

/** Renews the leases of all that runs, three times within a lease, by one timer that keeps no process alive. */
export const createRenewal = (claims: Claims) => {
  const running = new Set<Running>()
  let timer: NodeJS.Timeout | undefined

  const renew = (): void => {
    if (running.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
    for (const { held, expiresAt } of running) {
      if (expiresAt - Date.now() < claims.leaseMs) continue
      for (const one of held.values()) void claims.mark(one, 'held')
    }
  }

  return {
    add: (attempt: Running): void => {
      running.add(attempt)
      timer ??= setInterval(renew, claims.leaseMs / 3).unref()
    },
    delete: (attempt: Running): void => {
      running.delete(attempt)
    },
  }
}
