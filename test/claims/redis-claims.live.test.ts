import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { openRedisClaims } from '../../lib/claims/redis-claims.ts'
import { createSharedClaims } from '../../lib/claims/shared-claims.ts'
import type { Claims } from '../../lib/core/claims.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { startHost } from '../host-process.ts'
import { ask } from '../http-client.ts'
import { freePorts } from '../services/ports.ts'
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

test('a claim outlives CLAIMS_TTL where the lease is longer', async () => {
  const limits = { leaseMs: 60_000, ttlMs: 1, timeoutMs: 20_000 }
  const url = new URL(redis.url)
  const [one, other] = await Promise.all([1, 2].map(() => openRedisClaims({ url }, limits, () => {})))
  assert.ok(one && other)
  const held = heldOf(await one.claim('longer'))
  await delay(20)
  assert.ok('heldUntil' in Object(await other.claim('longer')))
  assert.equal(await one.mark(held, 'done'), true)
  await Promise.all([one.close?.(), other.close?.()])
})

test('a key that holds something else is an error that names it, is left as it is, and disturbs no other claim', async (t) => {
  const judge = new Redis(redis.url)
  t.after(() => judge.disconnect())
  const claims = openRedis(60_000, 'process')
  const limits = { leaseMs: 60_000, ttlMs: 60_000, timeoutMs: 20_000 }
  const store = await openRedisClaims({ url: new URL(redis.url) }, limits, () => {})
  t.after(() => store.close?.())
  const foreign: readonly ((key: string) => Promise<unknown>)[] = [
    (key) => judge.set(key, 'a text'),
    (key) => judge.hset(key, { other: 'x' }),
    (key) => judge.hset(key, { s: 'gone', f: '1', u: '1', t: '[]' }),
    (key) => judge.hset(key, { s: 'held', f: 'one', u: '1' }),
    (key) => judge.hset(key, { s: 'held', f: '1' }),
    (key) => judge.hset(key, { s: 'free', f: '1', u: '1', t: 'a.jpg' }),
  ]
  for (const [index, put] of foreign.entries()) {
    const id = `foreign-${index}`
    const key = `tidings:claim:${createHash('sha256').update(`photos\0${id}`).digest('hex')}`
    await put(key)
    const before = await judge.dump(key)
    const refused = await claims.claim(id)
    assert.ok(typeof refused === 'object' && 'error' in refused, id)
    assert.equal(refused.error.code, 'sink_unavailable')
    assert.equal(
      refused.error.message,
      `the key ${key} in the Redis of CLAIMS_URL holds something that is not a claim: remove it, or use another database`,
    )
    const stored = { key: key.slice('tidings:claim:'.length), fence: 1, taken: [] }
    if (index < 2) assert.equal(await store.mark(stored, 'done'), false)
    assert.equal(await judge.dump(key), before)
    assert.equal(typeof heldOf(await claims.claim(`beside-${index}`)).fence, 'number')
    await judge.del(key)
    assert.ok(isHeld(await claims.claim(id)))
  }
})

test('over TLS, the server needs a certificate of an authority that is trusted', async () => {
  const limits = { leaseMs: 60_000, ttlMs: 60_000, timeoutMs: 20_000 }
  const url = new URL(redis.tls.url)
  const store = await openRedisClaims({ url, ca: redis.tls.ca }, limits, () => {})
  const held = heldOf(await store.claim('over TLS'))
  assert.deepEqual([await store.mark(held, 'done'), await store.claim('over TLS')], [true, 'done'])
  await assert.rejects(openRedisClaims({ url }, limits, () => {}))
})

test('a Redis that cannot be reached leaves nothing that keeps the process alive', async () => {
  const [port = 0] = await freePorts(1)
  const limits = { leaseMs: 60_000, ttlMs: 60_000, timeoutMs: 20_000 }
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const before = timers()
  await assert.rejects(openRedisClaims({ url: new URL(`redis://127.0.0.1:${port}`) }, limits, () => {}))
  assert.equal(timers(), before)
})

test('a host that ends closes its connection', async (t) => {
  const host = await startHost({ FUNCTION: 'ceph-notifications', ALLOW_ANONYMOUS: 'true', CLAIMS_URL: redis.url })
  t.after(() => host.process.kill('SIGKILL'))
  const watcher = new Redis(redis.url)
  t.after(() => watcher.disconnect())
  const watched = await watcher.monitor()
  const commands: string[] = []
  watched.on('monitor', (_time: string, [command = '']: string[]) => commands.push(command.toLowerCase()))
  t.after(() => watched.disconnect())
  assert.equal((await ask({ port: host.port, body: notification(wireRecord('photo')) })).status, 204)
  assert.equal(await host.stop(), 0)
  await watcher.ping()
  while (!commands.includes('ping')) await delay(10)
  assert.ok(commands.includes('quit'), commands.join(' '))
})
