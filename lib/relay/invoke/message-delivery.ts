import type { Delivery, Outcome } from '../../core/delivery.ts'
import { messageHeaders } from '../../envelopes/batch.ts'
import { headerText } from '../../envelopes/rabbitmq-envelope.ts'
import { type TidingsError, toReason } from '../../process/errors.ts'
import type { RelayMessage, Verdict } from '../relay-message.ts'
import { lambdaValue } from './batch-event.ts'

/** A message for a function's door: as the function would see it in a batch event, without the event. */
export const toDelivery = (message: RelayMessage, isOrdered: boolean): Delivery => {
  const { body, queue, redelivered, exchange, routingKey, properties } = message
  const { contentType, contentEncoding, headers = {} } = properties
  return {
    body,
    headers: {
      ...messageHeaders(Object.entries(headers).map(([name, value]) => [name, textOf(value)])),
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(contentEncoding !== undefined && { 'content-encoding': contentEncoding }),
    },
    origin: { kind: 'amqp', queue, redelivered, exchange, routingKey, keepsRefused: true },
    ...(isOrdered && { orderGroup: queue }),
  }
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
