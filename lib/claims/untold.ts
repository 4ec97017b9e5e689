import type { Held } from '../core/claims.ts'

/** Doubles after each failure. */
const FIRST_PAUSE_MS = 50

/**
 * Events that are done, of which the store could not be told: it is told again until it answers. Waiting for that keeps no process alive.
 *
 * @param tell rejects where the store does not answer
 * @param limits how long it waits before a try at most, and how many it remembers
 */
export const createUntold = (
  tell: (done: Held) => Promise<unknown>,
  { maxPauseMs, size }: { readonly maxPauseMs: number; readonly size: number },
) => {
  const untold = new Map<string, Held>()
  let isTelling = false
  let isEnded = false

  const tellAll = async (): Promise<void> => {
    if (isTelling) return
    isTelling = true
    for (let pauseMs = FIRST_PAUSE_MS; untold.size > 0 && !isEnded; pauseMs *= 2) {
      await new Promise<void>((resolve) => setTimeout(resolve, Math.min(pauseMs, maxPauseMs)).unref())
      for (const [key, done] of untold) {
        untold.delete(key)
        const isTold = await tell(done).then(
          () => true,
          () => false, // Who asks the store has logged it.
        )
        if (isTold) continue
        // Behind the others: the failure may be of this one alone.
        untold.set(key, done)
        break
      }
    }
    isTelling = false
  }

  return {
    add: (done: Held): void => {
      if (untold.size < size) untold.set(done.key, done)
      void tellAll()
    },
    end: (): void => {
      isEnded = true
    },
  }
}
