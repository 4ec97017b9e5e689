import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import amqp, { type ChannelModel } from 'amqplib'
import { createGate } from '../../lib/relay/consuming/gate.ts'
import { createIntake } from '../../lib/relay/consuming/in-hand.ts'
import { createLastAlone } from '../../lib/relay/consuming/one-by-one.ts'
import { runSession } from '../../lib/relay/session.ts'
import { createCounts } from '../../lib/relay/status.ts'
import { createSourceView } from '../../lib/relay/watching/source-view.ts'
import { FAST, logLines, ownQueue, recorder, relayOptions, sourceAt } from './rig.ts'
import { StandInBroker, turnsUntil } from './stand-in-broker.ts'

/** A session whose connections go to a stand-in. */
const setUp = (t: TestContext, connect?: (broker: StandInBroker) => Promise<ChannelModel>) => {
  const broker = new StandInBroker()
  const names: string[] = []
  t.mock.method(amqp, 'connect', async (_where: object, { clientProperties }: Socket) => {
    names.push(clientProperties.connection_name)
    return connect === undefined ? broker.connect() : connect(broker)
  })
  const { log, lines } = logLines()
  const source = sourceAt(5672, ownQueue('q'))
  const options = relayOptions(source)
  const view = createSourceView(source, log)
  const { invoke, handled } = recorder()
  const stop = new AbortController()
  const start = () =>
    runSession({
      source,
      options,
      invoke,
      gate: createGate({ backoff: FAST.pause, log, now: Date.now, random: Math.random }),
      intake: createIntake(options.prefetch, Number.POSITIVE_INFINITY),
      lastAlone: createLastAlone(),
      counts: createCounts(),
      view,
      log,
      timings: FAST,
      stopping: stop.signal,
      aborted: new AbortController().signal,
    })
  return { broker, names, view, handled, stop, start, lines }
}

type Socket = { readonly clientProperties: { readonly connection_name: string } }

test('a session declares its queues, takes messages until it is told to stop, and closes both connections', async (t) => {
  const { broker, names, view, handled, stop, start } = setUp(t)
  const running = start()
  await turnsUntil('it consumes', () => view.state === 'consuming')
  broker.put('q', 'a')
  await turnsUntil('one is handled', () => handled.length === 1)
  stop.abort()
  await running
  assert.deepEqual(names, ['tidings relay q takes', 'tidings relay q copies'])
  assert.deepEqual(broker.hasQueues, ['q.dead-letters', 'q', 'q.alone', 'q.retry.100', 'q.retry.400'])
  assert.deepEqual(
    broker.connections.map(({ isOpen }) => isOpen),
    [false, false],
  )
  assert.equal(broker.steps.at(-1), 'ack up to 1')
  assert.equal(view.state, 'connecting')
})

test('messages that have to be taken in another way are taken anew on the same connection', async (t) => {
  const { broker, view, handled, stop, start } = setUp(t)
  const running = start()
  await turnsUntil('it consumes', () => view.state === 'consuming')
  broker.put('q', 'a', { redelivered: true })
  await turnsUntil('one is handled', () => handled.length === 1)
  assert.equal(broker.connections.length, 2)
  stop.abort()
  await running
})

for (const [place, role] of ['takes', 'copies'].entries())
  test(`when the connection that ${role} is lost, the session ends with the reason, and the other is closed`, async (t) => {
    const { broker, view, start } = setUp(t)
    const running = start()
    await turnsUntil('it consumes', () => view.state === 'consuming')
    const reason = new Error('the network is gone')
    broker.connections[place]?.lose(reason)
    await assert.rejects(running, reason)
    assert.deepEqual(
      broker.connections.map(({ isOpen }) => isOpen),
      [false, false],
    )
    assert.equal(view.state, 'connecting')
  })

test('a queue with other arguments is a fault of the settings', async (t) => {
  const { broker, start } = setUp(t)
  broker.conflict = 'q'
  await assert.rejects(start(), { name: 'ConfigError', message: /queue q of vhost .*x-max-length/ })
  assert.deepEqual(
    broker.connections.map(({ isOpen }) => isOpen),
    [false, false],
  )
})

test('a stop does not wait for a broker that does not answer, and a connection that comes late is closed', async (t) => {
  const late = Promise.withResolvers<ChannelModel>()
  const { broker, stop, start } = setUp(t, () => late.promise)
  const running = start()
  stop.abort()
  await assert.rejects(running, /stopped while connecting/)
  late.resolve(broker.connect())
  await turnsUntil('it is closed', () => broker.connections[0]?.isOpen === false)
})

test('while the broker has an alarm the source is blocked', async (t) => {
  const { broker, view, stop, start } = setUp(t)
  const running = start()
  await turnsUntil('it consumes', () => view.state === 'consuming')
  const [, copying] = broker.connections
  copying?.emit('blocked', 'low on memory')
  assert.equal(view.state, 'blocked')
  copying?.emit('unblocked')
  assert.equal(view.state, 'consuming')
  stop.abort()
  await running
})
