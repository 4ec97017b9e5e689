/** A priority queue: a binary heap that gives its first item in order. With 100,000 items, sorting again for each new item would take minutes. */
export const createPriorityQueue = <Item>(isBefore: (a: Item, b: Item) => boolean) => {
  const heap: Item[] = []

  const first = (a: number, b: number): number => {
    const [one, other] = [heap[a], heap[b]]
    return one !== undefined && other !== undefined && isBefore(one, other) ? a : b
  }
  const swap = (a: number, b: number): void => {
    const [one, other] = [heap[a], heap[b]]
    if (one === undefined || other === undefined) return
    heap[a] = other
    heap[b] = one
  }

  return {
    add: (item: Item): void => {
      let at = heap.push(item) - 1
      for (let parent = (at - 1) >> 1; at > 0 && first(at, parent) === at; parent = (at - 1) >> 1) {
        swap(at, parent)
        at = parent
      }
    },
    take: (): Item | undefined => {
      const [taken] = heap
      const last = heap.pop()
      if (last === undefined || heap.length === 0) return taken
      heap[0] = last
      let at = 0
      for (;;) {
        const left = 2 * at + 1
        if (left >= heap.length) return taken
        const child = left + 1 < heap.length ? first(left + 1, left) : left
        if (first(child, at) !== child) return taken
        swap(at, child)
        at = child
      }
    },
  }
}

export type PriorityQueue<Item> = ReturnType<typeof createPriorityQueue<Item>>
