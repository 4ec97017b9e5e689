/** Collects what comes until it is asked for. */
export type Batcher<Item> = {
  push(item: Item): void
  /**
   * Up to `size` items, once there are so many or the first has waited `lingerMs`; none when the signal aborts. First
   * come, first served.
   */
  next(signal: AbortSignal): Promise<readonly Item[]>
}

type Caller<Item> = (batch: readonly Item[]) => void

export const createBatcher = <Item>({
  size,
  lingerMs,
}: {
  readonly size: number
  readonly lingerMs: number
}): Batcher<Item> => {
  let waiting: Item[] = []
  let callers: readonly Caller<Item>[] = []
  let timer: NodeJS.Timeout | undefined
  let isDue = false

  const hand = () => {
    while (callers.length > 0 && (waiting.length >= size || (isDue && waiting.length > 0))) {
      const [caller, ...others] = callers
      callers = others
      const batch = waiting.slice(0, size)
      waiting = waiting.slice(size)
      stopClock()
      caller?.(batch)
    }
    if (waiting.length > 0 && !isDue) timer ??= setTimeout(due, lingerMs).unref()
  }
  const due = () => {
    isDue = true
    hand()
  }
  const stopClock = () => {
    clearTimeout(timer)
    timer = undefined
    isDue = false
  }

  return {
    push(item) {
      waiting.push(item)
      // The clock runs from the first; only what fills a batch has to be looked at.
      if (waiting.length >= size || timer === undefined) hand()
    },
    next(signal) {
      if (signal.aborted) return Promise.resolve([])
      const { promise, resolve } = Promise.withResolvers<readonly Item[]>()
      const leave = () => {
        callers = callers.filter((other) => other !== caller)
        if (callers.length === 0) stopClock()
        resolve([])
      }
      const caller: Caller<Item> = (batch) => {
        signal.removeEventListener('abort', leave)
        resolve(batch)
      }
      signal.addEventListener('abort', leave, { once: true })
      callers = [...callers, caller]
      hand()
      return promise
    },
  }
}
