import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Options } from 'amqplib'
import { CopyError } from '../../../lib/relay/broker/publisher.ts'
import type { Taken } from '../../../lib/relay/broker/received.ts'
import { createSettle } from '../../../lib/relay/consuming/settle.ts'
import { createCounts } from '../../../lib/relay/watching/counts.ts'
import { logLines } from '../rig.ts'

const taken: Taken = {
  attempts: 1,
  firstQueue: 'q',
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

const setUp = ({ isOrdered = false, refusals = [] as CopyError[] } = {}) => {
  const copies: [string, Options.Publish['headers']][] = []
  const steps: string[] = []
  const control = new AbortController()
  const counts = createCounts()
  const settle = createSettle({
    publisher: {
      publish: async (queue, _body, { headers }) => {
        const refusal = refusals.shift()
        if (refusal !== undefined) throw refusal
        steps.push('copied')
        copies.push([queue, headers])
      },
    },
    retry: { attempts: 3, firstDelayMs: 1000, maxDelayMs: 8000 },
    isOrdered,
    counts,
    log: logLines().log,
    name: '/q',
    backoff: { firstMs: 1, maxMs: 1 },
    done: () => steps.push('acked'),
    fail: () => steps.push('failed'),
    signal: control.signal,
    gone: control.signal,
    now: () => new Date(0),
    random: () => 0,
  })
  return { settle, copies, steps, counts, control }
}

test('a message to be retried waits in the retry queue of its delay, and is acked once the copy is confirmed', async () => {
  const { settle, copies, steps, counts } = setUp()
  await settle.retry(taken, 'busy', undefined)
  assert.deepEqual(
    copies.map(([queue, headers]) => [queue, headers['x-tidings-attempts'], headers['x-tidings-deaths']]),
    [['q.retry.4000', 2, undefined]],
  )
  assert.deepEqual(steps, ['copied', 'acked'])
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

test('a copy that the broker refuses is tried again; a message whose copy is lost is not acked', async () => {
  const refused = setUp({ refusals: [new CopyError('refused', 'full')] })
  await refused.settle.reject(taken, 'poison', 1)
  assert.deepEqual(refused.steps, ['copied', 'acked'])
  const lost = setUp({ refusals: [new CopyError('lost', 'gone')] })
  await lost.settle.reject(taken, 'poison', 1)
  assert.deepEqual(lost.steps, ['failed'])
  assert.equal(lost.counts.deadLettered, 0)
})

test('nothing is copied once nothing can be acked', async () => {
  const { settle, steps, control } = setUp()
  control.abort()
  await settle.reject(taken, 'poison', 1)
  assert.deepEqual(steps, [])
})
