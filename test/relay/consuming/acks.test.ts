import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { createAcks, createAckWindow } from '../../../lib/relay/consuming/acks.ts'
import { StandInBroker } from '../stand-in-broker.ts'

/** A channel that has so many messages in hand, with the tags from 1 on. */
const setUp = async (count: number) => {
  const broker = new StandInBroker()
  const channel = await broker.connect().createChannel()
  const acks = createAcks(channel, 50)
  for (let tag = 1; tag <= count; tag++) {
    broker.put('q', `m${tag}`)
    await channel.get('q')
    acks.deliver()
  }
  return { broker, channel, acks }
}

test('messages that are settled in one turn are acked in one frame', async () => {
  const { broker, acks } = await setUp(3)
  for (const tag of [2, 1, 3]) acks.settle(tag)
  assert.deepEqual(broker.steps, [])
  await turn()
  assert.deepEqual(broker.steps, ['ack up to 3'])
  assert.equal(acks.open, 0)
})

test('no frame covers a message that is not settled', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { broker, acks, channel } = await setUp(4)
  for (const tag of [1, 3, 4]) acks.settle(tag)
  await turn()
  assert.deepEqual(broker.steps, ['ack up to 1'])
  t.mock.timers.tick(49)
  assert.deepEqual(broker.steps, ['ack up to 1'])
  t.mock.timers.tick(1)
  assert.deepEqual(broker.steps.slice(1), ['ack 3', 'ack 4'])
  assert.equal(acks.open, 1)
  await channel.close()
  assert.deepEqual(broker.waiting('q'), ['m2'])
})

test('a message that waits for an earlier one is acked with it, once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { broker, acks } = await setUp(3)
  acks.settle(2)
  await turn()
  acks.settle(1)
  await turn()
  t.mock.timers.tick(1000)
  acks.settle(3)
  await turn()
  assert.deepEqual(broker.steps, ['ack up to 2', 'ack up to 3'])
})

test('the broker is never asked to ack up to a message that was acked alone', async () => {
  const { broker, channel, acks } = await setUp(3)
  acks.settle(2)
  acks.flush()
  acks.settle(1)
  await turn()
  acks.settle(3)
  await turn()
  assert.deepEqual(broker.steps, ['ack 2', 'ack up to 1', 'ack up to 3'])
  await channel.checkQueue('q')
})

test('a flush sends all acks at once, and nothing is sent later', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { broker, acks } = await setUp(3)
  for (const tag of [1, 3]) acks.settle(tag)
  acks.flush()
  assert.deepEqual(broker.steps, ['ack up to 1', 'ack 3'])
  await turn()
  t.mock.timers.tick(1000)
  assert.equal(broker.steps.length, 2)
})

test('messages that are settled later wait for their own time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { broker, acks } = await setUp(4)
  for (const tag of [2, 4]) {
    acks.settle(tag)
    await turn()
    t.mock.timers.tick(50)
  }
  assert.deepEqual(broker.steps, ['ack 2', 'ack 4'])
})

test('a flush stops the clock of what it sent: later messages have their whole time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { broker, acks } = await setUp(4)
  acks.settle(2)
  await turn()
  t.mock.timers.tick(30)
  acks.flush()
  acks.settle(4)
  await turn()
  t.mock.timers.tick(49)
  assert.deepEqual(broker.steps, ['ack 2'])
  t.mock.timers.tick(1)
  assert.deepEqual(broker.steps, ['ack 2', 'ack 4'])
})

test('acks of a lost channel are dropped, as the queue has the messages back', async () => {
  const { broker, channel, acks } = await setUp(2)
  const closed = once(channel, 'close')
  broker.connections[0]?.lose()
  await closed
  acks.settle(1)
  acks.settle(2)
  await turn()
  acks.flush()
  assert.deepEqual(broker.steps, [])
  assert.deepEqual(broker.waiting('q'), ['m1', 'm2'])
  assert.equal(acks.open, 0)
})

test('acks go as far as everything is settled, and stragglers are taken one by one', () => {
  const window = createAckWindow()
  for (let tag = 1; tag <= 6; tag++) window.deliver()
  window.settle(2)
  window.settle(3)
  assert.equal(window.advance(), undefined)
  assert.deepEqual(window.takeStragglers(), [2, 3])
  window.settle(1)
  assert.equal(window.advance(), 1)
  window.settle(5)
  assert.equal(window.advance(), undefined)
  window.settle(4)
  assert.equal(window.advance(), 5)
  assert.equal(window.open, 1)
})

test('whatever the order, each tag is acked once and never before it is settled', () => {
  const steps = fc.array(fc.oneof(fc.nat({ max: 29 }), fc.constant('advance'), fc.constant('stragglers')))
  fc.assert(
    fc.property(steps, (list) => {
      const window = createAckWindow()
      for (let tag = 1; tag <= 30; tag++) window.deliver()
      const settled = new Set<number>()
      // The broker's side: it closes the channel at a tag that it does not know, or not any more.
      const unacked = new Set(Array.from({ length: 30 }, (_, index) => index + 1))
      const ack = (tag: number) => {
        assert.ok(unacked.delete(tag), `unknown delivery tag ${tag}`)
        assert.ok(settled.has(tag), `${tag} is not settled`)
      }
      const advance = () => {
        const upTo = window.advance()
        if (upTo === undefined) return
        for (const tag of [...unacked].filter((open) => open < upTo)) ack(tag)
        ack(upTo)
      }
      for (const step of list) {
        if (step === 'advance') advance()
        else if (step === 'stragglers') window.takeStragglers().forEach(ack)
        else if (typeof step === 'number' && !settled.has(step + 1)) {
          settled.add(step + 1)
          window.settle(step + 1)
        }
        assert.equal(window.open, 30 - settled.size)
      }
      advance()
      window.takeStragglers().forEach(ack)
      assert.equal(unacked.size, 30 - settled.size)
    }),
  )
})
