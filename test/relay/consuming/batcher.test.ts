import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBatcher } from '../../../lib/relay/consuming/batcher.ts'

const never = new AbortController().signal

test('a full batch goes at once, to who asked first', async () => {
  const batcher = createBatcher<number>({ size: 2, lingerMs: 60_000 })
  const first = batcher.next(never)
  const second = batcher.next(never)
  for (const item of [1, 2, 3, 4, 5]) batcher.push(item)
  assert.deepEqual(await first, [1, 2])
  assert.deepEqual(await second, [3, 4])
})

test('what waited long enough goes though the batch is not full', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const batcher = createBatcher<number>({ size: 10, lingerMs: 50 })
  const batch = batcher.next(never)
  batcher.push(1)
  t.mock.timers.tick(49)
  batcher.push(2)
  t.mock.timers.tick(1)
  assert.deepEqual(await batch, [1, 2])
})

test('what waited while nobody asked goes to the next who does, without waiting again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const batcher = createBatcher<number>({ size: 10, lingerMs: 50 })
  batcher.push(1)
  t.mock.timers.tick(50)
  batcher.push(2)
  assert.deepEqual(await batcher.next(never), [1, 2])
})

test('who gives up gets nothing, and takes nothing from the others', async () => {
  const batcher = createBatcher<number>({ size: 1, lingerMs: 0 })
  const control = new AbortController()
  const first = batcher.next(control.signal)
  const second = batcher.next(never)
  control.abort()
  batcher.push(1)
  assert.deepEqual(await first, [])
  assert.deepEqual(await second, [1])
  assert.deepEqual(await batcher.next(control.signal), [])
})

test('no more bytes are under way than may be, but one item that is larger goes alone', async () => {
  const batcher = createBatcher<number>({ size: 3, lingerMs: 0, maxBytes: 10, bytesOf: (item) => item })
  for (const item of [4, 5, 6, 50, 1, 1]) batcher.push(item)
  const first = await batcher.next(never)
  assert.deepEqual(first, [4, 5])
  const second = batcher.next(never)
  batcher.done(first)
  assert.deepEqual(await second, [6])
  batcher.end()
  const third = batcher.next(never)
  batcher.done([6])
  assert.deepEqual(await third, [50])
  batcher.done([50])
  assert.deepEqual(await batcher.next(never), [1, 1])
})

test('after the end what waits goes out at once, and then nothing', async () => {
  const batcher = createBatcher<number>({ size: 10, lingerMs: 60_000 })
  const waiting = batcher.next(never)
  batcher.push(1)
  batcher.end()
  assert.deepEqual(await waiting, [1])
  assert.deepEqual(await batcher.next(never), [])
})

/** Whether it is there already, without waiting for it. */
const isThere = async (batch: Promise<unknown>): Promise<boolean> => {
  const later = Symbol('later')
  await new Promise(setImmediate)
  return (await Promise.race([batch, Promise.resolve(later)])) !== later
}

test('a batch goes as soon as it is full', async () => {
  const batcher = createBatcher<number>({ size: 2, lingerMs: 60_000 })
  const batch = batcher.next(never)
  batcher.push(1)
  assert.equal(await isThere(batch), false)
  batcher.push(2)
  assert.deepEqual(await batch, [1, 2])
})

test('an item that does not fit waits until what is under way is done, even if it is larger than all may be', async () => {
  for (const item of [7, 50]) {
    const batcher = createBatcher<number>({ size: 1, lingerMs: 0, maxBytes: 10, bytesOf: (bytes) => bytes })
    batcher.push(4)
    const first = await batcher.next(never)
    batcher.push(item)
    const second = batcher.next(never)
    assert.equal(await isThere(second), false)
    batcher.done(first)
    assert.deepEqual(await second, [item])
  }
})

test('as many bytes as may be under way go together, with no more items than a batch may have', async () => {
  const batcher = createBatcher<number>({ size: 2, lingerMs: 0, maxBytes: 10, bytesOf: (bytes) => bytes })
  for (const item of [4, 6, 1, 1, 100]) batcher.push(item)
  const first = await batcher.next(never)
  assert.deepEqual(first, [4, 6])
  batcher.done(first)
  assert.deepEqual(await batcher.next(never), [1, 1])
})

test('a small item does not take one along that is too large to be under way with it', async () => {
  const batcher = createBatcher<number>({ size: 2, lingerMs: 0, maxBytes: 10, bytesOf: (bytes) => bytes })
  for (const item of [4, 50]) batcher.push(item)
  assert.deepEqual(await batcher.next(never), [4])
})

test('the time that an item may wait begins when it comes, whoever asked before, and whatever went before', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const batcher = createBatcher<number>({ size: 2, lingerMs: 50 })
  const first = batcher.next(never)
  t.mock.timers.tick(40)
  batcher.push(1)
  t.mock.timers.tick(40)
  assert.equal(await isThere(first), false)
  batcher.push(2) // Full, ten milliseconds before the first item was due.
  assert.deepEqual(await first, [1, 2])
  const second = batcher.next(never)
  batcher.push(3)
  t.mock.timers.tick(49)
  assert.equal(await isThere(second), false)
  t.mock.timers.tick(1)
  assert.deepEqual(await second, [3])
  const third = batcher.next(never)
  batcher.push(4)
  assert.equal(await isThere(third), false, 'the one before was due, this one is not')
})
