import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { backoffMs, type Failure, retrying } from '../../lib/process/retrying.ts'

const soon = { firstMs: 1, maxMs: 2 }

/** Fails as it is told, attempt after attempt, then no more. */
const attempts = (failures: readonly Failure[]) => {
  let count = 0
  return { attempt: async () => failures[count++], count: () => count }
}
const failure = (nextAfterMs: Failure['nextAfterMs']) => ({ error: new Error(`then ${nextAfterMs}`), nextAfterMs })

test('it tries until an attempt does not fail', async () => {
  const { attempt, count } = attempts([failure(0), failure(1)])
  await retrying(attempt, { ...soon, retries: 5 })
  assert.equal(count(), 3)
})

test('what the last attempt failed with is thrown', async () => {
  const last = failure(0)
  const { attempt, count } = attempts([failure(0), last, failure(0)])
  await assert.rejects(retrying(attempt, { ...soon, retries: 1 }), last.error)
  assert.equal(count(), 2)
})

test('no attempt is made where none would help', async () => {
  const last = failure('never')
  const { attempt, count } = attempts([last])
  await assert.rejects(retrying(attempt, { ...soon, retries: 5 }), last.error)
  assert.equal(count(), 1)
})

test('a caller whose time is over waits no longer', async () => {
  const controller = new AbortController()
  const { attempt } = attempts([failure(3_600_000)])
  const waiting = retrying(attempt, { ...soon, retries: 5, signal: controller.signal })
  controller.abort()
  await assert.rejects(waiting, { name: 'AbortError' })
})

test('the wait doubles up to its limit, and is drawn from the upper half of the step', () => {
  const backoff = { firstMs: 100, maxMs: 1000 }
  assert.deepEqual(
    [0, 1, 2, 3, 4, 100].map((failures) => [backoffMs(failures, backoff, 0), backoffMs(failures, backoff, 1)]),
    [
      [50, 100],
      [100, 200],
      [200, 400],
      [400, 800],
      [500, 1000],
      [500, 1000],
    ],
  )
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
      const ms = backoffMs(failures, backoff, random)
      const step = backoffMs(failures, backoff, 1)
      assert.ok(ms >= step / 2 && ms <= step)
    }),
  )
})
