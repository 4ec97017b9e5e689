// Connections that end in the middle of what the broker says.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import amqp from 'amqplib'
import { get } from '../../lib/relay/broker/connect-broker.ts'
import { withDeadLetters } from '../../lib/relay/dead-letters/dead-letters.ts'
import type { RelayOptions } from '../../lib/relay/options.ts'
import { startCuttingProxy } from './cutting-proxy.ts'
import {
  consuming,
  FAST,
  numbered,
  openLab,
  ownQueue,
  recorder,
  relayOptions,
  sourceAt,
  startTestRelay,
  type TestRelay,
  until,
} from './rig.ts'

const lab = await openLab()
const { broker } = lab
const proxy = await startCuttingProxy(broker.port)
after(() => proxy.close())

/** Of basic.get-ok: class 60, method 71. The message follows in frames of its own. */
const GET_OK = Buffer.from([0, 60, 0, 71])

test('a connection that is cut between the answer to a get and its message does not stall the relay', async () => {
  const queue = ownQueue('cut')
  const [exchange = ''] = queue.exchanges
  await lab.rig.channel.assertExchange(exchange, 'topic', { durable: true })
  const calls = recorder()
  const start = () => startTestRelay(relayOptions(sourceAt(proxy.port, queue)), calls.invoke)
  const before = start()
  await consuming(before)
  await before.stop()
  // The relay takes messages that wait before it starts by a get.
  await lab.rig.publish(exchange, 'notifications.info', numbered('m', 3))
  proxy.cutAt = { payload: GET_OK, side: 'after' }
  const relay = start()
  await until('it was cut', () => proxy.cuts === 1)
  await until('all are handled', () => calls.handled.length === 3)
  assert.deepEqual(calls.handled.toSorted(), numbered('m', 3))
  await relay.stop()
})

test('messages in hand keep their order where two connections are lost in a row', async () => {
  const queue = ownQueue('cut-twice')
  const [exchange = ''] = queue.exchanges
  await lab.rig.channel.assertExchange(exchange, 'topic', { durable: true })
  const asked: string[] = []
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const calls = recorder(async ({ body }) => {
    if (asked.push(body.toString()) > 1) return { type: 'ack' }
    await released
    return { type: 'retry', reason: 'its first try fails' }
  })
  const options = relayOptions(sourceAt(proxy.port, queue), {
    ordered: true,
    concurrency: 1,
    prefetch: 2,
    batch: { size: 1, lingerMs: 0 },
  })
  const relay = startTestRelay(options, calls.invoke)
  await consuming(relay)
  await lab.rig.publish(exchange, 'notifications.info', numbered('m', 3))
  await until('two are in hand', () => asked.length === 1 && relay.source().inFlight === 2)
  proxy.cutAt = { payload: GET_OK, side: 'after' }
  await broker.ctl('close_all_connections', 'a test cuts them')
  await lab.reopen()
  release()
  await until('all are handled', () => calls.handled.length === 3)
  assert.equal(proxy.cutAt, undefined)
  assert.deepEqual(asked, ['m1', ...numbered('m', 3)])
  await relay.stop()
})

/** Of channel.close-ok: class 20, method 41. */
const CHANNEL_CLOSE_OK = Buffer.from([0, 20, 0, 41])

/** Of connection.close-ok: class 10, method 51. */
const CONNECTION_CLOSE_OK = Buffer.from([0, 10, 0, 51])

const HOUR_MS = 3_600_000

const startAtProxy = async (name: string, changes: Partial<RelayOptions>): Promise<TestRelay> => {
  const queue = ownQueue(name)
  for (const exchange of queue.exchanges) await lab.rig.channel.assertExchange(exchange, 'topic', { durable: true })
  return startTestRelay(relayOptions(sourceAt(proxy.port, queue), changes), recorder().invoke)
}
const untilConsumingAgain = (relay: TestRelay): Promise<void> =>
  until('it consumes again', () => relay.source().reconnects === 1 && relay.source().state === 'consuming')

/** The steps after which a relay closes a channel, in this order, before it takes messages. */
const STEPS = ['has declared its queues', 'holds the order', 'has bound an exchange', 'has read the depth']

for (const [skipped, step] of STEPS.entries())
  test(`a relay that is cut off while it closes a channel, as it ${step}, connects again`, async () => {
    proxy.cutAt = { payload: CHANNEL_CLOSE_OK, side: 'before', skipped }
    const relay = await startAtProxy(`cut-closing-${skipped}`, { ordered: true, rebindMs: HOUR_MS })
    await untilConsumingAgain(relay)
    assert.equal(proxy.cutAt, undefined)
    await relay.stop()
  })

test('a relay that is cut off while it closes a channel, as it looks at its queue again, connects again', async () => {
  const relay = await startAtProxy('cut-looking', { rebindMs: 100 })
  await consuming(relay)
  proxy.cutAt = { payload: CHANNEL_CLOSE_OK, side: 'before' }
  await untilConsumingAgain(relay)
  await relay.stop()
})

for (const [what, payload] of [
  ['channel', CHANNEL_CLOSE_OK],
  ['connection', CONNECTION_CLOSE_OK],
] as const)
  test(`a relay that is cut off while it closes its ${what} at its end does not wait for the answer`, async () => {
    const relay = await startAtProxy(`cut-ending-${what}`, { rebindMs: HOUR_MS, drainMs: HOUR_MS })
    await consuming(relay)
    proxy.cutAt = { payload, side: 'before' }
    await relay.stop()
    assert.equal(proxy.cutAt, undefined)
  })

for (const [what, payload] of [
  ['channel', CHANNEL_CLOSE_OK],
  ['connection', CONNECTION_CLOSE_OK],
] as const)
  test(`a command over dead letters that is cut off while it closes its ${what} ends`, async () => {
    const name = `cut-command-${what}`
    const relay = await startAtProxy(name, {})
    await consuming(relay)
    await relay.stop()
    proxy.cutAt = { payload, side: 'before' }
    const source = sourceAt(proxy.port, ownQueue(name))
    assert.equal(await withDeadLetters(source, async ({ count }) => count), 0)
    assert.equal(proxy.cutAt, undefined)
  })

test('a get that is cut off between its answer and its message fails', async () => {
  const connection = await amqp.connect(`amqp://guest:guest@127.0.0.1:${proxy.port}`)
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  const { queue } = await channel.assertQueue('cut-get', { exclusive: true })
  channel.sendToQueue(queue, Buffer.from('m'))
  proxy.cutAt = { payload: GET_OK, side: 'after' }
  await assert.rejects(get(channel, queue), { message: 'the channel was lost before it gave a message' })
})

test('a relay that is cut off again and again connects without delay as long as it gets on', async () => {
  const queue = ownQueue('cut-often')
  const [exchange = ''] = queue.exchanges
  await lab.rig.channel.assertExchange(exchange, 'topic', { durable: true })
  const calls = recorder()
  // Doubled for each cut, the wait would be longer than this test can take.
  const timings = { ...FAST, reconnect: { firstMs: 50, maxMs: 3_600_000 } }
  const before = proxy.cuts
  const relay = startTestRelay(relayOptions(sourceAt(proxy.port, queue), { prefetch: 10 }), calls.invoke, timings)
  await consuming(relay)
  const bodies = numbered('m', 400).map((body) => body.padEnd(2000))
  proxy.cutBelowBytes = 60_000
  await broker.ctl('close_all_connections', 'a test cuts them')
  await lab.reopen()
  await lab.rig.publish(exchange, 'notifications.info', bodies)
  await until('it was cut often', () => proxy.cuts >= before + 15)
  proxy.cutBelowBytes = undefined
  await until('all are handled', () => new Set(calls.handled).size === bodies.length)
  await relay.stop()
})
