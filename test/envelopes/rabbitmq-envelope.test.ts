import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outcome } from '../../lib/core/delivery.ts'
import { rabbitmq } from '../../lib/envelopes/rabbitmq-envelope.ts'
import { InternalError, SchemaError, SinkUnavailableError } from '../../lib/process/errors.ts'
import { rabbitmqEvent, relayEvent, signedBytes } from './queue-samples.ts'

const open = (event: object) => rabbitmq.open({ eventSource: 'aws:rmq', ...event })
const ack: Outcome = { type: 'ack', events: ['1'], faults: [], dropped: [] }
const setAside: Outcome = { type: 'ack', events: [], faults: [new SchemaError('no')], dropped: [] }
const retry: Outcome = { type: 'retry', error: new SinkUnavailableError('down'), retryAfterSeconds: 1 }
const failed: Outcome = { type: 'retry', error: new InternalError('time is over'), retryAfterSeconds: 1 }

describe('opening', () => {
  test('each message is a delivery, from its queue', () => {
    const event = rabbitmqEvent(['{"ü":1}', Buffer.from([0, 255])], { queue: 'a::b', vhost: 'nova', redelivered: true })
    const headers = { 'content-type': 'application/json', 'content-encoding': 'utf-8' }
    const origin = { kind: 'amqp', queue: 'a::b', redelivered: true }
    assert.deepEqual(open(event).deliveries, [
      { body: Buffer.from('{"ü":1}'), headers, origin },
      { body: Buffer.from([0, 255]), headers, origin },
    ])
  })

  test('the relay tells exchange and routing key too', () => {
    const [delivery] = open(relayEvent(['{}'], { exchange: 'cinder', routingKey: 'notifications.error' })).deliveries
    assert.deepEqual(delivery?.origin, {
      kind: 'amqp',
      queue: 'tidings',
      redelivered: false,
      exchange: 'cinder',
      routingKey: 'notifications.error',
      keepsRefused: true,
    })
  })

  test("texts in headers are bytes, signed or not; CloudEvents' attributes are ce-*; tables are left out", () => {
    const properties = {
      contentType: 'application/json; charset=utf-8',
      contentEncoding: null,
      headers: {
        'cloudEvents:type': { bytes: [97, 98] },
        cloudEvents_source: { bytes: signedBytes('/grün') },
        cloudEvents_subject: { bytes: [...Buffer.from('日本')] },
        'CE-Id': 'plain',
        Compression: { bytes: [...Buffer.from('application/x-gzip')] },
        'x-retries': 3,
        flag: true,
        'Content-Type': { bytes: [120] },
        'x-death': [{ queue: { bytes: [97] } }],
        table: { a: 1 },
        broken: { bytes: ['a'] },
        nothing: null,
      },
    }
    const [delivery] = open(JSON.parse(JSON.stringify(rabbitmqEvent(['{}'], { properties })))).deliveries
    assert.deepEqual(delivery?.headers, {
      'ce-type': 'ab',
      'ce-source': '/grün',
      'ce-subject': '日本',
      'ce-id': 'plain',
      compression: 'application/x-gzip',
      'x-retries': '3',
      flag: 'true',
      'content-type': 'application/json; charset=utf-8',
    })
  })

  test('messages of several queues keep their order', () => {
    const { rmqMessagesByQueue: first } = rabbitmqEvent(['1', '2'], { queue: 'a' })
    const { rmqMessagesByQueue: second } = rabbitmqEvent(['3'], { queue: 'b' })
    const { deliveries } = open({ rmqMessagesByQueue: { ...first, ...second } })
    assert.deepEqual(
      deliveries.map(({ body, origin }) => [body.toString(), origin.kind === 'amqp' && origin.queue]),
      [
        ['1', 'a'],
        ['2', 'a'],
        ['3', 'b'],
      ],
    )
  })

  test('a message without its body stands as it came, so that it is set aside; its siblings live', () => {
    const { deliveries } = open({ rmqMessagesByQueue: { 'q::/': [{ data: 'e30=' }, { data: 7 }, null, 'text'], r: 5 } })
    assert.deepEqual(
      deliveries.map(({ body }) => body.toString()),
      ['{}', '{"data":7}', 'null', '"text"', '5'],
    )
  })

  for (const rmqMessagesByQueue of [undefined, null, [], 'text']) {
    test(`a batch with ${JSON.stringify(rmqMessagesByQueue)} for its messages is one clear error`, () => {
      const { deliveries, refusal, seal } = open({ rmqMessagesByQueue })
      const message = 'rmqMessagesByQueue: expected lists of messages by queue'
      assert.deepEqual([deliveries, refusal?.code, refusal?.message], [[], 'schema_mismatch', message])
      const error = new SchemaError(message)
      assert.throws(
        () => seal([{ type: 'reject', error }]),
        (thrown) => thrown === error,
      )
    })
  }
})

describe('answering Lambda', () => {
  const { seal } = open(rabbitmqEvent(['1', '2', '3']))

  test('nothing has to come again: a summary, without a word that Lambda could read', () => {
    assert.deepEqual(seal([ack, setAside, ack]), { outcome: 'ack', messages: 3, events: 2, deadLetters: 1 })
  })

  test('one has to come again: all have to, and the reason is thrown', () => {
    assert.throws(
      () => seal([ack, setAside, retry]),
      (thrown) => thrown === retry.error,
    )
  })

  test('everything failed at once: that is thrown', () => {
    assert.throws(
      () => seal([failed]),
      (thrown) => thrown === failed.error,
    )
  })
})

describe('answering the relay', () => {
  const { seal } = open(relayEvent(['1', '2', '3']))
  const cases = [
    { name: 'nothing has to come again', outcomes: [ack, setAside, ack], tags: [] },
    { name: 'some have to', outcomes: [retry, ack, retry], tags: ['1', '3'] },
    { name: 'everything failed at once', outcomes: [failed], tags: ['1', '2', '3'] },
    { name: 'one was forgotten', outcomes: [ack, ack], tags: ['3'] },
  ] as const
  for (const { name, outcomes, tags } of cases) {
    test(`${name}: [${tags}]`, () => {
      assert.deepEqual(seal(outcomes), { batchItemFailures: tags.map((tag) => ({ itemIdentifier: tag })) })
    })
  }
  test('what was refused is named with its reason, for the relay to keep', () => {
    assert.deepEqual(seal([retry, { ...retry, type: 'reject' }, ack]), {
      batchItemFailures: [{ itemIdentifier: '1' }],
      batchItemRejections: [{ itemIdentifier: '2', reason: 'sink_unavailable: down' }],
    })
  })
})
