import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Options } from 'amqplib'
import type { Taken } from '../../../lib/relay/broker/copy.ts'
import { CopyError } from '../../../lib/relay/broker/publisher.ts'
import { createRetryRule, createSettle } from '../../../lib/relay/consuming/settle.ts'
import { createCounts } from '../../../lib/relay/status.ts'
import { logLines } from '../rig.ts'

const taken: Taken = {
  attempts: 1,
  isAgain: false,
  deaths: 1,
  notBefore: undefined,
  copy: '',
  message: {
    body: Buffer.from('m'),
    queue: 'q',
    vhost: '/',
    exchange: 'nova',
    routingKey: 'notifications.info',
    redelivered: false,
    deliveryTag: 1,
    properties: {},
  },
}

const setUp = ({ isOrdered = false, refusals = [] as CopyError[], confirmed = Promise.resolve() } = {}) => {
  const copies: [string, Options.Publish['headers']][] = []
  const steps: string[] = []
  const halt = new AbortController()
  const gone = new AbortController()
  const counts = createCounts()
  const { log, lines } = logLines()
  const settle = createSettle({
    publisher: {
      publish: async (queue, _body, { headers }) => {
        steps.push('published')
        const refusal = refusals.shift()
        if (refusal !== undefined) throw refusal
        await confirmed
        copies.push([queue, headers])
      },
    },
    retryRule: createRetryRule({ attempts: 3, firstDelayMs: 1000, maxDelayMs: 8000 }),
    isOrdered,
    counts,
    log,
    backoff: { firstMs: 1, maxMs: 1 },
    done: () => steps.push('acked'),
    fail: () => steps.push('failed'),
    signal: halt.signal,
    gone: gone.signal,
    now: () => new Date(0),
    random: () => 0,
  })
  return { settle, copies, steps, counts, halt, gone, lines }
}

test('a message to be retried waits in the retry queue of its delay, and is acked once the copy is confirmed', async () => {
  const { settle, copies, steps, counts } = setUp()
  await settle.retry(taken, 'busy', undefined)
  assert.deepEqual(
    copies.map(([queue, headers]) => [queue, headers['x-tidings-attempts'], headers['x-tidings-deaths']]),
    [['q.retry.4000', 2, undefined]],
  )
  assert.deepEqual(steps, ['published', 'acked'])
  assert.equal(counts.retried, 1)
})

test('in order it goes to the messages that are handled alone, with the time of its next try', async () => {
  const { settle, copies } = setUp({ isOrdered: true })
  await settle.retry(taken, 'busy', undefined)
  assert.equal(copies[0]?.[0], 'q.alone')
  assert.equal(copies[0]?.[1]['x-tidings-not-before'], '1970-01-01T00:00:04.000Z')
})

test('after all its tries it is a dead letter', async () => {
  const { settle, copies, counts } = setUp()
  await settle.retry({ ...taken, attempts: 2 }, 'busy', undefined)
  assert.deepEqual(
    copies.map(([queue, headers]) => [queue, headers['x-tidings-attempts'], headers['x-tidings-reason']]),
    [['q.dead-letters', 3, 'busy']],
  )
  assert.deepEqual([counts.retried, counts.deadLettered], [0, 1])
})

test('a postponed message has no try counted, and one set apart keeps the count of the processes that ended', async () => {
  const { settle, copies, counts } = setUp()
  await settle.postpone(taken)
  await settle.setApart(taken, 2)
  assert.deepEqual(
    copies.map(([queue, headers]) => [queue, headers['x-tidings-attempts'], headers['x-tidings-deaths']]),
    [
      ['q.retry.1000', 1, undefined],
      ['q.alone', 1, 2],
    ],
  )
  assert.deepEqual([counts.retried, counts.deadLettered], [0, 0])
})

test('a message is acked, and counted, only once its copy is confirmed', async () => {
  const confirmed = Promise.withResolvers<void>()
  const { settle, steps, counts } = setUp({ confirmed: confirmed.promise })
  const all = [settle.retry(taken, 'busy', undefined), settle.reject(taken, 'poison', 1), settle.setApart(taken, 1)]
  await turn()
  assert.deepEqual(steps, ['published', 'published', 'published'])
  assert.deepEqual([counts.retried, counts.deadLettered], [0, 0])
  confirmed.resolve()
  await Promise.all(all)
  assert.deepEqual(steps.slice(3), ['acked', 'acked', 'acked'])
  assert.deepEqual([counts.retried, counts.deadLettered, counts.acked], [1, 1, 0])
})

test('a message has exactly the tries that it may have, the first included', async () => {
  const { settle, copies } = setUp()
  for (const attempts of [0, 1, 2, 3]) await settle.retry({ ...taken, attempts }, 'busy', undefined)
  assert.deepEqual(
    copies.map(([queue, headers]) => [queue, headers['x-tidings-attempts']]),
    [
      ['q.retry.1000', 1],
      ['q.retry.4000', 2],
      ['q.dead-letters', 3],
      ['q.dead-letters', 4],
    ],
  )
})

test('a function that asks for more time gets the next longer delay', async () => {
  const { settle, copies } = setUp()
  await settle.retry(taken, 'busy', 5000)
  assert.equal(copies[0]?.[0], 'q.retry.8000')
})

test('a handled message is acked without a copy', () => {
  const { settle, steps, counts } = setUp()
  settle.ack(taken)
  assert.deepEqual(steps, ['acked'])
  assert.equal(counts.acked, 1)
})

test('in order, a postponed message keeps its place ahead of all others', async () => {
  const { settle, copies } = setUp({ isOrdered: true })
  await settle.postpone(taken)
  assert.deepEqual([copies[0]?.[0], copies[0]?.[1]['x-tidings-attempts']], ['q.alone', 1])
})

test('a message that is set apart keeps the time before which it is not tried', async () => {
  const { settle, copies } = setUp()
  await settle.setApart({ ...taken, notBefore: new Date(5000) }, 1)
  assert.equal(copies[0]?.[1]['x-tidings-not-before'], '1970-01-01T00:00:05.000Z')
})

test('a message whose copy is refused until the relay is told to stop is not acked', async () => {
  const { settle, steps, halt, counts } = setUp({ refusals: Array(100).fill(new CopyError('refused', 'full')) })
  const retried = settle.retry(taken, 'busy', undefined)
  halt.abort()
  await retried
  assert.deepEqual(steps, ['published'])
  assert.equal(counts.retried, 0)
})

test('a copy that no queue takes ends the session: the queues are not as they were declared', async () => {
  const { settle, steps } = setUp({ refusals: [new CopyError('unroutable', 'gone')] })
  await settle.retry(taken, 'busy', undefined)
  assert.deepEqual(steps, ['published', 'failed'])
})

test('a copy that the broker refuses is tried again; a message whose copy is lost is not acked', async () => {
  const refused = setUp({ refusals: [new CopyError('refused', 'full')] })
  await refused.settle.reject(taken, 'poison', 1)
  assert.deepEqual(refused.steps, ['published', 'published', 'acked'])
  const lost = setUp({ refusals: [new CopyError('lost', 'gone')] })
  await lost.settle.reject(taken, 'poison', 1)
  assert.deepEqual(lost.steps, ['published', 'failed'])
  assert.equal(lost.counts.deadLettered, 0)
})

test('nothing is copied once nothing can be acked', async () => {
  const { settle, steps, gone } = setUp()
  gone.abort()
  await settle.reject(taken, 'poison', 1)
  assert.deepEqual(steps, [])
})

const rule = createRetryRule({ attempts: 10, firstDelayMs: 1000, maxDelayMs: 300_000 })
const next = (attempts: number, askedMs?: number) => rule.next({ ...taken, attempts }, askedMs)

test('delays grow fourfold, and are few', () => {
  assert.deepEqual(rule.delaysMs, [1000, 4000, 16_000, 64_000, 256_000, 300_000])
  assert.deepEqual(createRetryRule({ attempts: 1, firstDelayMs: 500, maxDelayMs: 500 }).delaysMs, [500])
})

test('each try waits longer than the one before, and the last delay is for all that follow', () => {
  assert.deepEqual(
    [1, 2, 3, 6, 7, 9].map((attempts) => next(attempts)),
    [1000, 4000, 16_000, 300_000, 300_000, 300_000],
  )
})

test('a function that asks for more time gets it, up to the longest delay', () => {
  assert.equal(next(1, 10_000), 16_000)
  assert.equal(next(3, 2000), 16_000)
  assert.equal(next(1, 3_600_000), 300_000)
})

test('after the last try there is no delay, whatever the function asks for', () => {
  assert.deepEqual([next(10), next(11), next(10, 5000)], [undefined, undefined, undefined])
})

test('a function that asks for just one of the delays gets that one', () => {
  assert.deepEqual([next(1, 1000), next(1, 16_000)], [1000, 16_000])
})

test('the log names the message that became a dead letter, and why', async () => {
  const { settle, lines } = setUp()
  await settle.reject(taken, 'poison', 1)
  assert.deepEqual(lines, [
    {
      level: 'warn',
      message: 'a message became a dead letter',
      deliveryTag: 1,
      exchange: 'nova',
      routingKey: 'notifications.info',
      reason: 'poison',
    },
  ])
})

test('the log says that the broker refuses a copy, of which queue and why', async () => {
  const refusal = new CopyError('refused', 'full')
  const { settle, lines } = setUp({ refusals: [refusal] })
  await settle.setApart(taken, 1)
  assert.deepEqual(lines, [
    {
      level: 'warn',
      message: 'the broker refuses the copy of a message: the message is held, and the copy is tried again',
      to: 'q.alone',
      error: refusal,
    },
  ])
})

test('an error that is not from the broker counts as a refusal: the copy is tried again', async () => {
  const { settle, steps } = setUp({ refusals: [new Error('no such thing') as CopyError] })
  await settle.setApart(taken, 1)
  assert.deepEqual(steps, ['published', 'published', 'acked'])
})
