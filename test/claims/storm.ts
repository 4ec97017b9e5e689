// Hosts and relays that share claims and are killed again and again, while notifications come to all of them, some several times.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { spawnTidings } from '../cli/spawned.ts'
import { openRig } from '../relay/rig.ts'
import { createStubbornPublisher } from '../relay/stubborn-publisher.ts'
import type { RabbitMQ } from '../services/rabbitmq.ts'
import { checkHistory, type Death, type Entry } from './history.ts'
import { startBalancer } from './storm-balancer.ts'
import { QUEUES, startFleet } from './storm-fleet.ts'
import { gustsOf } from './storm-traffic.ts'

const isLong = process.env.CLAIMS_NOTIFICATIONS !== undefined
const NOTIFICATIONS = Number(process.env.CLAIMS_NOTIFICATIONS ?? 200)
const KILLS = isLong ? 50 : 4
/** Of the store. */
const RESTARTS = isLong ? 5 : 1
/** Of each kind. */
const PROCESSES = isLong ? 3 : 2
export const NAME = `${NOTIFICATIONS} notifications to ${PROCESSES} hosts and ${PROCESSES} relays that are killed ${KILLS} times`
const LEASE_MS = 3000
const BATCH = 8
const SENDERS = 12
/** A relay has two batches of each queue in hand, and a host what the senders and the balancer sent it. */
const IN_HAND = Math.max(4 * BATCH, 2 * SENDERS)

/** A storm over claims that all processes share. */
export const testStorm = (broker: RabbitMQ, store: string, open: (t: TestContext) => Promise<Weather>): void => {
  test(`${store} ${NAME}`, async (t) => {
    const weather = await open(t)
    const { entries, deaths, sent, rows, redriven, answersLost } = await rage(t, broker, weather)
    const { faults, twice, inHand } = checkHistory({ entries, deaths, sent, leaseMs: LEASE_MS / 2 })
    const counts = { claims: entries.filter(({ what }) => what === 'claimed').length, twice: twice.length }
    t.diagnostic(
      JSON.stringify({
        ...counts,
        sent: sent.length,
        inHand: inHand.size,
        deaths: deaths.length,
        redriven,
        answersLost,
      }),
    )
    assert.deepEqual(faults, [])
    const killed = deaths.reduce((sum, { by }) => sum + (by === 'all' ? 2 * PROCESSES : 1), 0)
    assert.ok(inHand.size <= IN_HAND * killed, `${inHand.size} in the hands of ${killed}`)
    const highest = new Map<string, number>()
    for (const { what, event, fence } of entries)
      if (what === 'effect') highest.set(event, Math.max(fence, highest.get(event) ?? 0))
    assert.deepEqual(new Map([...rows].toSorted()), new Map([...highest].toSorted()))
    const { fenceOf } = weather
    if (fenceOf) for (const id of sent) assert.equal(await fenceOf(id), highest.get(id), id)
  })
}

export type Weather = {
  /** Where the claims are. */
  readonly environment: Readonly<Record<string, string>>
  /** Has a gateway notify the fleet of what is stored in it. Absent: the notifications of Ceph are sent to the hosts as they are. */
  notify?(broker: RabbitMQ, pushEndpoint: string): Promise<Gateway>
  /** Kills the store and starts it again. Resolves to the time of its death. */
  restart?(): Promise<number>
  /** The number beside the effect of an event that the function keeps in the gateway. */
  fenceOf?(id: string): Promise<number>
}

export type Gateway = {
  /** Stores an object with this key. */
  store(key: string): Promise<unknown>
}

export type Aftermath = {
  readonly entries: readonly Entry[]
  readonly deaths: readonly Death[]
  /** Ids of the events. */
  readonly sent: readonly string[]
  /** The highest fencing number of each event in the database. */
  readonly rows: ReadonlyMap<string, number>
  /** Answers of hosts that did not reach the gateway, so that it sent the notification again. */
  readonly answersLost: number
  /** Messages that three killed relays in a row had in hand, which were put back. */
  readonly redriven: number
}

/** The subject of an event of Ceph is the key of its object. */
type Effect = Entry & { readonly subject?: string }

/** Resolves once all is handled, and all processes have ended. */
export const rage = async (t: TestContext, broker: RabbitMQ, weather: Weather): Promise<Aftermath> => {
  const { environment, restart, notify } = weather
  const folder = mkdtempSync(join(tmpdir(), 'storm-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const pause = (ms: number) => delay(ms, undefined, { signal: t.signal })
  const database = new DatabaseSync(join(folder, 'effects.db'))
  t.after(() => database.close())
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE effects (id TEXT PRIMARY KEY, fence INTEGER NOT NULL)')
  const counting = database.prepare('SELECT count(*) AS count FROM effects')
  const untilHandled = async (count: number): Promise<void> => {
    while (Number(counting.get()?.count) < count) await pause(10)
  }

  const gusts = gustsOf(NOTIFICATIONS, KILLS + 1, notify !== undefined)
  const rig = await openRig(broker.url)
  t.after(() => rig.close())
  for (const exchange of new Set(gusts.flatMap(({ queued }) => queued.map((one) => one.exchange))))
    await rig.channel.assertExchange(exchange, 'topic', { durable: true })
  await rig.channel.assertExchange(QUEUES.ceph, 'topic', { durable: true })
  const publisher = createStubbornPublisher(broker.url)
  t.after(() => publisher.close())

  const variables = { CLAIMS_LEASE_MS: String(LEASE_MS), CLAIMS_TIMEOUT_MS: '10000', CLAIMS_WHEN_AWAY: 'retry' }
  const fleet = await startFleet(t, {
    ...{ processes: PROCESSES, batch: BATCH, amqpUrl: broker.url, withGateway: notify !== undefined },
    environment: { STORM_FOLDER: folder, ...variables, ...environment },
  })
  const balancer = await startBalancer(fleet.post, SENDERS)
  t.after(balancer.close)
  const gateway = await notify?.(broker, balancer.url)
  const deaths: Death[] = []

  const forAll = <Item>(items: readonly Item[], send: (item: Item) => Promise<unknown>): Promise<unknown> => {
    const queue = items.values()
    const inTurn = async () => {
      for (const item of queue) await send(item)
    }
    return Promise.all(Array.from({ length: SENDERS }, inTurn))
  }
  const store = async (key: string) => gateway?.store(key)

  const restarts = new Set(
    Array.from({ length: RESTARTS }, (_, index) => Math.round((KILLS * (index + 1)) / (RESTARTS + 1))),
  )
  const posting: Promise<unknown>[] = []
  let handled = 0
  for (const [round, { count, queued, posted, photos }] of gusts.entries()) {
    posting.push(publisher.publish(queued), forAll(posted, fleet.postUntilHandled), forAll(photos, store))
    await untilHandled(handled + count / 2)
    if (round < KILLS) deaths.push(await fleet.killNext())
    if (restart && restarts.has(round)) deaths.push({ at: await restart(), by: 'all' })
    handled = Number(counting.get()?.count)
  }
  await Promise.all(posting)
  let redriven = 0
  const untilEmpty = async () => {
    for (let left = await queues(broker); left.size > 0; left = await queues(broker)) {
      if ([...left].every((name) => name.endsWith(LETTERS)))
        for (const name of left) redriven += await redrive(broker, name)
      else await pause(500)
    }
  }
  const total = gusts.reduce((sum, { count }) => sum + count, 0)
  // The gateway may have notified of some only later.
  do await untilEmpty()
  while (Number(counting.get()?.count) < total)
  await balancer.idle()
  const claims = await fleet.stop()
  for (const name of (await broker.ctl('list_queues', 'name')).trim().split('\n'))
    if (name.startsWith('storm')) await rig.channel.deleteQueue(name)

  const lines = readFileSync(join(folder, 'effects.jsonl'), 'utf8').trimEnd().split('\n')
  const effects = lines.map((line) => JSON.parse(line) as Effect) // As the function writes them.
  const bySubject = Map.groupBy(effects, ({ subject }) => subject)
  const idsOf = (photo: string) => [...new Set(bySubject.get(photo)?.map(({ event }) => event) ?? [photo])]
  return {
    entries: [...claims, ...effects],
    sent: gusts.flatMap(({ ids, photos }) => [...ids, ...photos.flatMap(idsOf)]),
    ...{ deaths, redriven, answersLost: balancer.answersLost() },
    rows: new Map(
      database
        .prepare('SELECT id, fence FROM effects')
        .all()
        .map(({ id, fence }) => [String(id), Number(fence)]),
    ),
  }
}

/** The queues that hold messages, or whose messages somebody has in hand. */
const queues = async (broker: RabbitMQ): Promise<ReadonlySet<string>> => {
  const rows = (await broker.ctl('list_queues', 'name', 'messages')).trim().split('\n')
  return new Set(
    rows
      .map((row) => row.split('\t'))
      .flatMap(([name = '', messages]) => (name.startsWith('storm') && messages !== '0' ? [name] : [])),
  )
}

const LETTERS = '.dead-letters'

const redrive = async ({ url: AMQP_URL }: RabbitMQ, letters: string): Promise<number> => {
  const args = ['dead-letters', 'redrive', '--all', '--queue', letters.slice(0, -LETTERS.length), '--json']
  const { code, stdout, stderr } = await spawnTidings(args, { env: { AMQP_URL } })
  assert.equal(code, 0, stderr)
  return (JSON.parse(stdout) as { redriven: unknown[] }).redriven.length // As the command prints it.
}
