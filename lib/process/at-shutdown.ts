/** A service that does not answer must not keep a process from ending. */
const LIMIT_MS = 2000

const closings = new Set<() => Promise<unknown>>()

/** To be called before the process ends, once nothing is under way any more: for connections that a service should see closed. */
export const atShutdown = (close: () => Promise<unknown>): void => {
  closings.add(close)
}

/** Never rejects, and takes two seconds at most. */
export const closeAll = async (): Promise<void> => {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, LIMIT_MS)
  await Promise.race([Promise.allSettled([...closings].map(async (close) => close())), late])
  clearTimeout(timer)
}
