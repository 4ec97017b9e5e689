import type { RelayOptions } from '../options.ts'

/** Each delay is a queue of its own: few, so four times as long each time. Milliseconds, ascending. */
export const retryDelays = ({ firstDelayMs, maxDelayMs }: RelayOptions['retry']): readonly number[] => {
  const delays: number[] = []
  for (let delay = firstDelayMs; delay < maxDelayMs; delay *= 4) delays.push(delay)
  return [...delays, maxDelayMs]
}

/**
 * The delay after a failed try, or the first one that is as long as the function asked for; the longest at most.
 *
 * @param attempts tries so far, at least 1
 */
export const retryDelay = (delays: readonly number[], attempts: number, askedMs: number | undefined): number => {
  const longest = delays.at(-1) ?? 0
  const usual = delays[attempts - 1] ?? longest
  if (askedMs === undefined || askedMs <= usual) return usual
  return delays.find((delay) => delay >= askedMs) ?? longest
}
