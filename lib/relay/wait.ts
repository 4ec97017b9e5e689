/**
 * Resolves after a time, or as soon as the signal aborts: the caller looks at the signal afterwards. A negative time counts
 * as 0.
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

/** The promised value, or undefined as soon as the signal aborts. */
export const unless = async <Value>(signal: AbortSignal, promised: Promise<Value>): Promise<Value | undefined> => {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>()
  const abort = () => resolve(undefined)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([aborted, promised])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
