import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createMemoryClaims } from '../../lib/claims/memory-claims.ts'
import { createSharedClaims, type Store } from '../../lib/claims/shared-claims.ts'
import { setUpLog } from '../../lib/process/log.ts'
import { createRedact } from '../../lib/process/secrets.ts'
import { heldOf } from './contract.ts'

const options = { name: 'photos', leaseMs: 30_000, timeoutMs: 10_000, whenAway: 'retry' } as const

/** A store in this process. */
const storeOf = (memory = createMemoryClaims(100)): Store => ({
  claim: async (key) => memory.claim(key),
  mark: async (held, as) => memory.mark(held, as),
})

/** A store that never answers, for a fault that no store has on demand. */
const silent: Store = { claim: () => new Promise(() => {}), mark: () => new Promise(() => {}) }

test('the store is opened with the first event, and asked for what the process does not know', async () => {
  let opened = 0
  let asked = 0
  const store = storeOf()
  const claims = createSharedClaims(async () => {
    opened += 1
    const claim: Store['claim'] = (key) => {
      asked += 1
      return store.claim(key)
    }
    return { ...store, claim }
  }, options)
  assert.equal(opened, 0)
  assert.equal(await claims.mark(heldOf(await claims.claim('1')), 'done'), true)
  assert.deepEqual([await claims.claim('1'), opened, asked], ['done', 1, 1])
})

test('functions of different names have claims of their own', async () => {
  const store = storeOf()
  const [photos, videos] = ['photos', 'videos'].map((name) =>
    createSharedClaims(async () => store, { ...options, name }),
  )
  assert.ok(photos && videos)
  await photos.mark(heldOf(await photos.claim('1')), 'done')
  assert.ok(heldOf(await videos.claim('1')))
})

test('a call that is not answered ends in time, and for a second the store is not asked again', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  const claims = createSharedClaims(async () => silent, { ...options, whenAway: 'process' })
  const first = claims.claim('1')
  t.mock.timers.tick(10_000)
  assert.equal(heldOf(await first).fence, undefined)
  assert.equal(heldOf(await claims.claim('2')).fence, undefined)
})

test('a store that could not be opened is opened again', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] })
  let isDown = true
  const claims = createSharedClaims(async () => {
    if (isDown) throw new Error('down')
    return storeOf()
  }, options)
  const refused = await claims.claim('1')
  assert.ok(typeof refused === 'object' && 'error' in refused)
  isDown = false
  t.mock.timers.tick(1001)
  assert.ok(heldOf(await claims.claim('1')).fence !== undefined)
})

test('the log tells of each claim whose it was, by the id of the event', async () => {
  const lines: string[] = []
  setUpLog({ level: 'debug', redact: createRedact([]), stream: { write: (line) => lines.push(line) } })
  const claims = createSharedClaims(async () => storeOf(), options)
  const key = 'rgw\0photo'
  const first = heldOf(await claims.claim(key))
  await claims.mark(first, 'held')
  await claims.mark(first, 'free')
  const second = heldOf(await claims.claim(key))
  await claims.mark(second, 'done')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ message, event, fence }) => ({ message, event, fence })),
    [
      { message: 'claimed', event: 'photo', fence: first.fence },
      { message: 'claim given back', event: 'photo', fence: first.fence },
      { message: 'claimed', event: 'photo', fence: second.fence },
      { message: 'claim done', event: 'photo', fence: second.fence },
    ],
  )
})

test('an event that the store gave too late is free again', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  const memory = createMemoryClaims(100)
  const answer = Promise.withResolvers<void>()
  const freed = Promise.withResolvers<void>()
  const slow: Store = {
    claim: async (key) => {
      await answer.promise
      return memory.claim(key)
    },
    mark: async (held, as) => {
      const marked = memory.mark(held, as)
      freed.resolve()
      return marked
    },
  }
  const [late, next] = [slow, storeOf(memory)].map((store) => createSharedClaims(async () => store, options))
  const claimed = late?.claim('1')
  t.mock.timers.tick(10_000)
  assert.ok('error' in Object(await claimed))
  answer.resolve()
  await freed.promise
  assert.ok(next && heldOf(await next.claim('1')))
})

test('what was done while the store was away is told to it afterwards, with and without a claim', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  const memory = createMemoryClaims(100)
  let isDown = false
  const told = Promise.withResolvers<void>()
  let marks = 0
  const store: Store = {
    claim: async (key) => {
      if (isDown) throw new Error('down')
      return memory.claim(key)
    },
    mark: async (held, as) => {
      if (isDown) throw new Error('down')
      if (++marks === 2) told.resolve()
      return memory.mark(held, as)
    },
  }
  const [one, other] = ['process', 'retry'].map((whenAway) =>
    createSharedClaims(async () => store, { ...options, whenAway: whenAway === 'process' ? 'process' : 'retry' }),
  )
  assert.ok(one && other)
  const inHand = heldOf(await one.claim('in hand'))
  isDown = true
  assert.equal(await one.mark(inHand, 'done'), undefined)
  const unclaimed = heldOf(await one.claim('unclaimed'))
  assert.equal(await one.mark(unclaimed, 'done'), undefined)
  isDown = false
  t.mock.timers.tick(2000)
  await told.promise
  assert.deepEqual([await other.claim('in hand'), await other.claim('unclaimed')], ['done', 'done'])
})

test('a mark that fails is told again before the lease ends, also behind one that goes on failing', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  const memory = createMemoryClaims(100, 1000)
  let failing = ''
  let fails = 0
  const store: Store = {
    claim: async (key) => memory.claim(key),
    mark: async (held, as) => {
      if (held.key === failing || fails-- > 0) throw new Error('busy')
      return memory.mark(held, as)
    },
  }
  const [one, other] = [1, 2].map(() => createSharedClaims(async () => store, { ...options, leaseMs: 1000 }))
  assert.ok(one && other)
  const [stuck, late] = [heldOf(await one.claim('stuck')), heldOf(await one.claim('late'))]
  failing = stuck.key
  assert.equal(await one.mark(stuck, 'done'), undefined)
  fails = 1
  assert.equal(await one.mark(late, 'done'), undefined)
  for (let waitedMs = 0; waitedMs < 900; waitedMs += 50) {
    t.mock.timers.tick(50)
    await setImmediate()
  }
  assert.equal(await other.claim('late'), 'done')
})

test('claims that are closed close the store, and tell it nothing more', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  let asked = 0
  let closed = 0
  const store: Store = {
    claim: async () => {
      asked += 1
      throw new Error('down')
    },
    mark: async () => assert.fail(),
    close: async () => {
      closed += 1
      throw new Error('gone')
    },
  }
  const claims = createSharedClaims(async () => store, { ...options, whenAway: 'process' })
  const unclaimed = heldOf(await claims.claim('1'))
  await claims.mark(unclaimed, 'done')
  await claims.close()
  for (let second = 0; second < 3; second++) {
    t.mock.timers.tick(1001)
    await setImmediate()
  }
  assert.equal(heldOf(await claims.claim('2')).fence, undefined)
  assert.deepEqual([asked, closed], [1, 1])
})
