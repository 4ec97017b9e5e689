import { setTimeout as delay } from 'node:timers/promises'
import { type Backoff, backoffMs } from './backoff.ts'

/** The error of an attempt, and the time to wait in addition to the backoff. `never`: another attempt would fail too. */
export type Failure = { readonly error: unknown; readonly nextAfterMs: number | 'never' }

export type RetryOptions = Backoff & {
  /** Attempts after the first. */
  readonly retries: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Tries until an attempt gives no failure.
 *
 * @throws what the last attempt failed with; the signal's AbortError while waiting
 */
export const retrying = async (
  attempt: () => Promise<Failure | undefined>,
  { retries, signal, ...backoff }: RetryOptions,
): Promise<void> => {
  for (let failures = 0; ; failures++) {
    const failure = await attempt()
    if (failure === undefined) return
    const { error, nextAfterMs } = failure
    if (nextAfterMs === 'never' || failures >= retries) throw error
    await delay(nextAfterMs + backoffMs(failures, backoff, Math.random()), undefined, signal && { signal })
  }
}
