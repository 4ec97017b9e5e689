// The envelopes open the requests that the relay sends, and the relay reads their answers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrapping } from '../../lib/cloudevents/unwrap-cloudevents.ts'
import type { Delivery, Outcome } from '../../lib/core/delivery.ts'
import { openNotifications as open } from '../../lib/envelopes/platform-events.ts'
import { DecodeError, SinkUnavailableError } from '../../lib/process/errors.ts'
import { batchEvent, readPartialAnswer } from '../../lib/relay/invoke/batch-event.ts'
import { toRequest } from '../../lib/relay/invoke/invoke-http.ts'
import type { RelayMessage } from '../../lib/relay/relay-message.ts'
import { messageOf, messages } from '../relay/messages.ts'
import { functionUrlEvent } from './samples.ts'

const body = '{"n":12345678901234567890,"ü":"\\u2028"}'
const message = messageOf(7, {
  body: Buffer.from(body),
  queue: 'a::b',
  vhost: 'nova',
  exchange: 'cinder',
  routingKey: 'notifications.error',
  redelivered: true,
  properties: {
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    headers: { 'cloudEvents:type': 'grün', compression: 'application/x-gzip', count: 3, 'x-death': [{ queue: 'q' }] },
  },
})

test('a batch of the relay is a delivery for each message, with exchange, routing key and headers', () => {
  assert.deepEqual(open(JSON.parse(JSON.stringify(batchEvent([message])))).deliveries, [
    {
      body: Buffer.from(body),
      headers: {
        'ce-type': 'grün',
        compression: 'application/x-gzip',
        count: '3',
        'content-type': 'application/json',
        'content-encoding': 'utf-8',
      },
      origin: {
        kind: 'amqp',
        queue: 'a::b',
        redelivered: true,
        exchange: 'cinder',
        routingKey: 'notifications.error',
        keepsRefused: true,
      },
    },
  ])
})

test('the answer to a batch is a verdict for each message', () => {
  const batch = messages(3)
  const ack: Outcome = { type: 'ack', events: [], faults: [], dropped: [] }
  const retry: Outcome = { type: 'retry', error: new SinkUnavailableError('down'), retryAfterSeconds: 1 }
  const { seal } = open(batchEvent(batch))
  const verdicts = (outcomes: readonly Outcome[]) =>
    readPartialAnswer(batch, seal(outcomes)).map((verdict: { readonly type: string }) => verdict.type)
  assert.deepEqual(verdicts([ack, retry, ack]), ['ack', 'retry', 'ack'])
  assert.deepEqual(verdicts([ack, ack, ack]), ['ack', 'ack', 'ack'])
  assert.deepEqual(verdicts([retry]), ['retry', 'retry', 'retry'])
  const reject: Outcome = { type: 'reject', error: new DecodeError('the body is not JSON') }
  assert.deepEqual(verdicts([reject, retry, ack]), ['reject', 'retry', 'ack'])
  assert.deepEqual(readPartialAnswer(batch, seal([ack, ack, reject])).at(-1), {
    type: 'reject',
    reason: 'decode_failed: the body is not JSON',
  })
})

const overHttp = (given: RelayMessage): readonly Delivery[] => {
  const { headers, body } = toRequest(given)
  const seen: Delivery[] = []
  const decode = unwrapping((delivery) => {
    seen.push(delivery)
    return { events: [], faults: [] }
  })
  for (const delivery of open(functionUrlEvent({ headers, body })).deliveries) decode(delivery)
  return seen
}

test('a message posted by the relay is its body as it was, with what is known of it in ce-* headers', () => {
  const [delivery] = overHttp(message)
  const { 'ce-amqpexchange': exchange, 'ce-amqproutingkey': routingKey } = delivery?.headers ?? {}
  assert.deepEqual(
    [delivery?.body.toString(), exchange, routingKey, delivery?.headers['x-amqp-routing-key']],
    [body, 'cinder', 'notifications.error', 'notifications.error'],
  )
})

test('bytes that the relay posts are the same bytes', () => {
  const bytes = Buffer.from([0x78, 0x9c, 0, 255])
  assert.deepEqual(
    overHttp({ ...message, body: bytes }).map((delivery) => delivery.body),
    [bytes],
  )
})
