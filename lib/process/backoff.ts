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
