import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createMemory } from '../../lib/claims/memory-claims.ts'

setFlagsFromString('--expose-gc')
const gc: () => void = runInNewContext('gc')

const event = (id: string, source = 's') =>
  ({ specversion: '1.0', id, source, type: 't', datacontenttype: 'application/json', data: {} }) as const

test('an event is known once it is remembered, by source and id', () => {
  const memory = createMemory(10)
  memory.remember(event('1'))
  assert.deepEqual(
    [event('1'), event('2'), event('1', 'other')].map((each) => memory.knows(each)),
    [true, false, false],
  )
})

test('the oldest is forgotten when there are too many', () => {
  const memory = createMemory(2)
  for (const id of ['1', '2', '3']) memory.remember(event(id))
  assert.deepEqual(
    ['1', '2', '3'].map((id) => memory.knows(event(id))),
    [false, true, true],
  )
})

test('with room for none, none is known', () => {
  const memory = createMemory(0)
  memory.remember(event('1'))
  assert.equal(memory.knows(event('1')), false)
})

test('ids of a megabyte take no more room than others', () => {
  const memory = createMemory(1000)
  const idOf = (index: number) => `${'x'.repeat(1_000_000)}${index}`
  gc()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < 200; index++) memory.remember(event(idOf(index)))
  gc()
  assert.ok(process.memoryUsage().heapUsed - before < 5_000_000)
  assert.deepEqual([memory.knows(event(idOf(7))), memory.knows(event(idOf(200)))], [true, false])
})
