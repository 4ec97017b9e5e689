import type { Held } from '../core/claims.ts'

/**
 * What was done while the store was away: the store is told of it once it answers again. The wait for that keeps no process alive.
 *
 * @param tell rejects where the store is still away
 * @param limits how long it waits before each try, and how many it remembers
 */
export const createUntold = (
  tell: (done: Held) => Promise<unknown>,
  { pauseMs, size }: { readonly pauseMs: number; readonly size: number },
) => {
  const untold = new Map<string, Held>()
  let isTelling = false
  let isEnded = false

  const tellAll = async (): Promise<void> => {
    if (isTelling) return
    isTelling = true
    while (untold.size > 0 && !isEnded) {
      await new Promise<void>((resolve) => setTimeout(resolve, pauseMs).unref())
      try {
        for (const [key, done] of untold) {
          await tell(done)
          untold.delete(key)
        }
      } catch {
        // Who asks the store has logged it.
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
