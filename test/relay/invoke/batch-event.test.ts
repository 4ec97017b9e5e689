import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openNotifications as open } from '../../../lib/envelopes/platform-events.ts'
import { batchEvent, readPartialAnswer } from '../../../lib/relay/invoke/batch-event.ts'
import type { RelayMessage } from '../../../lib/relay/relay-message.ts'

const message = (deliveryTag: number, changes: Partial<RelayMessage> = {}): RelayMessage => ({
  body: Buffer.from('{"a":1}'),
  queue: 'tidings',
  vhost: '/',
  exchange: 'nova',
  routingKey: 'notifications.info',
  redelivered: false,
  deliveryTag,
  properties: {},
  ...changes,
})

const NOTHING = {
  contentType: null,
  contentEncoding: null,
  headers: {},
  deliveryMode: null,
  priority: null,
  correlationId: null,
  replyTo: null,
  expiration: null,
  messageId: null,
  timestamp: null,
  type: null,
  userId: null,
  appId: null,
  clusterId: null,
  bodySize: 7,
}

test("messages become an event of Lambda's trigger, by queue and virtual host", () => {
  const properties = {
    contentType: 'application/json',
    deliveryMode: 2,
    priority: 0,
    timestamp: 2021,
    headers: {
      text: 'añ',
      bytes: Buffer.from([1, 2]),
      number: 5,
      truth: true,
      nothing: null,
      time: { '!': 'timestamp', value: 1_772_600_767 },
      float: { '!': 'double', value: 1.5 },
      table: { list: ['x'] },
    },
  }
  const other = message(3, { queue: 'a::b', vhost: 'cell1', redelivered: true })
  assert.deepEqual(batchEvent([message(1, { properties }), message(2), other]), {
    eventSource: 'aws:rmq',
    eventSourceArn: '',
    rmqMessagesByQueue: {
      'tidings::/': [
        {
          basicProperties: {
            ...NOTHING,
            contentType: 'application/json',
            deliveryMode: 2,
            priority: 0,
            timestamp: 'Jan 1, 1970, 12:33:41 AM',
            headers: {
              text: { bytes: [97, 195, 177] },
              bytes: { bytes: [1, 2] },
              number: 5,
              truth: true,
              nothing: null,
              time: 'Mar 4, 2026, 5:06:07 AM',
              float: 1.5,
              table: { list: [{ bytes: [120] }] },
            },
          },
          redelivered: false,
          data: 'eyJhIjoxfQ==',
          deliveryTag: 1,
          exchange: 'nova',
          routingKey: 'notifications.info',
        },
        {
          basicProperties: NOTHING,
          redelivered: false,
          data: 'eyJhIjoxfQ==',
          deliveryTag: 2,
          exchange: 'nova',
          routingKey: 'notifications.info',
        },
      ],
      'a::b::cell1': [
        {
          basicProperties: NOTHING,
          redelivered: true,
          data: 'eyJhIjoxfQ==',
          deliveryTag: 3,
          exchange: 'nova',
          routingKey: 'notifications.info',
        },
      ],
    },
  })
})

test('the envelope of functions opens what the relay makes', () => {
  const { deliveries } = open(batchEvent([message(1, { properties: { headers: { k: 'v' } } })]))
  assert.deepEqual(deliveries, [
    {
      body: Buffer.from('{"a":1}'),
      headers: { k: 'v' },
      origin: {
        kind: 'amqp',
        queue: 'tidings',
        redelivered: false,
        exchange: 'nova',
        routingKey: 'notifications.info',
        keepsRefused: true,
      },
    },
  ])
})

const words = (answer: unknown) => readPartialAnswer([message(1), message(2)], answer).map(({ type }) => type)

test('an answer names what has to come again', () => {
  assert.deepEqual(words({ batchItemFailures: [] }), ['ack', 'ack'])
  assert.deepEqual(words({ batchItemFailures: null }), ['ack', 'ack'])
  assert.deepEqual(words(undefined), ['ack', 'ack'])
  assert.deepEqual(words({ batchItemFailures: [{ itemIdentifier: '2' }] }), ['ack', 'retry'])
})

test('an answer that names what was not asked brings all of it again', () => {
  for (const failures of [[{ itemIdentifier: '3' }], [{}], ['1'], 'all', [{ itemIdentifier: '1' }, null]])
    assert.deepEqual(words({ batchItemFailures: failures }), ['retry', 'retry'], JSON.stringify(failures))
})
