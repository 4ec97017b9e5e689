/** How an action runs. */
export type Run = {
  /** Requests at the same time, at most. */
  readonly concurrency: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** `read` counts requests, and `write` counts changes. */
export type Progress = { readonly stage: 'read' | 'write'; readonly done: number; readonly total: number }

/**
 * Maps a list with a limited number of calls at the same time. After the first failure no more calls begin, and it waits for
 * those under way, so that nothing is still running when the failure is reported.
 */
export const concurrently = async <Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = []
  const failures: unknown[] = []
  const queue = items.entries()

  const takeTurns = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failures.length > 0) return
      try {
        results[index] = await work(item)
      } catch (error) {
        failures.push(error)
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, takeTurns))
  if (failures.length > 0) throw failures[0]
  return results
}

/** A plan names only topics and rules of the document or the state, so that a lookup there cannot fail. */
export const known = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new Error('the plan was made from another document or another state')
  return value
}
