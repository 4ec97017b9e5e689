import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createHttpSink, type HttpSinkOptions } from '../../lib/sinks/http-sink.ts'
import { type ReceivedRequest, type Receiver, type ReceiverAnswer, startReceiver } from '../receiver.ts'
import { event } from './contract.ts'

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const sinkWith = (options: Partial<HttpSinkOptions> = {}) =>
  createHttpSink(new URL(receiver.url), { mode: 'batch', gathers: true, timeoutMs: 5000, retries: 0, ...options })

const idsIn = ({ body }: ReceivedRequest): string[] => [JSON.parse(body)].flat().map(({ id }: CloudEvent) => id)
const sent = (): string[][] => receiver.requests.map(idsIn)

/** The first request is held until the others have gathered; then requests are answered by what is in them. */
const answerTogether = (answer: (ids: readonly string[]) => ReceiverAnswer) => {
  const { promise: isFirstThere, resolve: arrived } = Promise.withResolvers<void>()
  const { promise: mayGo, resolve: release } = Promise.withResolvers<void>()
  receiver.answer = async (request, index) => {
    if (index > 0) return answer(idsIn(request))
    arrived()
    await mayGo
    return { status: 204 }
  }
  /** Delivers `first`, and the others while its request is under way; what became of each. */
  return async (sink: ReturnType<typeof sinkWith>, ...deliveries: readonly string[][]) => {
    const first = sink.deliver([event('first')])
    await isFirstThere
    const rest = deliveries.map((ids) => sink.deliver(ids.map((id) => event(id))))
    release()
    const results = await Promise.allSettled([first, ...rest])
    return results.map((result) => (result.status === 'fulfilled' ? 'taken' : result.reason.code))
  }
}

test('what comes while a request is under way goes as one batch after it', async () => {
  const deliver = answerTogether(() => ({ status: 204 }))
  assert.deepEqual(await deliver(sinkWith(), ['a'], ['b', 'c'], ['d']), ['taken', 'taken', 'taken', 'taken'])
  assert.deepEqual(sent(), [['first'], ['a', 'b', 'c', 'd']])
  assert.equal(receiver.requests[1]?.headers['content-type'], 'application/cloudevents-batch+json')
})

test('nothing waits where no request is under way', async () => {
  const sink = sinkWith()
  await sink.deliver([event('1')])
  await sink.deliver([event('2')])
  assert.deepEqual(sent(), [['1'], ['2']])
  assert.equal(receiver.requests[0]?.headers['content-type'], 'application/cloudevents+json')
})

test('a receiver gets batches of several deliveries only where SINK_MODE asks for them', async () => {
  const gathers = (environment: Record<string, string>) => readConfig(environment).sink.options.gathers === true
  assert.deepEqual(
    [{}, { SINK_MODE: 'batch' }, { SINK_MODE: 'structured' }].map((mode) =>
      gathers({ SINK_URL: receiver.url, ...mode }),
    ),
    [false, true, false],
  )
  for (const mode of ['structured', 'binary'] as const) {
    await Promise.all(['1', '2', '3'].map((id) => sinkWith({ mode }).deliver([event(id)])))
  }
  await Promise.all(['1', '2', '3'].map((id) => sinkWith({ gathers: false }).deliver([event(id)])))
  assert.equal(receiver.requests.length, 9)
})

for (const status of [400, 413, 500]) {
  test(`a batch that is answered ${status} is split, and each delivery gets the answer for its own events`, async () => {
    const deliver = answerTogether((ids) => ({ status: ids.includes('bad') ? status : 204 }))
    const code = status === 500 ? 'sink_unavailable' : 'sink_refused'
    assert.deepEqual(await deliver(sinkWith(), ['a'], ['bad'], ['b', 'c']), ['taken', 'taken', code, 'taken'])
    assert.deepEqual(sent().slice(0, 2), [['first'], ['a', 'bad', 'b', 'c']])
    assert.deepEqual(sent().slice(2).sort(), [['a'], ['b', 'c'], ['bad']])
  })
}

for (const answer of [
  { status: 503 },
  { status: 429 },
  { status: 500, headers: { 'retry-after': '60' } },
  { status: 401 },
]) {
  test(`${JSON.stringify(answer)} is about the receiver: all share it, and none is sent again`, async () => {
    const deliver = answerTogether(() => answer)
    const failed = 'sink_unavailable'
    assert.deepEqual(await deliver(sinkWith({ retries: 0 }), ['a'], ['b']), ['taken', failed, failed])
    assert.deepEqual(sent(), [['first'], ['a', 'b']])
  })
}

test('a batch without an answer is tried as often as it was told to, and no event more often', async () => {
  const deliver = answerTogether(() => 'hang')
  const failed = 'sink_unavailable'
  assert.deepEqual(await deliver(sinkWith({ timeoutMs: 500, retries: 1 }), ['a'], ['b'], ['c']), [
    'taken',
    failed,
    failed,
    failed,
  ])
  const counts = Map.groupBy(sent().flat(), (id) => id)
  assert.deepEqual([...counts].map(([id, all]) => [id, all.length]).sort(), [
    ['a', 2],
    ['b', 2],
    ['c', 2],
    ['first', 1],
  ])
})

for (const way of ['hangs up', 'is silent'] as const) {
  test(`a receiver that ${way} on one event gets the others of its batch alone, and takes them`, async () => {
    const deliver = answerTogether((ids) => {
      if (!ids.includes('bad')) return { status: 204 }
      if (way === 'hangs up') receiver.requests.at(-1)?.socket.destroy()
      return 'hang'
    })
    const strangers = ['a', 'b', 'c']
    assert.deepEqual(await deliver(sinkWith({ timeoutMs: 500, retries: 2 }), ['bad'], ...strangers.map((id) => [id])), [
      'taken',
      'sink_unavailable',
      'taken',
      'taken',
      'taken',
    ])
    assert.deepEqual(sent().slice(0, 2), [['first'], ['bad', 'a', 'b', 'c']])
    assert.deepEqual(sent().slice(2).sort(), [['a'], ['b'], ['bad'], ['bad'], ['c']])
  })
}

test('a receiver that does not answer holds up nobody else', async () => {
  receiver.answer = (request) => (idsIn(request).includes('1') ? 'hang' : { status: 204 })
  const sink = sinkWith({ timeoutMs: 60_000 })
  const hanging = sink.deliver([event('1')]).catch(() => {})
  await sink.deliver([event('2')])
  assert.deepEqual(sent(), [['1'], ['2']])
  await receiver.close()
  await hanging
  receiver = await startReceiver()
})

test('a hundred events do not wait for more', async () => {
  const { promise: mayGo, resolve: release } = Promise.withResolvers<void>()
  receiver.answer = async (request) => {
    if (idsIn(request).includes('first')) await mayGo
    return { status: 204 }
  }
  const sink = sinkWith()
  const first = sink.deliver([event('first')])
  await Promise.all(Array.from({ length: 200 }, (_, index) => sink.deliver([event(String(index))])))
  assert.deepEqual(
    sent()
      .map(({ length }) => length)
      .sort((a, b) => a - b),
    [1, 100, 100],
  )
  release()
  await first
})

test('a delivery whose caller left before its turn is not sent', async () => {
  const { promise: isThere, resolve: arrived } = Promise.withResolvers<void>()
  const { promise: mayGo, resolve: release } = Promise.withResolvers<void>()
  receiver.answer = async (_request, index) => {
    arrived()
    if (index === 0) await mayGo
    return { status: 204 }
  }
  const sink = sinkWith({ retries: 3 })
  const first = sink.deliver([event('first')])
  await isThere
  const abort = new AbortController()
  const left = sink.deliver([event('left')], abort.signal)
  const stays = sink.deliver([event('stays')])
  abort.abort()
  release()
  await assert.rejects(left)
  await Promise.all([first, stays])
  assert.deepEqual(sent(), [['first'], ['stays']])
})
