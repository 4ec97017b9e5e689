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
import { startFleet } from './storm-fleet.ts'
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
/** A relay has two batches in hand, and a host what the senders sent it. */
const IN_HAND = Math.max(2 * BATCH, SENDERS)

/** A storm over claims that all processes share. */
export const testStorm = (broker: RabbitMQ, store: string, open: (t: TestContext) => Promise<Weather>): void => {
  test(`${store} ${NAME}`, async (t) => {
    const weather = await open(t)
    const { entries, deaths, sent, rows, redriven } = await rage(t, broker, weather)
    const { faults, twice, inHand } = checkHistory({ entries, deaths, sent, leaseMs: LEASE_MS / 2 })
    const counts = { claims: entries.filter(({ what }) => what === 'claimed').length, twice: twice.length }
    t.diagnostic(JSON.stringify({ ...counts, inHand: inHand.size, deaths: deaths.length, redriven }))
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
  /** Kills the store and starts it again. Resolves to the time of its death. */
  restart?(): Promise<number>
  /** The number beside the effect of an event that the function keeps in the gateway. */
  fenceOf?(id: string): Promise<number>
}

export type Aftermath = {
  readonly entries: readonly Entry[]
  readonly deaths: readonly Death[]
  /** Ids of the events. */
  readonly sent: readonly string[]
  /** What was written with the fencing number. */
  readonly rows: ReadonlyMap<string, number>
  /** Messages that three killed relays in a row had in hand, which were put back. */
  readonly redriven: number
}

/** Resolves once all is handled, and all processes have ended. */
export const rage = async (t: TestContext, broker: RabbitMQ, { environment, restart }: Weather): Promise<Aftermath> => {
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

  const gusts = gustsOf(NOTIFICATIONS, KILLS + 1)
  const rig = await openRig(broker.url)
  t.after(() => rig.close())
  for (const exchange of new Set(gusts.flatMap(({ queued }) => queued.map((one) => one.exchange))))
    await rig.channel.assertExchange(exchange, 'topic', { durable: true })
  const publisher = createStubbornPublisher(broker.url)
  t.after(() => publisher.close())

  const variables = { CLAIMS_LEASE_MS: String(LEASE_MS), CLAIMS_TIMEOUT_MS: '10000', CLAIMS_WHEN_AWAY: 'retry' }
  const fleet = await startFleet(t, {
    ...{ processes: PROCESSES, batch: BATCH, amqpUrl: broker.url },
    environment: { STORM_FOLDER: folder, ...variables, ...environment },
  })
  const deaths: Death[] = []

  const postAll = (bodies: readonly string[]): Promise<unknown> => {
    const queue = bodies.values()
    const inTurn = async () => {
      for (const body of queue) await fleet.post(body)
    }
    return Promise.all(Array.from({ length: SENDERS }, inTurn))
  }

  const restarts = new Set(
    Array.from({ length: RESTARTS }, (_, index) => Math.round((KILLS * (index + 1)) / (RESTARTS + 1))),
  )
  const posting: Promise<unknown>[] = []
  let handled = 0
  for (const [round, { ids, queued, posted }] of gusts.entries()) {
    posting.push(publisher.publish(queued), postAll(posted))
    await untilHandled(handled + ids.length / 2)
    if (round < KILLS) deaths.push(await fleet.killNext())
    if (restart && restarts.has(round)) deaths.push({ at: await restart(), by: 'all' })
    handled = Number(counting.get()?.count)
  }
  const sent = gusts.flatMap(({ ids }) => ids)
  await Promise.all(posting)
  let redriven = 0
  for (let left = await queues(broker); left.size > 0; left = await queues(broker)) {
    if (left.size === 1 && left.has('storm.dead-letters')) redriven += await redrive(broker)
    else await pause(500)
  }
  await untilHandled(sent.length)
  const claims = await fleet.stop()
  for (const name of (await broker.ctl('list_queues', 'name')).trim().split('\n'))
    if (name.startsWith('storm')) await rig.channel.deleteQueue(name)

  const effects = readFileSync(join(folder, 'effects.jsonl'), 'utf8').trimEnd().split('\n')
  return {
    entries: [...claims, ...effects.map((line) => JSON.parse(line) as Entry)], // As the function writes them.
    ...{ deaths, sent, redriven },
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

const redrive = async ({ url: AMQP_URL }: RabbitMQ): Promise<number> => {
  const args = ['dead-letters', 'redrive', '--all', '--queue', 'storm', '--json']
  const { code, stdout, stderr } = await spawnTidings(args, { env: { AMQP_URL } })
  assert.equal(code, 0, stderr)
  return (JSON.parse(stdout) as { redriven: unknown[] }).redriven.length // As the command prints it.
}
