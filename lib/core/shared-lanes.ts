import { setTimeout as delay } from 'node:timers/promises'
import { SinkUnavailableError } from '../process/errors.ts'
import { timeIsOver } from '../process/unless-aborted.ts'
import type { Claimed, Claims, Held, InLane } from './claims.ts'

export type LaneOptions = Pick<Claims, 'claimLane' | 'mark'> & {
  /** Claims that are renewed while they are in it. */
  readonly held: Map<string, Held>
  readonly lostOf: (held: Held) => AbortSignal
  readonly signal: AbortSignal | undefined
}

/** How long an event waits for its lane. After that its sender is asked to send it again. */
const PATIENCE_MS = 30_000
const FIRST_LOOK_MS = 10
const LAST_LOOK_MS = 500

/** A lane across processes is a claim of its own, held while the work of one event runs. It keeps the order of the last event. */
export const createInLane = ({ claimLane, mark, held, lostOf, signal }: LaneOptions): InLane | undefined => {
  if (claimLane === undefined) return undefined

  const untilClaimed = async (lane: string): Promise<Held> => {
    const patience = Date.now() + PATIENCE_MS
    for (let pause = FIRST_LOOK_MS; ; pause = Math.min(2 * pause, LAST_LOOK_MS)) {
      if (signal?.aborted) throw timeIsOver()
      const claimed: Claimed = await claimLane(lane)
      if (claimed !== 'done' && 'fence' in claimed) return claimed
      if (claimed !== 'done' && 'error' in claimed) throw claimed.error
      if (Date.now() > patience)
        throw new SinkUnavailableError('another process still handles an event of the same lane')
      await delay(pause, undefined, signal && { signal }).catch(() => {})
    }
  }

  return async (lane, order, work) => {
    const claimed = await untilClaimed(lane)
    const key = `${LANE}${lane}`
    held.set(key, claimed)
    try {
      const [last] = claimed.taken
      const late = last !== undefined && order < last
      await work(late, lostOf(claimed))
      if (!late) claimed.taken = [order]
    } finally {
      held.delete(key)
      await mark(claimed, 'free')
    }
  }
}

/** The key of an event never begins with this. */
const LANE = '\0'
