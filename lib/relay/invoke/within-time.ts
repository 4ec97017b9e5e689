import type { RelayMessage, Verdict } from '../relay-message.ts'

/**
 * Asks a function about messages, for a limited time. An answer that comes later is not heard: by then the messages are to be
 * tried again. One message alone may be the cause of the silence, so that counts as a try of it.
 *
 * @param call its signal aborts when the time is over, or with `signal`
 * @throws Error when several messages got no answer in time, because nobody knows which of them is the cause
 * @throws the error of `call`, if it comes in time
 */
export const withinTime = async (
  timeoutMs: number,
  messages: readonly RelayMessage[],
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<readonly Verdict[]>,
): Promise<readonly Verdict[]> => {
  const over = Promise.withResolvers<never>()
  const { inTime, end } = limitTime(signal, timeoutMs)
  const giveUp = () => over.reject(inTime.reason)
  if (inTime.aborted) giveUp()
  inTime.addEventListener('abort', giveUp)
  try {
    return await Promise.race([call(inTime), over.promise])
  } catch (error) {
    if (signal.aborted || !inTime.aborted) throw error
    const reason = `no answer in time (${timeoutMs} ms)`
    if (messages.length === 1) return [{ type: 'retry', reason }]
    throw new Error(`the function gave ${reason}`, { cause: error })
  } finally {
    end()
  }
}

type Limited = {
  readonly inTime: AbortSignal
  /** Ends the timer, and no longer listens to the given signal. */
  readonly end: () => void
}

/**
 * A signal that aborts with the given one, or with a TimeoutError after `timeoutMs`. `AbortSignal.any` is not used, because each read of
 * `aborted` then asks every signal that it was made of, and a batch has many reads.
 */
export const limitTime = (signal: AbortSignal, timeoutMs: number): Limited => {
  const control = new AbortController()
  const timer = setTimeout(() => control.abort(new DOMException('the time is over', 'TimeoutError')), timeoutMs)
  const abort = () => control.abort(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  return {
    inTime: control.signal,
    end: () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    },
  }
}
