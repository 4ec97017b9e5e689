import type { Delivery, Origin, Outcome } from '../../core/delivery.ts'
import { type Door, doorOf } from '../../core/door.ts'
import { messageHeaders } from '../../envelopes/batch.ts'
import { headerText } from '../../envelopes/rabbitmq-envelope.ts'
import { toLambdaContext } from '../../hosts/lambda-call.ts'
import { type FunctionHandler, invoke } from '../../kit/function.ts'
import { type TidingsError, toReason } from '../../process/errors.ts'
import type { Invoke, RelayMessage, Verdict } from '../relay-message.ts'
import { batchEvent, lambdaValue, readPartialAnswer } from './batch-event.ts'
import { limitTime, withinTime } from './within-time.ts'

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
    const { inTime, end } = limitTime(signal, Math.max(0, timeoutMs - EARLY_MS))
    try {
      const deliveries = messages.map((message) => toDelivery(message, ordered))
      const outcomes = await door.deliver(deliveries, inTime)
      return messages.map((_, index) => toVerdict(outcomes[index]))
    } finally {
      end()
    }
  }

/** A message for a function's door: as the function would see it in a batch event, without the event. */
export const toDelivery = (message: RelayMessage, isOrdered: boolean): Delivery => {
  const { body, queue, redelivered, exchange, routingKey, properties } = message
  const { contentType, contentEncoding, headers = {} } = properties
  // Messages of OpenStack's services have no headers.
  const own = Object.entries(headers)
  const named = own.length === 0 ? {} : messageHeaders(own.map(([name, value]) => [name, textOf(value)]))
  if (contentType !== undefined) named['content-type'] = contentType
  if (contentEncoding !== undefined) named['content-encoding'] = contentEncoding
  const origin: Origin = { kind: 'amqp', queue, redelivered, exchange, routingKey, keepsRefused: true }
  return isOrdered ? { body, headers: named, origin, orderGroup: queue } : { body, headers: named, origin }
}

const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  return Buffer.isBuffer(value) ? value.toString() : headerText(lambdaValue(value))
}

export const toVerdict = (outcome: Outcome | undefined): Verdict => {
  switch (outcome?.type) {
    case 'ack':
    case 'answer':
      return { type: 'ack' }
    case 'reject':
      return { type: 'reject', reason: reasonOf(outcome.error) }
    case 'retry': {
      const { error, retryAfterSeconds } = outcome
      const delayMs = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000
      return { type: 'retry', reason: reasonOf(error), delayMs }
    }
    case undefined:
      return { type: 'retry', reason: 'the function did not answer for this message' }
  }
}

const reasonOf = (error: TidingsError): string => `${error.code}: ${toReason(error).message}`
