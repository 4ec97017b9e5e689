import { randomUUID } from 'node:crypto'
import type { FunctionHandler } from '../../kit/function.ts'
import type { Invoke } from '../relay-message.ts'
import { batchEvent } from './batch-event.ts'
import { readPartialAnswer } from './partial-answer.ts'
import { withinTime } from './within-time.ts'

/** What a function inside the relay gets as its context: the part of Lambda's that it can rely on, and a signal. */
export type InProcessContext = {
  readonly functionName: string
  readonly awsRequestId: string
  /** Until the relay stops waiting. A function of ours answers for what is done shortly before. */
  readonly getRemainingTimeInMillis: () => number
  /** Aborts when the time is over, or the relay gives up waiting at its end. */
  readonly signal: AbortSignal
}

/**
 * Calls a function of this process.
 *
 * @param timeoutMs for one call
 * @throws what the function throws, which is about all messages of the batch, or an Error when it does not answer in time
 */
export const createInProcessInvoke =
  (functionName: string, handler: FunctionHandler, timeoutMs: number, ordered = false): Invoke =>
  (messages, signal) => {
    const deadline = performance.now() + timeoutMs
    return withinTime(timeoutMs, messages, signal, async (inTime) => {
      const context: InProcessContext = {
        functionName,
        awsRequestId: randomUUID(),
        getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
        signal: inTime,
      }
      return readPartialAnswer(messages, await handler(batchEvent(messages, ordered), context))
    })
  }
