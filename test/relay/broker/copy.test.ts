import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumeMessage } from 'amqplib'
import { copyProperties, toReceived, toTaken } from '../../../lib/relay/broker/copy.ts'
import { ownQueue, sourceAt } from '../rig.ts'

const source = sourceAt(5672, ownQueue('q'))

const delivered = (properties: object, fields: object = {}): ConsumeMessage =>
  ({
    content: Buffer.from('{}'),
    fields: { deliveryTag: 1, redelivered: false, exchange: 'nova', routingKey: 'notifications.info', ...fields },
    properties: { headers: undefined, userId: undefined, ...properties },
  }) as ConsumeMessage // Only what is read.

const time = new Date('2026-03-04T05:06:07Z')

test('a copy keeps what the publisher gave, but for what would act on the copy itself', () => {
  const original = toReceived(
    delivered({
      contentType: 'application/json',
      messageId: 'm1',
      expiration: '1000',
      userId: 'nova',
      deliveryMode: 1,
      headers: { k: 'v', CC: ['other'], 'x-death': [{}], 'x-first-death-queue': 'old', 'x-delivery-count': 2 },
    }),
    source,
  )
  assert.deepEqual(copyProperties(original, { attempts: 2, reason: 'r'.repeat(2000), time }), {
    contentType: 'application/json',
    messageId: 'm1',
    persistent: true,
    headers: {
      k: 'v',
      'x-tidings-exchange': 'nova',
      'x-tidings-routing-key': 'notifications.info',
      'x-tidings-attempts': 2,
      'x-tidings-time': '2026-03-04T05:06:07.000Z',
      'x-tidings-user-id': 'nova',
      'x-tidings-reason': 'r'.repeat(1000),
    },
  })
})

test('what comes back from a retry queue is the message as it was, marked as redelivered', () => {
  const first = toReceived(delivered({ userId: 'nova', headers: { k: 'v' } }), source)
  const { persistent: _, ...properties } = copyProperties(first, { attempts: 1, time })
  const headers = { ...properties.headers, 'x-death': [{}], 'x-tidings-copy': '7' }
  const back = toReceived(
    delivered({ ...properties, headers }, { deliveryTag: 9, exchange: '', routingKey: 'q' }),
    source,
  )
  assert.deepEqual(back, {
    ...first,
    attempts: 1,
    message: { ...first.message, deliveryTag: 9, redelivered: true },
  })
})

/** Where a copy comes from: the relay publishes it to the default exchange. */
const COPY = { exchange: '', routingKey: 'q' }

test('a number in a header of a copy that no relay would write counts as 0', () => {
  for (const wrong of [-1, -1000, 1.5, 2 ** 60, Number.NaN, '3', null, 'many']) {
    const headers = { 'x-tidings-exchange': 'e', 'x-tidings-attempts': wrong, 'x-tidings-deaths': wrong }
    const { attempts, deaths } = toTaken(delivered({ headers }, COPY), source)
    assert.deepEqual({ attempts, deaths }, { attempts: 0, deaths: 0 }, String(wrong))
  }
  const headers = { 'x-tidings-exchange': 'e', 'x-tidings-attempts': 2, 'x-tidings-deaths': 1 }
  const { attempts, deaths } = toTaken(delivered({ headers }, COPY), source)
  assert.deepEqual({ attempts, deaths }, { attempts: 2, deaths: 1 })
})

const FORGED = {
  'x-tidings-exchange': 'keystone',
  'x-tidings-routing-key': 'secret',
  'x-tidings-user-id': 'admin',
  'x-tidings-attempts': 9,
  'x-tidings-deaths': 2,
  'x-tidings-not-before': '9999-01-01T00:00:00Z',
  'x-tidings-time': 't',
  'x-tidings-copy': '7',
}

test("a publisher cannot write the relay's own state into its message", () => {
  const taken = toTaken(delivered({ userId: 'nova', headers: { k: 'v', ...FORGED } }, { redelivered: true }), source)
  const { exchange, routingKey, redelivered, properties } = taken.message
  const { attempts, deaths, notBefore, copy, isAgain } = taken
  assert.deepEqual(
    { exchange, routingKey, redelivered, userId: properties.userId, attempts, deaths, notBefore, copy, isAgain },
    {
      exchange: 'nova',
      routingKey: 'notifications.info',
      redelivered: true,
      userId: 'nova',
      attempts: 0,
      deaths: 0,
      notBefore: undefined,
      copy: '',
      isAgain: true,
    },
  )
  const { headers } = copyProperties(taken, { attempts: 1, time })
  assert.deepEqual(headers, {
    k: 'v',
    'x-tidings-exchange': 'nova',
    'x-tidings-routing-key': 'notifications.info',
    'x-tidings-attempts': 1,
    'x-tidings-time': '2026-03-04T05:06:07.000Z',
    'x-tidings-user-id': 'nova',
  })
})

test('nor does the broker make a copy of it when it moves it to the dead letters', () => {
  const death = { queue: 'q', reason: 'expired', exchange: 'nova', 'routing-keys': ['notifications.info'] }
  const headers = { ...FORGED, 'x-death': [death] }
  const { message, attempts } = toReceived(
    delivered({ headers }, { exchange: '', routingKey: 'q.dead-letters' }),
    source,
  )
  assert.deepEqual([message.exchange, message.routingKey, attempts], ['nova', 'notifications.info', 0])
  assert.equal(message.properties.userId, undefined)
})
