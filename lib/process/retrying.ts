import { setTimeout as delay } from 'node:timers/promises'

/** Twice as long each time. */
export type Backoff = { readonly firstMs: number; readonly maxMs: number }

/**
 * How long to wait before the next try: somewhere in the upper half of the step, so that many who failed together do not come
 * back together.
 *
 * @param failures how many tries failed before the one just failed: 0, 1, 2 …
 * @param random from 0 up to 1
 */
export const backoffMs = (failures: number, { firstMs, maxMs }: Backoff, random: number): number => {
  const step = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30))
  return Math.round(step * (0.5 + random / 2))
}

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
 * @throws the error of the last attempt; the signal's AbortError if it aborts during a wait
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
