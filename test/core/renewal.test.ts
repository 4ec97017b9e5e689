import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Held, Mark } from '../../lib/core/claims.ts'
import { createRenewal } from '../../lib/core/renewal.ts'

const LEASE_MS = 30_000
const turn = () => new Promise(setImmediate)

/** A store that answers as the test says, and the renewal of one event. */
const renewing = (answer: (held: Held) => boolean | undefined | Promise<boolean> = () => true) => {
  const marks: Mark[] = []
  const renewal = createRenewal({
    leaseMs: LEASE_MS,
    claim: () => 'done',
    mark: (held, as) => {
      marks.push(as)
      return answer(held)
    },
  })
  const one: Held = { key: 'a', fence: 1, taken: [] }
  const held = new Map([['a', one]])
  const attempt = { held, expiresAt: Date.now() + 15 * 60_000 }
  return { renewal, marks, one, held, attempt }
}

test('a lease is renewed three times within its time, and not beyond the time of its call', (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setInterval'] })
  const { renewal, marks, attempt } = renewing()
  renewal.add(attempt)
  t.mock.timers.tick(LEASE_MS)
  assert.deepEqual(marks, ['held', 'held', 'held'])
  for (let tick = 0; tick < 100; tick++) t.mock.timers.tick(LEASE_MS / 3)
  // The last one begins a lease that ends with the call.
  assert.equal(marks.length, (15 * 60_000 - LEASE_MS) / (LEASE_MS / 3))
})

test('nothing is renewed, and no timer is left, once the call has ended', (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setInterval'] })
  const cleared = t.mock.method(globalThis, 'clearInterval')
  const { renewal, marks, attempt } = renewing()
  renewal.add(attempt)
  t.mock.timers.tick(LEASE_MS / 3)
  assert.equal(cleared.mock.callCount(), 0)
  renewal.delete(attempt)
  t.mock.timers.tick(LEASE_MS)
  assert.deepEqual([marks, cleared.mock.callCount()], [['held'], 1])
  renewal.add(attempt)
  t.mock.timers.tick(LEASE_MS / 3)
  assert.deepEqual(marks, ['held', 'held'])
})

test('a claim is lost once a renewal finds that another has the event', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { renewal, one, attempt } = renewing(() => false)
  const lost = renewal.lostOf(one)
  renewal.add(attempt)
  assert.deepEqual([lost.aborted, renewal.isLost(one)], [false, false])
  t.mock.timers.tick(LEASE_MS / 3)
  await turn()
  assert.deepEqual([lost.aborted, renewal.isLost(one)], [true, true])
  assert.match(String(lost.reason), /the lease ended, and another took the event/)
})

test('a claim is not lost where its event was settled while the renewal was under way', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const { renewal, one, held, attempt } = renewing(() => promise)
  renewal.add(attempt)
  t.mock.timers.tick(LEASE_MS / 3)
  held.delete('a')
  resolve(false)
  await turn()
  assert.deepEqual([renewal.lostOf(one).aborted, renewal.isLost(one)], [false, false])
})
