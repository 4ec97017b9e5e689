/**
 * Resolves after a time, or as soon as the signal aborts: who waits looks at the signal afterwards. A time that is over
 * may be negative.
 */
export const wait = (ms: number, signal: AbortSignal): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (signal.aborted) return Promise.resolve()
  const done = () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', done)
    resolve()
  }
  const timer = setTimeout(done, Math.max(0, ms))
  signal.addEventListener('abort', done)
  return promise
}
