import { InternalError } from './errors.ts'

/** A signal for work that nobody aborts. Code may skip listening to it: the listeners of all calls would pile up on this one signal. */
export const NEVER: AbortSignal = new AbortController().signal

/**
 * Calls back when the signal aborts. One listener on the signal serves all that wait: a signal looks through its listeners to add or
 * remove one, and a call may have as many as it has events.
 *
 * @param callback a function of its own for each call
 * @returns what ends the wait
 */
export const whenAborted = (signal: AbortSignal, callback: () => void): (() => void) => {
  let waiting = waitingFor.get(signal)
  if (waiting === undefined) {
    const opened = new Set<() => void>()
    waiting = opened
    waitingFor.set(signal, opened)
    signal.addEventListener('abort', () => {
      for (const call of opened) call()
    })
  }
  waiting.add(callback)
  return () => waiting.delete(callback)
}

const waitingFor = new WeakMap<AbortSignal, Set<() => void>>()

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
  const end = whenAborted(signal, abort)
  try {
    return await Promise.race([aborted, promised])
  } finally {
    end()
  }
}

export const timeIsOver = (): InternalError => new InternalError('the time of this invocation is over')
