import { crypto } from '../process/secrets.ts'

/** Work for one event. `late`: an event that is younger by its order was already handled in this lane. */
type Work = (late: boolean) => Promise<void>

type Waiting = { readonly order: string; readonly arrival: number; readonly start: () => Promise<void> }

/** `waiting` has the first in line last, once it is sorted. */
type Lane = { readonly waiting: Waiting[]; isSorted: boolean }

/**
 * Runs the work of one lane (an object, a server) one at a time, across all deliveries of this process. Of what waits, the
 * earliest by `order` goes first.
 *
 * @param remembered of how many lanes the order of the last event is remembered, once nothing waits in them
 */
export const createLanes = (remembered = 10_000) => {
  const lanes = new Map<string, Lane>()
  const lastOrders = createLastOrders(remembered)
  let arrivals = 0

  const drain = async (key: string, lane: Lane): Promise<void> => {
    for (let next = takeFirst(lane); next !== undefined; next = takeFirst(lane)) await next.start()
    lanes.delete(key)
  }

  /**
   * @param lane undefined: it waits for nothing
   * @param order text that sorts by time
   */
  return async (lane: string | undefined, order: string, work: Work): Promise<void> => {
    if (lane === undefined) return work(false)
    const key = bounded(lane)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const start = async (): Promise<void> => {
      const last = lastOrders.get(key)
      const late = last !== undefined && order < last
      try {
        await work(late)
        if (!late) lastOrders.set(key, order)
        resolve()
      } catch (error) {
        reject(error)
      }
    }
    const one: Waiting = { order, arrival: arrivals++, start }
    const open = lanes.get(key)
    if (open !== undefined) {
      open.waiting.push(one)
      open.isSorted = false
    } else {
      const opened: Lane = { waiting: [one], isSorted: true }
      lanes.set(key, opened)
      // Later in this turn, so that the events that came together are sorted before the first of them starts.
      queueMicrotask(() => void drain(key, opened))
    }
    return promise
  }
}

export type Lanes = ReturnType<typeof createLanes>

const takeFirst = (lane: Lane): Waiting | undefined => {
  if (!lane.isSorted) lane.waiting.sort((a, b) => -compare(a, b))
  lane.isSorted = true
  return lane.waiting.pop()
}

const compare = (a: Waiting, b: Waiting): number =>
  a.order === b.order ? a.arrival - b.arrival : a.order < b.order ? -1 : 1

/** The lanes used last, at most so many. */
const createLastOrders = (capacity: number) => {
  const orders = new Map<string, string>()
  // One iterator for good: a new one would walk over all that was deleted.
  const oldest = orders.keys()
  return {
    get: (lane: string) => orders.get(lane),
    set: (lane: string, order: string): void => {
      orders.delete(lane)
      orders.set(lane, order)
      if (orders.size > capacity) orders.delete(oldest.next().value ?? '')
    },
  }
}

const MAX_KEY_LENGTH = 256

/** Senders choose how long their names are. */
const bounded = (lane: string): string =>
  lane.length <= MAX_KEY_LENGTH ? lane : crypto().hash('sha256', lane, 'base64url')

/** At most `limit` at a time; the others wait in the order they came. */
export const createSlots = (limit: number) => {
  let free = limit
  const waiting: (() => void)[] = []
  let next = 0
  return async (work: () => Promise<void>): Promise<void> => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      await work()
    } finally {
      const first = waiting[next]
      if (first === undefined) free++
      else {
        next++
        first()
      }
    }
  }
}
