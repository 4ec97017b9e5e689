import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { createLanes, createSlots } from '../../lib/kit/lanes.ts'

/** Work that ends when it is told to. */
const stepwise = () => {
  const started: string[] = []
  const ends = new Map<string, (error?: Error) => void>()
  const work = (name: string) => (late: boolean) => {
    started.push(late ? `${name} late` : name)
    return new Promise<void>((resolve, reject) => {
      ends.set(name, (error) => (error === undefined ? resolve() : reject(error)))
    })
  }
  return { started, work, end: (name: string, error?: Error) => ends.get(name)?.(error) }
}
const soon = () => new Promise((resolve) => setImmediate(resolve))

test('one lane does one thing at a time, the earliest of what waits first; other lanes do not wait', async () => {
  const lanes = createLanes()
  const { started, work, end } = stepwise()
  const all = [
    lanes('a', '3', work('a3')),
    lanes('a', '1', work('a1')),
    lanes('b', '9', work('b9')),
    lanes('a', '2', work('a2')),
  ]
  await soon()
  assert.deepEqual(started, ['a1', 'b9'])
  end('a1')
  await soon()
  // It comes while others wait, and is the next.
  all.push(lanes('a', '2', work('a2 again')), lanes('a', '1.5', work('a1.5')))
  for (const name of ['a2', 'a1.5', 'a2 again', 'a3', 'b9']) {
    end(name)
    await soon()
  }
  await Promise.all(all)
  assert.deepEqual(started.slice(2), ['a2', 'a1.5 late', 'a2 again', 'a3'])
})

test('what failed does not make what is older late, and what fails late stays so', async () => {
  const lanes = createLanes()
  const seen: [string, boolean][] = []
  const run = (order: string, error?: Error) =>
    lanes('a', order, async (late) => {
      seen.push([order, late])
      if (error) throw error
    })
  await assert.rejects(run('5', new Error('away')), /away/)
  await run('4')
  await run('5')
  await run('3')
  await run('5')
  assert.deepEqual(seen, [
    ['5', false],
    ['4', false],
    ['5', false],
    ['3', true],
    ['5', false],
  ])
})

test('so many lanes are remembered, those that were used last', async () => {
  const lanes = createLanes(2)
  const isLate = async (lane: string, order: string): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    await lanes(lane, order, async (late) => resolve(late))
    return promise
  }
  const long = 'x'.repeat(10_000)
  await isLate('a', '5')
  await isLate(long, '5')
  await isLate('a', '6')
  await isLate('c', '5')
  assert.deepEqual(await Promise.all([isLate('a', '4'), isLate('c', '4'), isLate(long, '4')]), [true, true, false])
})

test('ten thousand events of one object are sorted once', async () => {
  const lanes = createLanes()
  const seen: string[] = []
  const orders = Array.from({ length: 10_000 }, (_, index) => String((index * 7919) % 10_000).padStart(5, '0'))
  await Promise.all(orders.map((order) => lanes('a', order, async () => void seen.push(order))))
  assert.deepEqual(seen, orders.toSorted())
})

test('so many slots, in the order of asking', async () => {
  const slots = createSlots(2)
  const inSlot = async (work: () => Promise<void>) => {
    const free = slots.take()
    if (free !== undefined) await free
    await work()
    slots.give()
  }
  const { started, work, end } = stepwise()
  const all = ['a', 'b', 'c', 'd'].map((name) => inSlot(() => work(name)(false)))
  assert.deepEqual(started, ['a', 'b'])
  end('b')
  await soon()
  end('c')
  await soon()
  assert.deepEqual(started, ['a', 'b', 'c', 'd'])
  end('a')
  end('d')
  await Promise.all(all)
  const later = inSlot(async () => void started.push('e'))
  await later
  assert.equal(started.at(-1), 'e')
})

test('work that never ends holds up its lane for a quarter of an hour, or half a minute after it was told to stop', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const lanes = createLanes()
  const { started, work, end } = stepwise()
  const stop = new AbortController()
  void lanes('a', '1', work('a1'))
  void lanes('a', '2', work('a2'), stop.signal)
  void lanes('a', '3', work('a3'))
  await soon()
  t.mock.timers.tick(15 * 60_000 - 1)
  await soon()
  assert.deepEqual(started, ['a1'])
  t.mock.timers.tick(1)
  await soon()
  assert.deepEqual(started, ['a1', 'a2'])
  stop.abort()
  t.mock.timers.tick(30_000)
  await soon()
  assert.deepEqual(started, ['a1', 'a2', 'a3'])
  end('a3')
})

test('many wait in one lane, whatever the order they come in', async () => {
  const lanes = createLanes()
  const orders = Array.from({ length: 5000 }, (_, index) => String((index * 7919) % 5000).padStart(4, '0'))
  const seen: string[] = []
  await Promise.all(orders.map((order) => lanes('a', order, async () => void seen.push(order))))
  assert.deepEqual(seen, orders.toSorted())
})

test('many lanes that wait for one signal put one listener on it, and all hear it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const lanes = createLanes()
  const { started, work } = stepwise()
  const stop = new AbortController()
  for (const lane of ['a', 'b', 'c']) {
    void lanes(lane, '1', work(`${lane}1`), stop.signal)
    void lanes(lane, '2', work(`${lane}2`))
  }
  await soon()
  assert.equal(getEventListeners(stop.signal, 'abort').length, 1)
  stop.abort()
  t.mock.timers.tick(30_000)
  await soon()
  assert.deepEqual(started.slice(3), ['a2', 'b2', 'c2'])
})
