import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Received } from '../../../lib/relay/broker/received.ts'
import { createAsk } from '../../../lib/relay/consuming/ask.ts'
import { createDeliver } from '../../../lib/relay/consuming/deliver.ts'
import { createDeliverInOrder } from '../../../lib/relay/consuming/deliver-in-order.ts'
import { createGate } from '../../../lib/relay/consuming/gate.ts'
import type { Settle } from '../../../lib/relay/consuming/settle.ts'
import type { Invoke } from '../../../lib/relay/message.ts'
import { logLines } from '../rig.ts'

const held = (body: string, attempts = 0): Received => ({
  attempts,
  firstQueue: 'q',
  message: {
    body: Buffer.from(body),
    queue: 'q',
    vhost: '/',
    exchange: 'nova',
    routingKey: 'notifications.info',
    redelivered: attempts > 0,
    deliveryTag: 1,
    properties: {},
  },
})

/**
 * A function by what it says of bodies: `ack`, `retry`, `reject`; it throws where it says nothing. What became of each
 * message is in `settled`.
 */
const setUp = (says: (body: string, bodies: readonly string[]) => string | undefined) => {
  const calls: string[] = []
  const settled: string[] = []
  const note = (word: string) => (received: Received) => {
    settled.push(`${word} ${received.message.body}`)
  }
  const invoke: Invoke = async (messages) => {
    const bodies = messages.map(({ body }) => body.toString())
    calls.push(bodies.join(' '))
    return bodies.map((body) => {
      const type = says(body, bodies)
      if (type === undefined) throw new Error('away')
      return type === 'ack' ? { type } : { type: type === 'reject' ? 'reject' : 'retry', reason: 'because' }
    })
  }
  const settle: Settle = {
    ack: note('ack'),
    retry: async (received) => note('retry')(received),
    reject: async (received, _reason, tries) => note(`reject after ${received.attempts + tries}:`)(received),
  }
  const control = new AbortController()
  const { log, lines } = logLines()
  const gate = createGate({
    name: '/q',
    backoff: { firstMs: 1, maxMs: 1 },
    log,
    now: () => 0,
    random: () => 0,
  })
  const common = {
    ask: createAsk(invoke, gate, control.signal),
    settle,
    gate,
    signal: control.signal,
    stillShut: async () => {},
  }
  const back: string[] = []
  const putBack = (messages: readonly Received[]) =>
    back.push(...messages.map(({ message }) => message.body.toString()))
  return {
    calls,
    settled,
    back,
    gate,
    control,
    lines,
    anyOrder: createDeliver({ ...common, putBack }),
    inOrder: createDeliverInOrder({ ...common, attempts: 3, delayMs: () => 1, retried: () => settled.push('again') }),
  }
}

test('each message gets its own verdict', async () => {
  const { anyOrder, calls, settled } = setUp((body) => ({ a: 'ack', b: 'retry', c: 'reject' })[body])
  await anyOrder([held('a'), held('b'), held('c', 2)])
  assert.deepEqual(calls, ['a b c'])
  assert.deepEqual(settled, ['ack a', 'retry b', 'reject after 3: c'])
})

test('when a whole batch is to be retried and its first message alone is not, each is asked for alone', async () => {
  const { anyOrder, calls, settled } = setUp((_body, bodies) => (bodies.includes('b') ? 'retry' : 'ack'))
  await anyOrder([held('a'), held('b'), held('c')])
  assert.deepEqual(calls, ['a b c', 'a', 'b', 'c'])
  assert.deepEqual(settled, ['ack a', 'retry b', 'ack c'])
})

test('the third batch in a row in which nothing succeeds is held', async () => {
  const { anyOrder, settled, gate, back, lines } = setUp(() => 'retry')
  await anyOrder([held('a'), held('b')])
  await anyOrder([held('c')])
  assert.equal(gate.isShut, false)
  await anyOrder([held('d'), held('e')])
  assert.equal(gate.isShut, true)
  assert.deepEqual(settled, ['retry a', 'retry b', 'retry c'])
  assert.deepEqual(back, ['e', 'd'])
  assert.deepEqual(
    lines.map(({ level, message }) => [level, message]),
    [
      [
        'error',
        'paused: every message of several batches in a row is to be retried; no message is lost, and the function is tried again until it answers',
      ],
    ],
  )
})

test('messages that failed before do not shut the gate: they have themselves to blame', async () => {
  const { anyOrder, settled, gate } = setUp(() => 'retry')
  for (const body of ['a', 'b', 'c', 'd']) await anyOrder([held(body, 1)])
  assert.equal(gate.isShut, false)
  assert.deepEqual(settled, ['retry a', 'retry b', 'retry c', 'retry d'])
})

test('a function that cannot be asked shuts the gate; one message that it takes opens it', async () => {
  let isAway = true
  const { anyOrder, calls, settled, gate, back } = setUp(() => (isAway ? undefined : 'ack'))
  await anyOrder([held('a'), held('b')])
  assert.equal(gate.isShut, true)
  assert.deepEqual(back, ['b', 'a'])
  isAway = false
  await anyOrder([held('b'), held('a')])
  assert.equal(gate.isShut, false)
  assert.deepEqual(settled, ['ack b', 'ack a'])
  assert.deepEqual(calls, ['a b', 'a', 'b', 'a'])
})

test('side by side, a shut gate lets one message through at a time', async () => {
  let now = 0
  let most = 0
  const { anyOrder, gate, settled } = setUp(() => 'ack')
  gate.shut('silent')
  await Promise.all(
    ['a', 'b', 'c'].map(async (body) => {
      await gate.probe(async () => {
        most = Math.max(most, ++now)
        await Promise.resolve()
        now--
      }, new AbortController().signal)
      await anyOrder([held(body)])
    }),
  )
  assert.equal(most, 1)
  assert.deepEqual(settled.toSorted(), ['ack a', 'ack b', 'ack c'])
})

test('in order, what is to be retried is tried again in place, before what comes later in the batch', async () => {
  let failures = 2
  const { inOrder, calls, settled } = setUp((body) => (body === 'b' && failures-- > 0 ? 'retry' : 'ack'))
  await inOrder([held('a'), held('b'), held('c')])
  assert.deepEqual(calls, ['a b c', 'b', 'b'])
  assert.deepEqual(settled, ['ack a', 'ack c', 'again', 'again', 'ack b'])
})

test('in order, a message that has had its tries is a dead letter once the function takes another one', async () => {
  const { inOrder, calls, settled } = setUp((_body, bodies) => (bodies.includes('a') ? 'retry' : 'ack'))
  await inOrder([held('a'), held('b'), held('c')])
  // The last one makes sure that it is not the function that has recovered meanwhile.
  assert.deepEqual(calls, ['a b c', 'a', 'a', 'b', 'a', 'c'])
  assert.deepEqual(settled, ['again', 'again', 'ack b', 'reject after 4: a', 'again', 'ack c'])
})

test('in order, a single message that nothing can be compared with is a dead letter after its tries', async () => {
  const { inOrder, calls, settled } = setUp(() => 'retry')
  await inOrder([held('a')])
  assert.deepEqual(calls, ['a', 'a', 'a'])
  assert.deepEqual(settled, ['again', 'again', 'reject after 3: a'])
})

test('in order, a batch that fails as a whole is held for as long as it takes, and then goes in order', async () => {
  let left = 12
  const { inOrder, settled, gate, lines } = setUp(() => (left-- > 0 ? 'retry' : 'ack'))
  await inOrder([held('a'), held('b'), held('c')])
  assert.equal(gate.isShut, false)
  assert.deepEqual(
    settled.filter((word) => word !== 'again'),
    ['ack a', 'ack b', 'ack c'],
  )
  assert.deepEqual(
    lines.filter(({ level }) => level !== 'debug').map(({ level }) => level),
    ['error', 'info'],
  )
})

test('a function that was silent and answers again is not silent, even if it wants the message again', async () => {
  let isAway = true
  const { inOrder, settled, gate } = setUp(() => {
    if (!isAway) return 'retry'
    isAway = false
    return undefined
  })
  await inOrder([held('a')])
  assert.equal(gate.isShut, false)
  assert.deepEqual(settled, ['again', 'again', 'reject after 3: a'])
})

test('an answer with too few verdicts is none', async () => {
  const { gate, lines } = setUp(() => 'ack')
  const ask = createAsk(async () => [], gate, new AbortController().signal)
  assert.equal(await ask([held('a')]), undefined)
  assert.match(String(lines[0]?.error), /0 verdicts for 1 messages/)
})

test('when the relay is told to stop, what is not settled is left alone', async () => {
  const { inOrder, anyOrder, control, settled, gate } = setUp(() => {
    control.abort()
    return 'retry'
  })
  await inOrder([held('a'), held('b')])
  await anyOrder([held('c')])
  gate.shut('silent')
  assert.deepEqual(
    settled.filter((word) => word !== 'again'),
    [],
  )
})
