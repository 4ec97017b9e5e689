/** Collects items until somebody asks for a batch of them. */
export type Batcher<Item> = {
  push(item: Item): void
  /**
   * Resolves to up to `size` items, once there are that many or the first has waited for `lingerMs`. Resolves to no items
   * once the signal aborts, or after `end` once nothing waits. Callers are served in the order in which they asked.
   */
  next(signal: AbortSignal): Promise<readonly Item[]>
  /** Notes that a batch from `next` is no longer under way. */
  done(batch: readonly Item[]): void
  /** Nothing more will come. Items that wait go out without waiting for a full batch. */
  end(): void
}

export type BatcherOptions<Item> = {
  readonly size: number
  readonly lingerMs: number
  /** The most bytes under way, over all batches. A single item may be larger, and then goes alone. */
  readonly maxBytes?: number | undefined
  readonly bytesOf?: (item: Item) => number
}

type Caller<Item> = (batch: readonly Item[]) => void

export const createBatcher = <Item>({
  size,
  lingerMs,
  maxBytes = Number.POSITIVE_INFINITY,
  bytesOf = () => 0,
}: BatcherOptions<Item>): Batcher<Item> => {
  let waiting: Item[] = []
  let callers: readonly Caller<Item>[] = []
  let timer: NodeJS.Timeout | undefined
  let isDue = false
  let hasEnded = false
  let bytesUnderWay = 0
  let batchesUnderWay = 0

  const sum = (items: readonly Item[]): number => items.reduce((bytes, item) => bytes + bytesOf(item), 0)

  /** How many of the items that wait may go out now. */
  const fitting = (): number => {
    let bytes = bytesUnderWay
    const most = Math.min(size, waiting.length)
    for (const [count, item] of waiting.slice(0, most).entries()) {
      bytes += bytesOf(item)
      const isAlone = count === 0 && batchesUnderWay === 0
      if (bytes > maxBytes && !isAlone) return count
    }
    return most
  }

  const hand = () => {
    while (callers.length > 0 && waiting.length > 0 && (waiting.length >= size || isDue || hasEnded)) {
      const count = fitting()
      const [caller, ...others] = callers
      if (count === 0) return
      callers = others
      const batch = waiting.slice(0, count)
      waiting = waiting.slice(count)
      bytesUnderWay += sum(batch)
      batchesUnderWay++
      stopClock()
      caller?.(batch)
    }
    if (hasEnded && waiting.length === 0) {
      for (const caller of callers) caller([])
      callers = []
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
      // The clock runs from the first item. Only an item that fills a batch changes anything.
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
    done(batch) {
      bytesUnderWay -= sum(batch)
      batchesUnderWay--
      hand()
    },
    end() {
      hasEnded = true
      hand()
    },
  }
}
