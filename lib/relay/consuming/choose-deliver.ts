import type { Received } from '../broker/received.ts'
import { createAsk } from './ask.ts'
import type { ConsumptionOptions } from './consumption-options.ts'
import { type AnyOrderOptions, createDeliver, type Deliver } from './deliver.ts'
import { createDeliverInOrder } from './deliver-in-order.ts'
import { retryDelay, retryDelays } from './retry-delays.ts'
import { createSettle } from './settle.ts'

/** What only a consumption knows. */
export type Wiring = Pick<AnyOrderOptions, 'signal' | 'putBack'> & {
  /** Whether messages are held for so long that the queue has to have them back. */
  readonly isOverdue: () => boolean
  /** Ends the consumption: the queue gets back what is held. */
  readonly giveBack: (probe: Received | undefined) => void
  readonly done: (received: Received) => void
  readonly fail: (error: unknown) => void
  readonly gone: AbortSignal
}

/** How batches are handled: one after the other in order, or side by side. */
export const chooseDeliver = (
  given: ConsumptionOptions,
  { signal, gone, isOverdue, giveBack, putBack, done, fail }: Wiring,
): Deliver => {
  const { options, gate, counts, timings } = given
  const delaysMs = retryDelays(options.retry)
  const settle = createSettle({
    ...given,
    retry: options.retry,
    delaysMs,
    backoff: timings.pause,
    done,
    fail,
    signal,
    gone,
    now: () => new Date(),
    random: Math.random,
  })
  /**
   * A function that answers, and never takes this message, may never take it: as the others must not wait for it for ever,
   * it is a dead letter. While a sink is away for hours, that is one message each time.
   */
  const stillShut: AnyOrderOptions['stillShut'] = async (probe, verdict) => {
    if (!isOverdue()) return
    const isStuck = verdict !== undefined && gate.isFailing
    if (isStuck) await settle.reject(probe, verdict.reason, Math.max(1, options.retry.attempts - probe.attempts))
    giveBack(isStuck ? undefined : probe)
  }
  const common = { ask: createAsk(given.invoke, gate, given.aborted), settle, gate, signal, stillShut }
  if (options.concurrency > 1) return createDeliver({ ...common, putBack })
  const { attempts } = options.retry
  // So that a message has had all its tries before it was held for too long.
  const longestMs = timings.holdMs / attempts
  return createDeliverInOrder({
    ...common,
    attempts,
    delayMs: (tries, askedMs) => Math.min(retryDelay(delaysMs, tries, askedMs), longestMs),
    retried: () => {
      counts.retried++
    },
  })
}
