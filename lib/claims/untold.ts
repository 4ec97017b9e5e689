import type { Held } from '../core/claims.ts'

/** Doubles after each failure. */
const FIRST_PAUSE_MS = 50

/**
 * Remembers events that are done although the store did not take their mark, and repeats the mark until the store answers. Its timers
 * keep no process alive.
 *
 * @param tell marks one event. It rejects if the store does not answer
 * @param limits the longest pause before a try, in milliseconds, and how many events are remembered: a further one is not
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
        // To the end of the queue: the failure may concern this event alone.
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
