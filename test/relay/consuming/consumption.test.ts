import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPublisher } from '../../../lib/relay/broker/publisher.ts'
import { consume } from '../../../lib/relay/consuming/consumption.ts'
import { createGate } from '../../../lib/relay/consuming/gate.ts'
import { createIntake } from '../../../lib/relay/consuming/in-hand.ts'
import { createLastAlone } from '../../../lib/relay/consuming/one-by-one.ts'
import type { OwnQueue, RelayOptions } from '../../../lib/relay/options.ts'
import type { Invoke, RelayMessage, Verdict } from '../../../lib/relay/relay-message.ts'
import { createCounts } from '../../../lib/relay/status.ts'
import { createSourceView } from '../../../lib/relay/watching/source-view.ts'
import { FAST, logLines, ownQueue, relayOptions, sourceAt } from '../rig.ts'
import { StandInBroker, turnsUntil } from '../stand-in-broker.ts'

type Given = {
  /** Messages of a batch. */
  readonly size?: number
  /** Gives the verdict of the function for a body. */
  readonly judge?: (body: string, message: RelayMessage) => Verdict | Promise<Verdict>
  readonly invoke?: Invoke
  readonly queue?: Partial<OwnQueue>
  readonly options?: Partial<RelayOptions>
}

/** A consumption of the queue `q`. Batches are handed over once they are full, so no clock has a part in it. */
const setUp = async ({
  size = 1,
  judge = () => ({ type: 'ack' }),
  invoke,
  queue = {},
  options: changes = {},
}: Given = {}) => {
  const broker = new StandInBroker()
  broker.declare('q', 'q.alone', 'q.dead-letters', 'q.retry.100', 'q.retry.400')
  const calls: string[] = []
  const { log } = logLines()
  const source = sourceAt(5672, ownQueue('q', queue))
  const options = relayOptions(source, { batch: { size, lingerMs: 3_600_000 }, concurrency: 1, ...changes })
  const counts = createCounts()
  const gate = createGate({ backoff: FAST.pause, log, now: Date.now, random: Math.random })
  const stop = new AbortController()
  const start = async () =>
    consume({
      connection: broker.connect(),
      publisher: await createPublisher(broker.connect()),
      source,
      options,
      invoke:
        invoke ??
        (async (messages) => {
          calls.push(messages.map(({ body }) => body.toString()).join(' '))
          return Promise.all(messages.map((message) => judge(message.body.toString(), message)))
        }),
      gate,
      intake: createIntake(options.prefetch, options.bytesInHand ?? Number.POSITIVE_INFINITY),
      lastAlone: createLastAlone(),
      counts,
      view: createSourceView(source, log),
      log,
      timings: FAST,
      earlier: Promise.resolve(),
      stopping: stop.signal,
      aborted: new AbortController().signal,
    })
  /** Acks as they were sent. */
  const acks = () => broker.steps.filter((step) => step.startsWith('ack'))
  /** Until messages are taken side by side. */
  const consuming = () => {
    const channels = broker.connections.flatMap((connection) => connection.channels)
    return turnsUntil('it consumes', () => channels.some(({ isConsuming }) => isConsuming))
  }
  return { broker, start, consuming, calls, counts, gate, stop, acks }
}

test('the messages of a batch are handed over together and acked together', async () => {
  const { broker, start, calls, counts, stop, acks } = await setUp({ size: 2 })
  for (const body of ['a', 'b', 'c', 'd']) broker.put('q', body)
  const consumption = await start()
  await turnsUntil('4 acked', () => counts.acked === 4)
  stop.abort()
  assert.deepEqual(await consumption.ended, { kind: 'drained' })
  await consumption.settled
  assert.deepEqual(calls, ['a b', 'c d'])
  assert.equal(acks().at(-1), 'ack up to 4')
  assert.deepEqual([counts.consumed, counts.acked, consumption.inFlight], [4, 4, 0])
  assert.deepEqual(broker.waiting('q'), [])
})

test('a message to be retried is acked only once the broker has confirmed its copy', async () => {
  const { broker, start, counts, stop, acks } = await setUp({
    size: 2,
    judge: (body) => (body === 'bad' ? { type: 'retry', reason: 'busy' } : { type: 'ack' }),
  })
  broker.answer = () => 'hold'
  for (const body of ['bad', 'good']) broker.put('q', body)
  const consumption = await start()
  await turnsUntil('the second is acked', () => broker.steps.includes('ack 2'))
  assert.deepEqual(broker.steps, ['publish q.retry.100', 'ack 2'])
  assert.deepEqual([counts.acked, counts.retried, consumption.inFlight], [1, 0, 1])
  broker.connections[1]?.channels[0]?.confirm()
  await turnsUntil('nothing is in flight', () => consumption.inFlight === 0)
  stop.abort()
  await consumption.settled
  assert.deepEqual(acks(), ['ack 2', 'ack up to 1'])
  assert.equal(counts.retried, 1)
})

test('when the connection is lost before the copy is confirmed, the queue has the message back', async () => {
  const { broker, start, counts, acks } = await setUp({ judge: () => ({ type: 'reject', reason: 'poison' }) })
  broker.answer = () => 'hold'
  broker.put('q', 'a')
  const consumption = await start()
  await turnsUntil('a copy is under way', () => broker.steps.includes('publish q.dead-letters'))
  for (const connection of broker.connections) connection.lose()
  assert.equal((await consumption.ended).kind, 'failed')
  await consumption.settled
  assert.deepEqual(acks(), [])
  assert.deepEqual(broker.waiting('q'), ['a'])
  assert.deepEqual([counts.acked, counts.deadLettered], [0, 0])
})

test('a copy whose queue is gone ends the consumption, and the message stays in its queue', async () => {
  const { broker, start, acks } = await setUp({
    judge: () => ({ type: 'retry', reason: 'busy' }),
    options: { retry: { attempts: 3, firstDelayMs: 7, maxDelayMs: 7 } },
  })
  broker.put('q', 'a')
  const consumption = await start()
  const end = await consumption.ended
  assert.equal(
    end.kind === 'failed' && end.error instanceof Error && end.error.message,
    'queue q.retry.7 does not exist any more',
  )
  await consumption.settled
  assert.deepEqual(acks(), [])
  assert.deepEqual(broker.waiting('q'), ['a'])
})

test('a stop lets the batch under way end, acks it, and gives back the others', async () => {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<Verdict>()
  const { broker, start, calls, counts, stop } = await setUp({
    size: 2,
    judge: () => {
      asked.resolve()
      return answer.promise
    },
  })
  for (const body of ['a', 'b', 'c', 'd']) broker.put('q', body)
  const consumption = await start()
  await asked.promise
  stop.abort()
  assert.deepEqual(await consumption.ended, { kind: 'drained' })
  answer.resolve({ type: 'ack' })
  await consumption.settled
  assert.deepEqual(calls, ['a b'])
  assert.equal(counts.acked, 2)
  assert.deepEqual(broker.waiting('q'), ['c', 'd'])
})

test('a function without an answer shuts the gate, and its messages go back unacked', async () => {
  const { broker, start, gate, acks } = await setUp({ size: 2, invoke: () => Promise.reject(new Error('away')) })
  for (const body of ['a', 'b']) broker.put('q', body)
  const consumption = await start()
  assert.deepEqual(await consumption.ended, { kind: 'again' })
  await consumption.settled
  assert.equal(gate.isShut, true)
  assert.deepEqual(acks(), [])
  assert.deepEqual(broker.waiting('q'), ['a', 'b'])
})

test('a remote procedure call is acked unread', async () => {
  const { broker, start, calls, counts, stop } = await setUp({ queue: { bindingKeys: ['#'], dropsRpc: true } })
  broker.put('q', 'call', { routingKey: 'conductor' })
  broker.put('q', 'notification')
  const consumption = await start()
  await turnsUntil('1 acked', () => counts.acked === 1)
  stop.abort()
  await consumption.settled
  assert.deepEqual(calls, ['notification'])
  assert.deepEqual([counts.consumed, counts.droppedRpc], [2, 1])
  assert.deepEqual(broker.waiting('q'), [])
})

test('a message that is too large is a dead letter, and the function never sees it', async () => {
  const { broker, start, calls, counts, stop } = await setUp({ options: { maxMessageBytes: 3 } })
  broker.put('q', '1234')
  broker.put('q', '123')
  const consumption = await start()
  await turnsUntil('1 acked', () => counts.acked === 1)
  stop.abort()
  await consumption.settled
  assert.deepEqual(calls, ['123'])
  assert.deepEqual(broker.waiting('q.dead-letters'), ['1234'])
  assert.match(String(broker.headersIn('q.dead-letters')[0]?.['x-tidings-reason']), /4 bytes, and 3 are allowed/)
})

test('a message that comes again goes to the messages that are handled alone, and is handed over by itself', async () => {
  const { broker, start, consuming, calls, counts, stop } = await setUp()
  const first = await start()
  await consuming()
  broker.put('q', 'a', { redelivered: true })
  assert.deepEqual(await first.ended, { kind: 'again' })
  await first.settled
  assert.deepEqual(broker.steps.slice(0, 3), ['publish q.alone', 'confirm q.alone', 'ack up to 1'])
  assert.deepEqual(broker.waiting('q.alone'), ['a'])
  const second = await start()
  broker.put('q', 'b')
  await turnsUntil('2 acked', () => counts.acked === 2)
  stop.abort()
  await second.settled
  assert.deepEqual(calls, ['a', 'b'])
  assert.deepEqual(broker.waiting('q.alone'), [])
})

test('a message that comes again before the consumer is confirmed is set apart like any other', async () => {
  const { broker, start, calls, stop, counts } = await setUp()
  broker.put('q', 'a')
  broker.put('q', 'b', { redelivered: true })
  const first = await start()
  assert.deepEqual(await first.ended, { kind: 'again' })
  await first.settled
  const second = await start()
  await turnsUntil('2 acked', () => counts.acked === 2)
  stop.abort()
  await second.settled
  assert.deepEqual(calls, ['a', 'b'])
})

test('more bytes than may be in hand are given back, while the batch under way is finished', async () => {
  const answer = Promise.withResolvers<Verdict>()
  const { broker, start, consuming, calls, counts } = await setUp({
    judge: () => answer.promise,
    options: { bytesInHand: 10 },
  })
  const consumption = await start()
  await consuming()
  broker.put('q', 'aaaaaa')
  await turnsUntil('it is asked', () => calls.length === 1)
  for (const body of ['bbbbbb', 'cccccc']) broker.put('q', body)
  assert.deepEqual(await consumption.ended, { kind: 'again' })
  answer.resolve({ type: 'ack' })
  await consumption.settled
  assert.equal(counts.acked, 1)
  assert.deepEqual(broker.waiting('q'), ['bbbbbb', 'cccccc'])
})

test('bytes of messages that are acked count no longer', async () => {
  const { broker, start, consuming, calls, counts, stop } = await setUp({ options: { bytesInHand: 40 } })
  const consumption = await start()
  await consuming()
  for (let count = 1; count <= 20; count++) {
    broker.put('q', '12345678')
    await turnsUntil('it is acked', () => counts.acked === count)
  }
  stop.abort()
  assert.deepEqual(await consumption.ended, { kind: 'drained' })
  await consumption.settled
  assert.equal(calls.length, 20)
})

test('once the connection is lost nothing is copied, as nothing could be acked', async () => {
  const answer = Promise.withResolvers<Verdict>()
  const { broker, start, calls } = await setUp({ judge: () => answer.promise })
  broker.put('q', 'a')
  const consumption = await start()
  await turnsUntil('it is asked', () => calls.length === 1)
  broker.connections[0]?.lose()
  assert.equal((await consumption.ended).kind, 'failed')
  answer.resolve({ type: 'retry', reason: 'busy' })
  await consumption.settled
  assert.deepEqual(broker.steps, [])
  assert.deepEqual(broker.waiting('q'), ['a'])
})

test('a relay that was told to stop before takes nothing', async () => {
  const { broker, start, calls, stop } = await setUp()
  broker.put('q', 'a')
  stop.abort()
  const consumption = await start()
  assert.deepEqual(await consumption.ended, { kind: 'drained' })
  await consumption.settled
  assert.deepEqual([calls, broker.waiting('q')], [[], ['a']])
})

test('a queue that is deleted ends the consumption', async () => {
  const { broker, start, consuming } = await setUp()
  const consumption = await start()
  await consuming()
  const [channel] = broker.connections[0]?.channels ?? []
  channel?.cancelConsumers()
  const end = await consumption.ended
  assert.match(
    String(end.kind === 'failed' && end.error),
    /the broker cancelled the consumer: the queue was deleted, or moved/,
  )
  await consumption.settled
})

test('a channel that the broker closes ends the consumption, with its reason if there is one', async () => {
  for (const [code, reason] of [
    [undefined, /the channel was closed/],
    [406, /PRECONDITION_FAILED/],
  ] as const) {
    const { broker, start, consuming } = await setUp()
    const consumption = await start()
    await consuming()
    broker.connections[0]?.channels[0]?.end(code, 'PRECONDITION_FAILED')
    const end = await consumption.ended
    assert.match(String(end.kind === 'failed' && end.error), reason)
    await consumption.settled
  }
})

test('a remote procedure call that comes to the consumer is acked unread too', async () => {
  const { broker, start, consuming, calls, counts, stop } = await setUp({
    queue: { bindingKeys: ['#'], dropsRpc: true },
  })
  const consumption = await start()
  await consuming()
  broker.put('q', 'call', { routingKey: 'conductor' })
  broker.put('q', 'notification')
  await turnsUntil('1 acked', () => counts.acked === 1)
  stop.abort()
  await consumption.settled
  assert.deepEqual([calls, counts.droppedRpc, broker.waiting('q')], [['notification'], 1, []])
})

test('a batch has at most a quarter of the bytes that may be in hand', async () => {
  const { broker, start, calls, counts, stop } = await setUp({ size: 2, options: { bytesInHand: 40 } })
  for (const body of ['aaaaaa', 'bbbbbb', 'cccc', 'dddddd']) broker.put('q', body)
  const consumption = await start()
  await turnsUntil('3 acked', () => counts.acked === 3)
  stop.abort()
  await consumption.settled
  assert.deepEqual(calls.slice(0, 2), ['aaaaaa', 'bbbbbb cccc'])
})

test('just as many bytes as may be in hand are no reason to give messages back', async () => {
  const answer = Promise.withResolvers<Verdict>()
  const { broker, start, consuming, calls, counts, stop } = await setUp({
    judge: () => answer.promise,
    options: { bytesInHand: 12 },
  })
  const consumption = await start()
  await consuming()
  for (const body of ['aaaaaa', 'bbbbbb', 'cccccc']) broker.put('q', body)
  await turnsUntil('all are taken', () => counts.consumed === 3)
  answer.resolve({ type: 'ack' })
  await turnsUntil('3 acked', () => counts.acked === 3)
  stop.abort()
  assert.deepEqual(await consumption.ended, { kind: 'drained' })
  await consumption.settled
  assert.equal(calls.length, 3)
})

test('a message that another relay set apart is found by looking, and is handled alone', async () => {
  const { broker, start, consuming, calls, counts, stop } = await setUp({ options: { rebindMs: 1 } })
  const first = await start()
  await consuming()
  broker.put('q', 'a')
  await turnsUntil('1 acked', () => counts.acked === 1)
  broker.put('q.alone', 'b')
  assert.deepEqual(await first.ended, { kind: 'again' })
  await first.settled
  const second = await start()
  await turnsUntil('2 acked', () => counts.acked === 2)
  stop.abort()
  await second.settled
  assert.deepEqual(calls, ['a', 'b'])
  assert.equal(counts.consumed, 1, 'a message is counted where it comes from its own queue')
})

test('a relay that is told to stop takes nothing more while its last batch is under way', async () => {
  const answer = Promise.withResolvers<Verdict>()
  const { broker, start, consuming, calls, stop } = await setUp({ judge: () => answer.promise })
  const consumption = await start()
  await consuming()
  broker.put('q', 'a')
  await turnsUntil('it is asked', () => calls.length === 1)
  stop.abort()
  await turnsUntil('it consumes no longer', () =>
    broker.connections.every(({ channels }) => channels.every(({ isConsuming }) => !isConsuming)),
  )
  broker.put('q', 'b')
  answer.resolve({ type: 'ack' })
  await consumption.settled
  assert.deepEqual(
    broker.list('q')?.map(({ content, redelivered }) => [content.toString(), redelivered]),
    [['b', false]],
  )
})

test('a message of those handled alone that comes at the very end keeps its place and its count', async () => {
  const answer = Promise.withResolvers<Verdict>()
  const { broker, start, consuming, calls, stop } = await setUp({ judge: () => answer.promise })
  const consumption = await start()
  await consuming()
  broker.put('q', 'a')
  await turnsUntil('it is asked', () => calls.length === 1)
  stop.abort()
  broker.put('q.alone', 'b', { headers: { 'x-tidings-exchange': 'nova', 'x-tidings-deaths': 2 }, exchange: '' })
  answer.resolve({ type: 'ack' })
  await consumption.settled
  assert.deepEqual(calls, ['a'])
  assert.deepEqual(broker.waiting('q.alone'), ['b'])
  assert.equal(broker.headersIn('q.alone')[0]?.['x-tidings-deaths'], 2)
})

test('in order, a message is handed over again by itself, with those behind it, and no copy is made', async () => {
  let tries = 0
  const { broker, start, calls, counts, stop } = await setUp({
    size: 2,
    judge: (body) => (body === 'a' && ++tries < 3 ? { type: 'retry', reason: 'busy' } : { type: 'ack' }),
    options: { ordered: true, retry: { attempts: 5, firstDelayMs: 1, maxDelayMs: 1 } },
  })
  for (const body of ['a', 'b']) broker.put('q', body)
  const consumption = await start()
  await turnsUntil('2 acked', () => counts.acked === 2)
  stop.abort()
  await consumption.settled
  assert.deepEqual(calls, ['a b', 'a b', 'a b'])
  assert.deepEqual([counts.retried, broker.steps.filter((step) => step.startsWith('publish'))], [2, []])
})

test('in order, a message that comes again is handled alone in its turn, before those behind it', async () => {
  const { broker, start, calls, counts, stop } = await setUp({ options: { ordered: true } })
  broker.put('q', 'a')
  broker.put('q', 'b', { redelivered: true })
  broker.put('q', 'c')
  const consumption = await start()
  await turnsUntil('3 acked', () => counts.acked === 3)
  stop.abort()
  await consumption.settled
  assert.deepEqual(calls, ['a', 'b', 'c'])
  assert.ok(broker.steps.includes('confirm q.alone'))
})
