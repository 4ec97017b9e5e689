// Connections that end in the middle of what the broker says.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type RabbitMQ, startRabbitMQ } from '../services/rabbitmq.ts'
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts'
import {
  FAST,
  numbered,
  openRig,
  ownQueue,
  type Rig,
  recorder,
  relayOptions,
  sourceAt,
  startTestRelay,
  stopRelays,
  until,
} from './rig.ts'

let broker: RabbitMQ
let proxy: CuttingProxy
let rig: Rig

before(async () => {
  broker = await startRabbitMQ()
  proxy = await startCuttingProxy(broker.port)
  rig = await openRig(broker.url)
})
after(async () => {
  await stopRelays()
  await rig.close()
  await proxy.close()
  await broker.stop()
})

/** Of basic.get-ok: class 60, method 71. The message follows in frames of its own. */
const GET_OK = Buffer.from([0, 60, 0, 71])

test('a connection that is cut between the answer to a get and its message does not stall the relay', async () => {
  const queue = ownQueue('cut')
  const [exchange = ''] = queue.exchanges
  await rig.channel.assertExchange(exchange, 'topic', { durable: true })
  const calls = recorder()
  const start = () => startTestRelay(relayOptions(sourceAt(proxy.port, queue)), calls.invoke)
  const first = start()
  await until('it consumes', () => first.source().state === 'consuming')
  await first.stop()
  // What waits before the relay starts is taken by a get.
  await rig.publish(exchange, 'notifications.info', numbered('m', 3))
  proxy.cutAfterFrame = GET_OK
  const relay = start()
  await until('it was cut', () => proxy.cuts === 1)
  await until('all are handled', () => calls.handled.length === 3)
  assert.deepEqual(calls.handled.toSorted(), numbered('m', 3))
  await relay.stop()
})

test('a relay that is cut off again and again connects without delay as long as it gets on', async () => {
  const queue = ownQueue('cut-often')
  const [exchange = ''] = queue.exchanges
  await rig.channel.assertExchange(exchange, 'topic', { durable: true })
  const calls = recorder()
  // Doubled for each cut, the wait would be longer than this test can take.
  const timings = { ...FAST, reconnect: { firstMs: 50, maxMs: 3_600_000 } }
  const before = proxy.cuts
  const relay = startTestRelay(relayOptions(sourceAt(proxy.port, queue), { prefetch: 10 }), calls.invoke, timings)
  await until('it consumes', () => relay.source().state === 'consuming')
  const bodies = numbered('m', 400).map((body) => body.padEnd(2000))
  proxy.cutBelowBytes = 60_000
  await broker.ctl('close_all_connections', 'a test cuts them')
  rig = await openRig(broker.url)
  await rig.publish(exchange, 'notifications.info', bodies)
  await until('it was cut often', () => proxy.cuts >= before + 15)
  proxy.cutBelowBytes = undefined
  await until('all are handled', () => new Set(calls.handled).size === bodies.length)
  await relay.stop()
})
