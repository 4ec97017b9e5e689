import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Received } from '../../../lib/relay/broker/copy.ts'
import {
  createAsk,
  createDeliver,
  createDeliverInOrder,
  createDeliverOne,
} from '../../../lib/relay/consuming/deliver.ts'
import { createGate } from '../../../lib/relay/consuming/gate.ts'
import type { Settle } from '../../../lib/relay/consuming/settle.ts'
import type { Invoke } from '../../../lib/relay/relay-message.ts'
import { logLines } from '../rig.ts'

const held = (body: string, attempts = 0): Received => ({
  attempts,
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
  /** Of each message that was retried, when it was. */
  const triesBefore: number[] = []
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
    retry: async (received) => {
      triesBefore.push(received.attempts)
      note('retry')(received)
    },
    postpone: async (received) => note('postpone')(received),
    setApart: async (received) => note('set apart')(received),
    reject: async (received, _reason, tries) => note(`reject after ${received.attempts + tries}:`)(received),
  }
  const control = new AbortController()
  let now = 0
  const { log, lines } = logLines()
  const gate = createGate({
    backoff: { firstMs: 1, maxMs: 1 },
    log,
    now: () => 0,
    random: () => 0,
  })
  const ask = createAsk({ invoke, gate, earlier: Promise.resolve(), aborted: control.signal })
  const common = { ask, settle, gate, signal: control.signal }
  return {
    calls,
    settled,
    triesBefore,
    gate,
    control,
    lines,
    anyOrder: createDeliver(common),
    inOrder: createDeliverInOrder({
      ...common,
      retryRule: { delaysMs: [0], next: ({ attempts }) => (attempts >= 3 ? undefined : 0) },
      holdMs: 1000,
      retried: () => {},
      now: () => now,
    }),
    /** Sets the time that `now` returns from then on. */
    pass: (ms: number) => {
      now += ms
    },
    one: createDeliverOne({ ...common, isOrdered: false }),
    oneInOrder: createDeliverOne({ ...common, isOrdered: true }),
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

test('when several messages in a row are to be retried, the function is to blame, and no message is', async () => {
  const { anyOrder, settled, gate, lines } = setUp(() => 'retry')
  assert.equal(await anyOrder([held('a')]), true)
  assert.equal(await anyOrder([held('b')]), true)
  assert.equal(gate.isShut, false)
  assert.equal(await anyOrder([held('c'), held('d')]), false)
  assert.equal(gate.isShut, true)
  assert.deepEqual(settled, ['retry a', 'retry b'])
  assert.deepEqual(
    lines.map(({ level, message }) => [level, message]),
    [
      [
        'error',
        'paused: the function failed for several messages in a row; no message is lost, and the function is tried again until it answers',
      ],
    ],
  )
})

test('messages that failed before do not shut the gate, once the function has taken one: they have themselves to blame', async () => {
  const { anyOrder, settled, gate } = setUp((body) => (body === 'good' ? 'ack' : 'retry'))
  await anyOrder([held('good')])
  for (const body of ['a', 'b', 'c', 'd']) await anyOrder([held(body, 1)])
  assert.equal(gate.isShut, false)
  assert.deepEqual(settled, ['ack good', 'retry a', 'retry b', 'retry c', 'retry d'])
})

test('a relay that starts during an outage blames no message, even if it failed before', async () => {
  const { anyOrder, settled, gate } = setUp(() => 'retry')
  assert.equal(await anyOrder(['a', 'b', 'c', 'd'].map((body) => held(body, 5))), false)
  assert.equal(gate.isShut, true)
  assert.deepEqual(settled, [])
})

test('a function that gives no answer shuts the gate; one message that it takes opens it', async () => {
  let isAway = true
  const { anyOrder, one, calls, settled, gate } = setUp(() => (isAway ? undefined : 'ack'))
  assert.equal(await anyOrder([held('a'), held('b')]), false)
  assert.equal(gate.isShut, true)
  assert.equal(await one([held('a')]), false)
  isAway = false
  assert.equal(await one([held('a')]), true)
  assert.equal(gate.isShut, false)
  assert.deepEqual(settled, ['ack a'])
  assert.deepEqual(calls, ['a b', 'a', 'a'])
})

test('while the gate is shut no batch is handed over', async () => {
  const { anyOrder, calls, gate } = setUp(() => 'ack')
  gate.shut('silent')
  assert.equal(await anyOrder([held('a'), held('b')]), false)
  assert.deepEqual(calls, [])
})

test('a function that fails whatever it is asked blames no message; once it takes one, the tries count again', async () => {
  let isFailing = true
  const { one, settled, gate } = setUp((body) => (isFailing || body === 'bad' ? 'retry' : 'ack'))
  gate.shut('failing')
  assert.equal(await one([held('a')]), false)
  assert.equal(await one([held('bad', 2)]), false)
  isFailing = false
  assert.equal(await one([held('a')]), true)
  assert.equal(await one([held('bad', 2)]), true)
  assert.deepEqual(settled, ['ack a', 'retry bad'])
})

test('a function that was silent and answers again is not silent, even if it wants the message again', async () => {
  const { one, settled, gate } = setUp(() => 'retry')
  gate.shut('silent')
  assert.equal(await one([held('a')]), true)
  assert.equal(gate.isShut, false)
  assert.deepEqual(settled, ['retry a'])
})

test('messages handled alone that all fail shut the gate, unless they are in order', async () => {
  const alone = setUp(() => 'retry')
  for (const body of ['a', 'b', 'c']) await alone.one([held(body)])
  assert.equal(alone.gate.isShut, true)
  const ordered = setUp(() => 'retry')
  for (const body of ['a', 'b', 'c']) await ordered.oneInOrder([held(body)])
  assert.equal(ordered.gate.isShut, false)
  assert.deepEqual(ordered.settled, ['retry a', 'retry b', 'retry c'])
})

test('in order, a message that is to be retried is handed over again, with those behind it, until its tries are over', async () => {
  const { inOrder, calls, settled } = setUp((body) => ({ a: 'ack', b: 'reject', c: 'retry', d: 'ack' })[body])
  assert.equal(await inOrder([held('a'), held('b'), held('c', 1), held('d')]), true)
  assert.deepEqual(calls, ['a b c d', 'c d', 'd'])
  assert.deepEqual(settled, ['ack a', 'reject after 1: b', 'reject after 3: c', 'ack d'])
})

test('in order, the tries of each message are counted from its own first one', async () => {
  const tries: Record<string, number> = {}
  const { inOrder, settled } = setUp((body) => {
    tries[body] = (tries[body] ?? 0) + 1
    // With those behind them they are handed over again and again, but only a first message is tried.
    return { a: tries.a === 3, b: tries.b === 5 }[body] ? 'ack' : 'retry'
  })
  assert.equal(await inOrder([held('a'), held('b')]), true)
  assert.deepEqual(settled, ['ack a', 'ack b'])
})

test('in order, messages without an answer stay in hand, and are handed over again', async () => {
  let isAway = true
  const { inOrder, calls, settled, gate } = setUp((body) => {
    if (body !== 'c' || !isAway) return 'ack'
    isAway = false
    return undefined
  })
  assert.equal(await inOrder([held('a'), held('b')]), true)
  assert.equal(await inOrder([held('c'), held('d')]), true)
  assert.equal(gate.isShut, false)
  assert.deepEqual(calls, ['a b', 'c d', 'c d'])
  assert.deepEqual(settled, ['ack a', 'ack b', 'ack c', 'ack d'])
})

test('in order, a batch that was held for too long goes back', async () => {
  const { inOrder, settled, triesBefore, pass } = setUp((body) => {
    pass(2000)
    return body === 'a' ? 'retry' : 'ack'
  })
  assert.equal(await inOrder([held('a', 1), held('b')]), false)
  assert.deepEqual(settled, ['retry a'])
  assert.deepEqual(triesBefore, [1])
})

test('an answer with too few verdicts is not an answer', async () => {
  const { gate, lines } = setUp(() => 'ack')
  const { signal: aborted } = new AbortController()
  const ask = createAsk({ invoke: async () => [], gate, earlier: Promise.resolve(), aborted })
  assert.equal(await ask([held('a')]), undefined)
  assert.match(String(lines[0]?.error), /0 verdicts for 1 messages/)
})

test('when the relay is told to stop, what is not settled is left alone', async () => {
  const { anyOrder, control, settled, gate, lines } = setUp(() => {
    control.abort()
    return undefined
  })
  assert.equal(await anyOrder([held('a'), held('b')]), false)
  assert.deepEqual(settled, [])
  assert.deepEqual([gate.isShut, lines], [false, []], 'who stops is not the function')
})

test('a single message that is to be retried is not asked for twice', async () => {
  const { anyOrder, calls, settled } = setUp(() => 'retry')
  assert.equal(await anyOrder([held('a')]), true)
  assert.deepEqual([calls, settled], [['a'], ['retry a']])
})

test('when a whole batch is to be retried, only its ends are asked for alone', async () => {
  const { anyOrder, calls, settled, gate } = setUp(() => 'retry')
  assert.equal(await anyOrder([held('a'), held('b'), held('c'), held('d')]), false)
  assert.deepEqual([calls, settled, gate.isShut], [['a b c d', 'a', 'd'], [], true])
})

test('a function that falls silent while its messages are asked for alone leaves the rest unsettled', async () => {
  for (const [silentAt, callsThen, settledThen] of [
    ['a', ['a b c', 'a'], []],
    ['b', ['a b c', 'a', 'b'], ['ack a']],
  ] as const) {
    const { anyOrder, calls, settled, gate } = setUp((body, bodies) => {
      if (bodies.length > 1) return 'retry'
      return body === silentAt ? undefined : 'ack'
    })
    assert.equal(await anyOrder([held('a'), held('b'), held('c')]), false)
    assert.deepEqual([calls, settled, gate.isShut], [callsThen, settledThen, true])
  }
})

test('a relay that is told to stop asks for no further message of a batch', async () => {
  const { anyOrder, calls, settled, control } = setUp((_body, bodies) => {
    if (bodies.length > 1) return 'retry'
    control.abort()
    return 'ack'
  })
  assert.equal(await anyOrder([held('a'), held('b'), held('c')]), false)
  assert.deepEqual([calls, settled], [['a b c', 'a'], ['ack a']])
})

test('the log says why a function that gives no answer is not asked', async () => {
  const { anyOrder, lines } = setUp(() => undefined)
  await anyOrder([held('a')])
  assert.match(String(lines[0]?.message), /^paused: the function gives no answer/)
  assert.match(String(lines[0]?.error), /away/)
})

test('in order, a batch whose last message is a dead letter is done', async () => {
  const { inOrder, calls, settled } = setUp(() => 'retry')
  assert.equal(await inOrder([held('a', 1)]), true)
  assert.deepEqual([calls, settled], [['a', 'a'], ['reject after 3: a']])
})

test('in order, a function that gives no answer is asked again after a pause, and one that answers at once', async (t) => {
  let isAway = true
  const { inOrder, gate, settled } = setUp(() => {
    const answer = isAway ? undefined : 'ack'
    isAway = false
    return answer
  })
  const turns = t.mock.method(gate, 'turn')
  assert.equal(await inOrder([held('a')]), true)
  assert.equal(turns.mock.callCount(), 1)
  assert.equal(await inOrder([held('b')]), true)
  assert.deepEqual([turns.mock.callCount(), settled], [1, ['ack a', 'ack b']])
})

test('in order, a batch that nobody answers for in its time, or until the relay stops, goes back as it is', async () => {
  const late = setUp(() => {
    late.pass(1000)
    return undefined
  })
  assert.equal(await late.inOrder([held('a')]), false)
  assert.deepEqual([late.calls, late.settled], [['a'], []])
  const stopped = setUp(() => {
    stopped.control.abort()
    return undefined
  })
  assert.equal(await stopped.inOrder([held('a')]), false)
  assert.deepEqual([stopped.calls, stopped.settled], [['a'], []])
})

test('in order, a message that would be held until the very end of its time goes to those handled alone', async () => {
  const { inOrder, settled, pass } = setUp(() => {
    pass(1000)
    return 'retry'
  })
  assert.equal(await inOrder([held('a')]), false)
  assert.deepEqual(settled, ['retry a'])
})
