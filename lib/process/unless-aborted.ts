import { InternalError } from './errors.ts'

/** For work that nobody will end. Whoever gets it need not listen: the listeners of all calls would gather on the one signal. */
export const NEVER: AbortSignal = new AbortController().signal

/**
 * Waits for the promise, unless the signal aborts first.
 *
 * @throws InternalError when it aborts; whatever the promise rejects with
 */
export const unlessAborted = async <Value>(
  promised: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> => {
  if (signal === undefined) return promised
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(timeIsOver())
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([aborted, promised])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

export const timeIsOver = (): InternalError => new InternalError('the time of this invocation is over')
