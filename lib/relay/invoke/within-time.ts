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
  const timeout = AbortSignal.timeout(timeoutMs)
  const either = AbortSignal.any([signal, timeout])
  const over = Promise.withResolvers<never>()
  const end = () => over.reject(either.reason)
  either.addEventListener('abort', end, { once: true })
  if (either.aborted) end()
  try {
    return await Promise.race([call(either), over.promise])
  } catch (error) {
    if (signal.aborted || !timeout.aborted) throw error
    const reason = `no answer in time (${timeoutMs} ms)`
    if (messages.length === 1) return [{ type: 'retry', reason }]
    throw new Error(`the function gave ${reason}`, { cause: error })
  } finally {
    either.removeEventListener('abort', end)
  }
}
