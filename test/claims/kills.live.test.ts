// Two hosts with one store of claims. They are killed again and again while notifications come, some of them twice.
// `CLAIMS_NOTIFICATIONS=20000` is the long run.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { type HostProcess, startHost } from '../host-process.ts'
import { ask } from '../http-client.ts'
import { ownModules } from '../own-modules.ts'
import { ceph } from '../services/live.ts'
import { freePorts } from '../services/ports.ts'
import { startRedis } from '../services/redis.ts'

const NOTIFICATIONS = Number(process.env.CLAIMS_NOTIFICATIONS ?? 400)
const KILLS = process.env.CLAIMS_NOTIFICATIONS ? 50 : 10
const HOSTS = process.env.CLAIMS_NOTIFICATIONS ? 3 : 2
const SENDERS = 12

/** Notes each effect in a file, and writes it to a database where its fencing number is the highest so far. */
const HANDLER = `import { appendFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { ceph, Retry, type CephContext } from 'tidings'

const database = new DatabaseSync(join(import.meta.dirname, 'effects.db'), { timeout: 10_000 })
const write = database.prepare(
  'INSERT INTO effects VALUES (:key, :fence) ON CONFLICT (key) DO UPDATE SET fence = :fence WHERE :fence > effects.fence',
)

export const handler = ceph({ name: 'kills', concurrency: 4 }).on('*', async ({ record: { key }, fence }: CephContext) => {
  if (fence === undefined) throw new Retry()
  await delay(5)
  appendFileSync(join(import.meta.dirname, 'effects.txt'), key + ' ' + fence + '\\n')
  write.run({ key, fence })
  await delay(5)
})
`

const stores: Readonly<Record<string, (t: TestContext) => Promise<Record<string, string>>>> = {
  'redis:': async (t) => {
    const redis = await startRedis()
    t.after(() => redis.stop())
    return { CLAIMS_URL: redis.url }
  },
  's3:': async () => {
    const { endpoint, accessKey, secretKey } = ceph()
    return {
      CLAIMS_URL: `s3://kills-${randomUUID()}/claims`,
      ...{ RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY: accessKey, RGW_SECRET_KEY: secretKey },
    }
  },
}

for (const [name, open] of Object.entries(stores)) {
  test(`${name} ${NOTIFICATIONS} notifications to ${HOSTS} hosts that are killed ${KILLS} times`, async (t) => {
    const { 'kills.ts': FUNCTION = '' } = ownModules(t, { 'kills.ts': HANDLER })
    const folder = dirname(FUNCTION)
    const database = new DatabaseSync(join(folder, 'effects.db'))
    t.after(() => database.close())
    database.exec('PRAGMA journal_mode = WAL; CREATE TABLE effects (key TEXT PRIMARY KEY, fence INTEGER NOT NULL)')
    const environment = {
      ...(await open(t)),
      ...{ FUNCTION, ALLOW_ANONYMOUS: 'true', CLAIMS_LEASE_MS: '1000', CLAIMS_TIMEOUT_MS: '20000', LOG_LEVEL: 'info' },
    }
    const ports = await freePorts(HOSTS)
    const start = (port: number) => startHost({ ...environment, PORT: String(port) })
    const hosts: HostProcess[] = await Promise.all(ports.map(start))
    const ends = hosts.map(({ process: child }) => once(child, 'exit').then(() => undefined))
    t.after(() => {
      for (const { process: child } of hosts) child.kill('SIGKILL')
    })

    /** What each host has and has not answered yet. */
    const inHand = ports.map(() => new Set<string>())
    const inHandAtKill = new Set<string>()
    let answered = 0

    const deliver = async (key: string): Promise<void> => {
      for (;;) {
        const at = Math.floor(Math.random() * HOSTS)
        inHand[at]?.add(key)
        const body = notification(wireRecord(key))
        // A killed host answers nothing, or the half of an answer.
        const reply = await Promise.race([ask({ port: ports[at] ?? 0, body }).catch(() => undefined), ends[at]])
        inHand[at]?.delete(key)
        if (reply?.status === 204) break
        await delay(20)
      }
      answered += 1
    }

    const keys = Array.from({ length: NOTIFICATIONS }, (_, index) => `photo-${index}`)
    // Every fourth comes twice, a little later or at once.
    const deliveries = keys.flatMap((key, index) => (index % 4 === 0 ? [key, key] : [key]))
    const queue = deliveries.values()
    const sending = Promise.all(
      Array.from({ length: SENDERS }, async () => {
        for (const key of queue) await deliver(key)
      }),
    )

    for (let kill = 1; kill <= KILLS; kill++) {
      while (answered < (deliveries.length * kill) / (KILLS + 1)) await delay(5)
      const at = kill % HOSTS
      for (const key of inHand[at] ?? []) inHandAtKill.add(key)
      const { process: child } = hosts[at] ?? assert.fail()
      child.kill('SIGKILL')
      await ends[at]
      const host = await start(ports[at] ?? 0)
      ends[at] = once(host.process, 'exit').then(() => undefined)
      hosts[at] = host
    }
    await sending

    const effects = readFileSync(join(folder, 'effects.txt'), 'utf8').trimEnd().split('\n')
    const fences = Map.groupBy(
      effects.map((line) => line.split(' ')),
      ([key = '']) => key,
    )
    assert.deepEqual(
      keys.filter((key) => !fences.has(key)),
      [],
      'lost',
    )
    const twice = [...fences].filter(([, runs]) => runs.length > 1)
    t.diagnostic(
      `${name} ${effects.length} effects of ${keys.length}, ${twice.length} twice, ${inHandAtKill.size} in hand at a kill`,
    )
    assert.deepEqual(
      twice.filter(([key]) => !inHandAtKill.has(key)),
      [],
      'twice, and in no hand at a kill',
    )
    const rows = database.prepare('SELECT key, fence FROM effects').all()
    assert.equal(rows.length, keys.length)
    for (const [key, runs] of twice) {
      const numbers = runs.map(([, fence]) => Number(fence))
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
        key,
      )
      assert.equal(new Set(numbers).size, numbers.length, key)
      assert.equal(rows.find((row) => row.key === key)?.fence, numbers.at(-1), key)
    }
  })
}
