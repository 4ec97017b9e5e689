import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openRedisClaims } from '../../lib/claims/redis-claims.ts'
import { createSharedClaims } from '../../lib/claims/shared-claims.ts'
import type { Claims } from '../../lib/core/claims.ts'
import { type RedisServer, startRedis } from '../services/redis.ts'
import { heldOf, isHeld, testClaims } from './contract.ts'

let redis: RedisServer
before(async () => {
  redis = await startRedis()
})
after(() => redis.stop())

const openRedis = (leaseMs: number, whenAway: 'process' | 'retry' = 'retry', timeoutMs = 20_000): Claims =>
  createSharedClaims(
    (lost) => openRedisClaims({ url: new URL(redis.url) }, { leaseMs, ttlMs: 60_000, timeoutMs }, lost),
    {
      ...{ name: 'photos', leaseMs, timeoutMs, whenAway },
    },
  )

testClaims({
  name: 'redis:',
  leaseMs: 300,
  open: (_t, count, leaseMs) => Array.from({ length: count }, () => openRedis(leaseMs)),
})

test('while Redis is down, events are handled without a claim, or come again, as the settings say; then claims go on', async () => {
  const processing = openRedis(60_000, 'process', 1000)
  const retrying = openRedis(60_000, 'retry', 1000)
  const done = heldOf(await processing.claim('before'))
  assert.equal(await processing.mark(done, 'done'), true)
  await redis.kill()
  assert.equal(heldOf(await processing.claim('meanwhile')).fence, undefined)
  assert.equal(await processing.claim('before'), 'done')
  const refused = await retrying.claim('meanwhile')
  assert.ok(typeof refused === 'object' && 'error' in refused)
  assert.match(String(refused.error), /the store of CLAIMS_URL does not answer/)
  await redis.start()
  for (;;) {
    const claimed = await retrying.claim('afterwards')
    if (isHeld(claimed)) break
    assert.ok(typeof claimed === 'object' && 'error' in claimed)
    await delay(100)
  }
  assert.equal(await retrying.claim('before'), 'done')
})

test('over TLS, the server needs a certificate of an authority that is trusted', async () => {
  const limits = { leaseMs: 60_000, ttlMs: 60_000, timeoutMs: 20_000 }
  const url = new URL(redis.tls.url)
  const store = await openRedisClaims({ url, ca: redis.tls.ca }, limits, () => {})
  const held = heldOf(await store.claim('over TLS'))
  assert.deepEqual([await store.mark(held, 'done'), await store.claim('over TLS')], [true, 'done'])
  await assert.rejects(openRedisClaims({ url }, limits, () => {}))
})
