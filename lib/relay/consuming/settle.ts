import { type Backoff, backoffMs } from '../../backoff.ts'
import type { Logger } from '../../log.ts'
import { copyProperties } from '../broker/copy.ts'
import { CopyError, type Publisher } from '../broker/publisher.ts'
import { deadLettersOf, retryQueueName } from '../broker/queues.ts'
import type { Received } from '../broker/received.ts'
import type { RelayOptions } from '../options.ts'
import { wait } from '../wait.ts'
import type { Counts } from '../watching/counts.ts'
import { retryDelay } from './retry-delays.ts'

/**
 * What becomes of a message once its verdict is there. Resolves when that is done, or cannot be: then the queue gets
 * the message back.
 */
export type Settle = {
  ack(received: Received): void
  /** To the dead letters. `tries`: in this round, the last one included. */
  reject(received: Received, reason: string, tries: number): Promise<void>
  /** To the retry queue that fits, or to the dead letters once there were tries enough. */
  retry(received: Received, reason: string, delayMs: number | undefined): Promise<void>
}

export type SettleOptions = {
  readonly publisher: Publisher
  readonly retry: RelayOptions['retry']
  readonly delaysMs: readonly number[]
  readonly counts: Counts
  readonly log: Logger
  readonly name: string
  readonly backoff: Backoff
  /** Acks, once nothing more is to be done for the message. */
  readonly done: (received: Received) => void
  /** The queues are not what they were: begin anew. */
  readonly fail: (error: unknown) => void
  /** Ends waiting. */
  readonly signal: AbortSignal
  /** Nothing can be acked any more, so nothing is copied. */
  readonly gone: AbortSignal
  readonly now: () => Date
  readonly random: () => number
}

export const createSettle = (options: SettleOptions): Settle => {
  const { publisher, counts, done, fail, signal, gone, log, name, now } = options

  /** A message is acked only after its copy is confirmed: a crash in between leaves two, never none. */
  const copy = async (received: Received, queue: string, attempts: number, reason?: string): Promise<boolean> => {
    const why = { attempts, time: now(), ...(reason !== undefined && { reason }) }
    for (let failures = 0; !gone.aborted; failures++) {
      try {
        await publisher.publish(queue, received.message.body, copyProperties(received, why))
        return true
      } catch (error) {
        const kind = error instanceof CopyError ? error.kind : 'refused'
        if (kind !== 'refused') {
          fail(error)
          return false
        }
        log.warn({ source: name, queue, error }, 'a message is held, as the broker does not take its copy')
        await wait(backoffMs(failures, options.backoff, options.random()), signal)
        if (signal.aborted) return false
      }
    }
    return false
  }

  const reject: Settle['reject'] = async (received, reason, tries) => {
    const { queue, deliveryTag, exchange, routingKey } = received.message
    if (!(await copy(received, deadLettersOf(queue), received.attempts + tries, reason))) return
    counts.deadLettered++
    log.warn({ source: name, deliveryTag, exchange, routingKey, reason }, 'a message became a dead letter')
    done(received)
  }

  return {
    ack(received) {
      counts.acked++
      done(received)
    },
    reject,
    async retry(received, reason, delayMs) {
      const attempts = received.attempts + 1
      if (attempts >= options.retry.attempts) return reject(received, reason, 1)
      const delay = retryDelay(options.delaysMs, attempts, delayMs)
      if (!(await copy(received, retryQueueName(received.message.queue, delay), attempts))) return
      counts.retried++
      done(received)
    },
  }
}
