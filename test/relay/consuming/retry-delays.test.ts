import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryDelay, retryDelays } from '../../../lib/relay/consuming/retry-delays.ts'

const delays = retryDelays({ attempts: 10, firstDelayMs: 1000, maxDelayMs: 300_000 })

test('delays grow fourfold, and are few', () => {
  assert.deepEqual(delays, [1000, 4000, 16_000, 64_000, 256_000, 300_000])
  assert.deepEqual(retryDelays({ attempts: 1, firstDelayMs: 500, maxDelayMs: 500 }), [500])
})

test('each try waits longer than the one before, and the last delay is for all that follow', () => {
  assert.deepEqual(
    [1, 2, 3, 6, 7, 100].map((attempts) => retryDelay(delays, attempts, undefined)),
    [1000, 4000, 16_000, 300_000, 300_000, 300_000],
  )
})

test('a function that asks for more time gets it, up to the longest delay', () => {
  assert.equal(retryDelay(delays, 1, 10_000), 16_000)
  assert.equal(retryDelay(delays, 3, 2000), 16_000)
  assert.equal(retryDelay(delays, 1, 3_600_000), 300_000)
})
