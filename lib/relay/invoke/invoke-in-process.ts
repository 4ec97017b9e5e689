import { type Door, doorOf } from '../../core/door.ts'
import { toLambdaContext } from '../../hosts/lambda-call.ts'
import { type FunctionHandler, invoke } from '../../kit/function.ts'
import type { Invoke } from '../relay-message.ts'
import { batchEvent, readPartialAnswer } from './batch-event.ts'
import { toDelivery, toVerdict } from './message-delivery.ts'
import { withinTime } from './within-time.ts'

/** The context of a handler without a door. */
export type InProcessContext = ReturnType<typeof toLambdaContext> & {
  /** Aborts when the time is over, or the relay gives up waiting at its end. */
  readonly signal: AbortSignal
}

/**
 * Calls a function of this process: by its door, or as Lambda's RabbitMQ trigger calls it.
 *
 * @param timeoutMs for one call
 * @throws ConfigError where the function configures itself now, and the environment does not describe a working setup. When
 *   called: what a handler without a door throws, which is about all messages of the batch, or an Error when the function does
 *   not answer in time
 */
export const createInProcessInvoke = (
  functionName: string,
  handler: FunctionHandler,
  timeoutMs: number,
  ordered = false,
): Invoke => {
  const door = doorOf(handler)
  const call: Invoke =
    door === undefined
      ? async (messages, signal) => {
          const context: InProcessContext = { ...toLambdaContext(functionName, timeoutMs), signal }
          return readPartialAnswer(messages, await invoke(handler, batchEvent(messages, ordered), context))
        }
      : throughDoor(door, timeoutMs, ordered)
  return (messages, signal) => withinTime(timeoutMs, messages, signal, (inTime) => call(messages, inTime))
}

/** The function is told to stop this long before its time limit, so that its answer for finished work comes in time. */
const EARLY_MS = 250

const throughDoor =
  (door: Door, timeoutMs: number, ordered: boolean): Invoke =>
  async (messages, signal) => {
    const early = AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, timeoutMs - EARLY_MS))])
    const deliveries = messages.map((message) => toDelivery(message, ordered))
    const outcomes = await door.deliver(deliveries, early)
    return messages.map((_, index) => toVerdict(outcomes[index]))
  }
