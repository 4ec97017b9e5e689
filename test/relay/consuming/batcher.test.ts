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
