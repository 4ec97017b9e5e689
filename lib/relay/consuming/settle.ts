// The retry path is two files. deliver.ts decides what becomes of a message. This one has the rule of how long a message waits
// and when it had its last try, and it carries the decision out: it acks a message only once its copy is confirmed.

import type { Logger } from '../../process/log.ts'
import { type Backoff, backoffMs } from '../../process/retrying.ts'
import { type CopyChanges, copyProperties, type Received, type Taken } from '../broker/copy.ts'
import { CopyError, type Publisher } from '../broker/publisher.ts'
import { aloneQueueName, deadLettersOf, retryQueueName } from '../broker/queues.ts'
import type { Counts } from '../status.ts'
import { wait } from '../wait.ts'

/**
 * Settles messages. Each promise resolves when that is done, or when it cannot be done: then the queue gets the message back.
 */
export type Settle = {
  ack(received: Received): void
  /** Moves it to the dead letters. `tries`: the tries since it was taken, including the last one. */
  reject(received: Received, reason: string, tries: number): Promise<void>
  /**
   * Moves it to the retry queue of its delay, or to the dead letters after the last try. In order, it goes to the messages
   * that are handled alone instead, as these go ahead of all others.
   */
  retry(received: Received, reason: string, delayMs: number | undefined): Promise<void>
  /** Moves it like `retry`, but counts no try: the function fails for all messages. */
  postpone(received: Received): Promise<void>
  /** Moves it to the messages that are handled alone. `deaths`: how many processes ended while they handled it. */
  setApart(taken: Taken, deaths: number): Promise<void>
}

export type SettleOptions = {
  readonly publisher: Publisher
  readonly retryRule: RetryRule
  readonly isOrdered: boolean
  readonly counts: Counts
  readonly log: Logger
  readonly backoff: Backoff
  /** Acks the message. Nothing more is to be done for it. */
  readonly done: (received: Received) => void
  /** Ends the session: a queue does not exist any more, or the connection is lost. */
  readonly fail: (error: unknown) => void
  /** Ends the wait between two tries of a copy. */
  readonly signal: AbortSignal
  /** Aborts when nothing can be acked any more. Then nothing is copied. */
  readonly gone: AbortSignal
  readonly now: () => Date
  readonly random: () => number
}

export const createSettle = (options: SettleOptions): Settle => {
  const { publisher, counts, done, fail, signal, gone, log, now, retryRule } = options

  /** A message is acked only after its copy is confirmed. A crash in between leaves two messages, never none. */
  const copy = async (received: Received, queue: string, changes: Omit<CopyChanges, 'time'>): Promise<boolean> => {
    const properties = copyProperties(received, { ...changes, time: now() })
    for (let failures = 0; !gone.aborted; failures++) {
      try {
        await publisher.publish(queue, received.message.body, properties)
        return true
      } catch (error) {
        const kind = error instanceof CopyError ? error.kind : 'refused'
        if (kind !== 'refused') {
          fail(error)
          return false
        }
        log.warn(
          { to: queue, error },
          'the broker refuses the copy of a message: the message is held, and the copy is tried again',
        )
        await wait(backoffMs(failures, options.backoff, options.random()), signal)
        if (signal.aborted) return false
      }
    }
    return false
  }
  const move = async (...args: Parameters<typeof copy>): Promise<void> => {
    if (await copy(...args)) done(args[0])
  }

  const reject: Settle['reject'] = async (received, reason, tries) => {
    const { queue, deliveryTag, exchange, routingKey } = received.message
    if (!(await copy(received, deadLettersOf(queue), { attempts: received.attempts + tries, reason }))) return
    counts.deadLettered++
    log.warn({ deliveryTag, exchange, routingKey, reason }, 'a message became a dead letter')
    done(received)
  }

  return {
    ack(received) {
      counts.acked++
      done(received)
    },
    reject,
    async retry(received, reason, askedMs) {
      const { queue } = received.message
      const attempts = received.attempts + 1
      const delayMs = retryRule.next({ ...received, attempts }, askedMs)
      if (delayMs === undefined) return reject(received, reason, 1)
      const isCopied = options.isOrdered
        ? await copy(received, aloneQueueName(queue), { attempts, notBefore: new Date(now().getTime() + delayMs) })
        : await copy(received, retryQueueName(queue, delayMs), { attempts })
      if (!isCopied) return
      counts.retried++
      done(received)
    },
    postpone(received) {
      const { queue } = received.message
      const [shortestMs = 0] = retryRule.delaysMs
      const later = options.isOrdered ? aloneQueueName(queue) : retryQueueName(queue, shortestMs)
      return move(received, later, { attempts: received.attempts })
    },
    setApart(taken, deaths) {
      const { attempts, notBefore } = taken
      return move(taken, aloneQueueName(taken.message.queue), { attempts, deaths, notBefore })
    },
  }
}

export type RetryOptions = {
  /** All tries, including the first. After them the message becomes a dead letter. */
  readonly attempts: number
  readonly firstDelayMs: number
  readonly maxDelayMs: number
}

/** Decides how long a message waits after a failed try, and when it had its last one. */
export type RetryRule = {
  /** Every delay that the rule gives, ascending, in milliseconds. Each delay needs a queue of its own. */
  readonly delaysMs: readonly number[]
  /**
   * The delay before the next try, in milliseconds. Undefined after the last try: the message becomes a dead letter.
   *
   * @param failed its `attempts` include the try that failed
   * @param askedMs the delay that the function asked for
   */
  next(failed: Received, askedMs: number | undefined): number | undefined
}

export const createRetryRule = (options: RetryOptions): RetryRule => {
  const delaysMs = retryDelays(options)
  return {
    delaysMs,
    next: ({ attempts }, askedMs) =>
      attempts >= options.attempts ? undefined : retryDelay(delaysMs, attempts, askedMs),
  }
}

/** Milliseconds, ascending. Each delay is four times as long as the last, so that there are few. */
const retryDelays = ({ firstDelayMs, maxDelayMs }: RetryOptions): readonly number[] => {
  const delays: number[] = []
  for (let delay = firstDelayMs; delay < maxDelayMs; delay *= 4) delays.push(delay)
  return [...delays, maxDelayMs]
}

/**
 * The delay after a failed try: the usual one, or the first that is as long as the function asked for, or the longest.
 *
 * @param attempts tries so far, at least 1
 */
const retryDelay = (delays: readonly number[], attempts: number, askedMs: number | undefined): number => {
  const longest = delays.at(-1) ?? 0
  const usual = delays[attempts - 1] ?? longest
  if (askedMs === undefined || askedMs <= usual) return usual
  return delays.find((delay) => delay >= askedMs) ?? longest
}
