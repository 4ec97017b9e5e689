import type { Held } from '../core/claims.ts'

/** Doubles after each failure. */
const FIRST_PAUSE_MS = 50

/**
 * Remembers events that are done although the store did not take their mark, and repeats the mark until the store answers. Its timers
 * keep no process alive.
 *
 * @param mark marks one event as done. It rejects if the store does not answer
 * @param limits the longest pause before a try, in milliseconds, and how many events are remembered: a further one is not
 */
export const createPendingMarks = (
  mark: (done: Held) => Promise<unknown>,
  { maxPauseMs, size }: { readonly maxPauseMs: number; readonly size: number },
) => {
  const pending = new Map<string, Held>()
  let isMarking = false
  let isEnded = false

  const markAll = async (): Promise<void> => {
    if (isMarking) return
    isMarking = true
    for (let pauseMs = FIRST_PAUSE_MS; pending.size > 0 && !isEnded; pauseMs *= 2) {
      await new Promise<void>((resolve) => setTimeout(resolve, Math.min(pauseMs, maxPauseMs)).unref())
      for (const [key, done] of pending) {
        pending.delete(key)
        const isMarked = await mark(done).then(
          () => true,
          () => false, // `mark` has logged the error.
        )
        if (isMarked) continue
        // To the end of the queue: the failure may concern this event alone.
        pending.set(key, done)
        break
      }
    }
    isMarking = false
  }

  return {
    add: (done: Held): void => {
      if (pending.size < size) pending.set(done.key, done)
      void markAll()
    },
    end: (): void => {
      isEnded = true
    },
  }
}
