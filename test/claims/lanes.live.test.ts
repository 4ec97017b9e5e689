// `orderBy` with two hosts that share a store of claims: never two events of one object at a time.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { ceph as own } from '../../lib/kit/ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { startHost } from '../host-process.ts'
import { ask } from '../http-client.ts'
import { post } from '../kit/own-functions.ts'
import { ownModules } from '../own-modules.ts'
import { startRedis } from '../services/redis.ts'
import { sharedStores } from './shared-stores.ts'

/** Notes when it begins and ends. The object `stuck` waits for the abort, or the end of the process. */
const HANDLER = `import { appendFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ceph, type CephContext } from 'tidings'

const note = (...words: unknown[]) => appendFileSync(join(import.meta.dirname, 'notes.txt'), words.join(' ') + '\\n')

export const handler = ceph({ name: 'lanes', orderBy: 'key', concurrency: 4 }).on('*', async ({ event, record: { key }, late, signal, log }: CephContext) => {
  const order = event.sequence?.slice(6, 8)
  note(key, order, 'begins', process.pid, late)
  log.info('begins', { late })
  if (key === 'stuck' && order === '00') await once(signal, 'abort')
  if (signal.aborted) log.info('stops', { reason: signal.reason.message })
  signal.throwIfAborted()
  await delay(5)
  note(key, order, 'ends', process.pid)
})
`

/** The event of an object at a time. RGW prints the bytes of its sequencer in little-endian order. */
const bodyAt = (key: string, at: number): string => {
  const record = wireRecord(key)
  const sequencer = `${at.toString(16).padStart(2, '0')}FC016B388E5E20`.toUpperCase()
  const numbered = {
    ...record,
    eventId: `${key}.${at}`,
    s3: { ...record.s3, object: { ...record.s3.object, sequencer } },
  }
  return notification(numbered)
}

const twoHosts = async (t: TestContext, store: Record<string, string>) => {
  const { 'lanes.ts': FUNCTION = '' } = ownModules(t, { 'lanes.ts': HANDLER })
  const environment = {
    FUNCTION,
    ...store,
    ALLOW_ANONYMOUS: 'true',
    CLAIMS_LEASE_MS: '1000',
    CLAIMS_TIMEOUT_MS: '20000',
  }
  const hosts = await Promise.all([startHost(environment), startHost(environment)])
  t.after(() => {
    for (const { process: child } of hosts) child.kill('SIGKILL')
  })
  const notes = () => {
    const lines = readFileSync(join(dirname(FUNCTION), 'notes.txt'), 'utf8')
      .trimEnd()
      .split('\n')
    return lines.map((line) => line.split(' '))
  }
  /** As a gateway does: again until it is acknowledged. */
  const deliver = async (port: number, body: string): Promise<void> => {
    while ((await ask({ port, body })).status !== 204) await delay(20)
  }
  return { hosts, notes, deliver }
}

const KEYS = ['cat', 'dog']
const EVENTS = 15

for (const [name, open] of Object.entries(sharedStores)) {
  test(`${name} two hosts that get events of the same objects at once handle one of an object at a time, and tell which is late`, async (t) => {
    const { hosts, notes, deliver } = await twoHosts(t, await open(t))
    await Promise.all(
      hosts.flatMap(({ port }, host) =>
        KEYS.map(async (key) => {
          for (let at = host; at < 2 * EVENTS; at += 2) await deliver(port, bodyAt(key, at))
        }),
      ),
    )
    for (const key of KEYS) {
      const ofKey = notes().filter(([of]) => of === key)
      assert.equal(ofKey.length, 4 * EVENTS)
      let last = ''
      for (let at = 0; at < ofKey.length; at += 2) {
        const [, order = '', begins, by, late] = ofKey[at] ?? []
        assert.deepEqual([begins, late], ['begins', String(order < last)])
        assert.deepEqual(ofKey[at + 1], [key, order, 'ends', by])
        if (order > last) last = order
      }
      assert.equal(new Set(ofKey.map(([, , , by]) => by)).size, 2)
    }
  })

  test(`${name} the lane of a host that was killed goes on in the other one once its lease has ended`, async (t) => {
    const { hosts, notes, deliver } = await twoHosts(t, await open(t))
    const [first, second] = hosts
    const lost = ask({ port: first.port, body: bodyAt('stuck', 0) }).catch(() => undefined)
    await first.untilLogged(({ message }) => message === 'begins')
    const next = deliver(second.port, bodyAt('stuck', 1))
    first.process.kill('SIGKILL')
    await Promise.all([lost, next])
    const sequences = notes().map(([, order, what, , late = '']) => `${order} ${what} ${late}`)
    assert.deepEqual(sequences, ['00 begins false', '01 begins false', '01 ends '])
  })
}

test('redis: a host that stopped for longer than its lease is told that another has the lane', async (t) => {
  const { hosts, deliver } = await twoHosts(t, (await sharedStores['redis:']?.(t)) ?? {})
  const [first, second] = hosts
  const one = ask({ port: first.port, body: bodyAt('stuck', 0) })
  await first.untilLogged(({ message }) => message === 'begins')
  first.process.kill('SIGSTOP')
  await deliver(second.port, bodyAt('stuck', 1))
  first.process.kill('SIGCONT')
  const { reason } = await first.untilLogged(({ message }) => message === 'stops')
  assert.equal(reason, 'the lease ended, and another took the event')
  assert.equal((await one).status, 503)
})

test('an event that waits for its lane in another process holds up no event of another lane', async (t) => {
  const redis = await startRedis()
  t.after(() => redis.stop())
  const { promise: begun, resolve: begins } = Promise.withResolvers<void>()
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  const { promise: othersAreDone, resolve: othersDone } = Promise.withResolvers<void>()
  const environment = { ALLOW_ANONYMOUS: 'true', CLAIMS_URL: redis.url, CLAIMS_TIMEOUT_MS: '20000' }
  const functionOf = (handle: (key: string) => Promise<void>) =>
    own({ name: 'lanes', config: readConfig(environment), orderBy: 'key' }).on('*', ({ record: { key } }) =>
      handle(key),
    )
  const busy = functionOf(async () => {
    begins()
    await mayEnd
  })
  const seen: string[] = []
  const other = functionOf(async (key) => {
    if (seen.push(key) === 2) othersDone()
  })
  const first = post(busy, bodyAt('stuck', 1))
  await begun
  const records = [bodyAt('stuck', 2), bodyAt('a', 3), bodyAt('b', 4)].flatMap((body) => JSON.parse(body).Records)
  const second = post(other, JSON.stringify({ Records: records }))
  await othersAreDone
  end()
  assert.deepEqual([(await first).statusCode, (await second).statusCode], [204, 204])
  assert.deepEqual([seen.slice(0, 2).sort(), seen[2]], [['a', 'b'], 'stuck'])
})
