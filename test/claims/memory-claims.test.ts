import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createMemoryClaims } from '../../lib/claims/memory-claims.ts'
import { keyOf } from '../../lib/core/claims.ts'
import { heldOf, isHeld, testClaims } from './contract.ts'

setFlagsFromString('--expose-gc')
const gc: () => void = runInNewContext('gc')

testClaims({
  name: 'memory:',
  leaseMs: 20,
  open: (_t, count, leaseMs) => {
    const claims = createMemoryClaims(1000, leaseMs)
    return Array.from({ length: count }, () => claims)
  },
})

test('the oldest is forgotten when there are too many', () => {
  const claims = createMemoryClaims(2)
  for (const key of ['1', '2', '3']) claims.mark(heldOf(claims.claim(key)), 'done')
  assert.deepEqual([claims.claim('2'), claims.claim('3'), isHeld(claims.claim('1'))], ['done', 'done', true])
})

test('an event that was forgotten while it was handled is remembered once it is done', () => {
  const claims = createMemoryClaims(2)
  const held = heldOf(claims.claim('1'))
  for (const key of ['2', '3']) claims.mark(heldOf(claims.claim(key)), 'done')
  assert.deepEqual([claims.mark(held, 'done'), claims.claim('1')], [true, 'done'])
})

test('ids of a megabyte take no more room than others', () => {
  const claims = createMemoryClaims(1000)
  const key = (index: number) => keyOf({ source: 's', id: `${'x'.repeat(1_000_000)}${index}` } as never)
  gc()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < 200; index++) claims.mark(heldOf(claims.claim(key(index))), 'done')
  gc()
  assert.ok(process.memoryUsage().heapUsed - before < 5_000_000)
  assert.deepEqual([claims.claim(key(7)), isHeld(claims.claim(key(200)))], ['done', true])
})
