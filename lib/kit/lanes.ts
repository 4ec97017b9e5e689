import type { CloudEvent } from '../core/cloudevent.ts'
import { crypto } from '../process/secrets.ts'
import { NEVER, whenAborted } from '../process/unless-aborted.ts'
import { createPriorityQueue, type PriorityQueue } from './priority-queue.ts'

/** Work for one event. `late`: a newer event was handled before in this lane. */
type Work = (late: boolean) => Promise<void>

type Waiting = { readonly order: string; readonly arrival: number; readonly start: () => Promise<void> }

/** No platform lets a function run for longer. */
const LOST_AFTER_MS = 15 * 60_000
/** The same, once its signal has aborted and the work was told to stop. */
const LOST_AFTER_ABORT_MS = 30_000

/**
 * Runs the work of one lane (an object, a server) one at a time, across all deliveries of this process. The earliest waiting work
 * starts first, by its `order`. Processes that share claims take turns (core/shared-lanes.ts). Work that does not end blocks its
 * lane for `LOST_AFTER_MS`.
 *
 * @param remembered how many idle lanes keep the order of their last event
 */
export const createLanes = (remembered = 10_000) => {
  const lanes = new Map<string, PriorityQueue<Waiting>>()
  const lastOrders = createLastOrders(remembered)
  let arrivals = 0

  const drain = async (key: string, lane: PriorityQueue<Waiting>): Promise<void> => {
    for (let next = lane.take(); next !== undefined; next = lane.take()) await next.start()
    lanes.delete(key)
  }

  /**
   * @param order text that sorts by time
   * @param signal tells the work to stop
   */
  return async (lane: string, order: string, work: Work, signal: AbortSignal = NEVER): Promise<void> => {
    const key = bounded(lane)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const start = async (): Promise<void> => {
      const last = lastOrders.get(key)
      const late = last !== undefined && order < last
      const done = work(late).then(() => {
        if (!late) lastOrders.set(key, order)
        resolve()
      })
      await unlessLost(done.catch(reject), signal)
    }
    const one: Waiting = { order, arrival: arrivals++, start }
    const open = lanes.get(key)
    if (open !== undefined) {
      open.add(one)
    } else {
      const opened = createPriorityQueue(isBefore)
      opened.add(one)
      lanes.set(key, opened)
      // Later in this turn, so that the events that came together are sorted before the first of them starts.
      queueMicrotask(() => void drain(key, opened))
    }
    return promise
  }
}

export type Lanes = ReturnType<typeof createLanes>

const isBefore = (a: Waiting, b: Waiting): boolean => (a.order === b.order ? a.arrival < b.arrival : a.order < b.order)

/** Resolves when the work is over, or counts as lost. */
const unlessLost = async (work: Promise<void>, signal: AbortSignal): Promise<void> => {
  const { promise: lost, resolve } = Promise.withResolvers<void>()
  let timer = setTimeout(resolve, LOST_AFTER_MS).unref()
  const abort = (): void => {
    clearTimeout(timer)
    timer = setTimeout(resolve, LOST_AFTER_ABORT_MS).unref()
  }
  if (signal.aborted) abort()
  const end = whenAborted(signal, abort)
  await Promise.race([work, lost])
  end()
  clearTimeout(timer)
}

/** Remembers the last order of each lane. Once there are more lanes than the capacity, it forgets the ones that were used least recently. */
const createLastOrders = (capacity: number) => {
  const orders = new Map<string, string>()
  // The iterator is kept, because a new one would walk over all deleted entries.
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

/** RGW's sequence where there is one. Times are in UTC; without `Z`, a longer fraction sorts after its beginning. */
export const orderOf = ({ sequence, time = '' }: CloudEvent): string => sequence ?? time.replace(/Z$/, '')

const MAX_KEY_LENGTH = 256

/** Senders choose how long their names are. */
const bounded = (lane: string): string =>
  lane.length <= MAX_KEY_LENGTH ? lane : crypto().hash('sha256', lane, 'base64url')

/** Lets at most `limit` run at once. */
export type Slots = {
  /** Undefined: a slot was free, and is taken. Otherwise it resolves when one is, in the order of asking. */
  take(): Promise<void> | undefined
  give(): void
}

export const createSlots = (limit: number): Slots => {
  let free = limit
  const waiting: (() => void)[] = []
  let next = 0
  return {
    take: () => {
      if (free === 0) return new Promise((resolve) => waiting.push(resolve))
      free--
      return undefined
    },
    give: () => {
      const first = waiting[next]
      if (first === undefined) free++
      else {
        next++
        first()
      }
    },
  }
}
