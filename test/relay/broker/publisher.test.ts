import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createPublisher } from '../../../lib/relay/broker/publisher.ts'
import { StandInBroker } from '../stand-in-broker.ts'

const setUp = async () => {
  const broker = new StandInBroker()
  broker.declare('q')
  const publisher = await createPublisher(broker.connect())
  const [connection] = broker.connections
  const [channel] = connection?.channels ?? []
  assert.ok(connection && channel)
  const publish = (queue: string, body = 'm') =>
    publisher.publish(queue, Buffer.from(body), { headers: { kept: 'yes' } })
  return { broker, connection, channel, publish }
}

test('a copy is there once the broker has confirmed it, and not before', async () => {
  const { broker, channel, publish } = await setUp()
  broker.answer = () => 'hold'
  let isDone = false
  const published = publish('q').then(() => {
    isDone = true
  })
  await turn()
  await turn()
  assert.equal(isDone, false)
  channel.confirm()
  await published
  assert.deepEqual(broker.steps, ['publish q', 'confirm q'])
})

test('each copy has a number of its own beside the headers that it was given', async () => {
  const { broker, publish } = await setUp()
  await Promise.all([publish('q'), publish('q')])
  assert.deepEqual(broker.headersIn('q'), [
    { kept: 'yes', 'x-tidings-copy': '1' },
    { kept: 'yes', 'x-tidings-copy': '2' },
  ])
})

test('a copy that the broker returns is not there, though the broker confirms it', async () => {
  const { broker, publish } = await setUp()
  const [gone, there] = await Promise.allSettled([publish('gone'), publish('q')])
  assert.equal(gone.status, 'rejected')
  assert.deepEqual([gone.reason.name, gone.reason.kind], ['CopyError', 'unroutable'])
  assert.equal(there.status, 'fulfilled')
  assert.deepEqual(broker.waiting('q'), ['m'])
  assert.ok(broker.steps.indexOf('return gone') < broker.steps.indexOf('confirm gone'))
})

test('a copy that the broker refuses may be tried again on the same channel', async () => {
  const { broker, publish } = await setUp()
  broker.answer = () => 'refuse'
  await assert.rejects(publish('q'), { name: 'CopyError', kind: 'refused' })
  broker.answer = () => 'confirm'
  await publish('q')
  assert.deepEqual(broker.waiting('q'), ['m'])
})

test('copies under way when the connection is lost are lost, each of them', async () => {
  const { broker, connection, publish } = await setUp()
  broker.answer = () => 'hold'
  const published = [publish('q'), publish('q')].map((one) => assert.rejects(one, { kind: 'lost' }))
  connection.lose()
  await Promise.all(published)
  await assert.rejects(publish('q'), { kind: 'lost' })
})

test('when the broker closes the channel, its reason is the cause', async () => {
  const { broker, channel, publish } = await setUp()
  broker.answer = () => 'hold'
  const underWay = publish('q')
  const cause = channel.end(320, 'CONNECTION_FORCED')
  await assert.rejects(underWay, { kind: 'lost', cause })
  await assert.rejects(publish('q'), { kind: 'lost', cause })
})

test('a copy that amqplib cannot write is refused, as the channel lives on', async (t) => {
  const { broker, channel, publish } = await setUp()
  const cause = new RangeError('header too large')
  t.mock.method(channel, 'publish', () => {
    throw cause
  })
  await assert.rejects(publish('q'), { kind: 'refused', cause })
  t.mock.reset()
  await publish('q')
  assert.deepEqual(broker.waiting('q'), ['m'])
})
