// Fan-out on real services: a stream of Redis that is slow and killed, an exchange of RabbitMQ, a receiver that fails now and then and
// refuses some, and one that is optional and takes nothing. What each took is counted for every event.
// With CHAOS_MESSAGES set it is the long run, in which RabbitMQ is killed as well.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import amqp from 'amqplib'
import { Redis } from 'ioredis'
import type { CloudEvent } from '../../../lib/core/cloudevent.ts'
import { notification, wireRecord } from '../../ceph/ceph-records.ts'
import { startRelayProcess } from '../../cli/relay-process.ts'
import { startHost } from '../../host-process.ts'
import { ask } from '../../http-client.ts'
import { startReceiver } from '../../receiver.ts'
import { distinctNotifications } from '../../relay/distinct.ts'
import { openRig, until } from '../../relay/rig.ts'
import { createStubbornPublisher } from '../../relay/stubborn-publisher.ts'
import { startRabbitMQ } from '../../services/rabbitmq.ts'
import { startRedis } from '../../services/redis.ts'

const IS_LONG = process.env.CHAOS_MESSAGES !== undefined
const EVENTS = IS_LONG ? 3000 : 300
const KILLS = IS_LONG ? 6 : 2
const SENDERS = 12
/** Published ahead of what the relay has handled. */
const AHEAD = 50
/** One in so many is refused, or fails at its first try. */
const [REFUSED, FAILING] = [20, 9]

const [broker, redis] = await Promise.all([startRabbitMQ(), startRedis()])
const folder = mkdtempSync(join(tmpdir(), 'fan-out-'))
after(async () => {
  await Promise.all([broker.stop(), redis.stop()])
  rmSync(folder, { recursive: true })
})

/** Each event is `by-<way>-<number>`: the key of an object, or the id of a notification. */
const nameOf = ({ id, subject = '' }: { readonly id: string; readonly subject?: string }): string =>
  subject.startsWith('by-') ? subject : id
const nameOfLetter = ({ data }: CloudEvent): string => /by-[a-z]+-\d+/.exec((data as { body: string }).body)?.[0] ?? '' // A letter's.
const numberOf = (name: string): number => Number(/\d+$/.exec(name)?.[0])
const isRefused = (name: string): boolean => numberOf(name) % REFUSED === 7

const openSinks = async (t: TestContext, name: string) => {
  const [receiver, optional] = await Promise.all([startReceiver(), startReceiver()])
  t.after(() => Promise.all([receiver.close(), optional.close()]))
  const failed = new Set<string>()
  receiver.answer = async ({ body }) => {
    const one = nameOf(JSON.parse(body))
    if (isRefused(one)) return { status: 422 }
    if (numberOf(one) % FAILING === 0 && !failed.has(one)) {
      failed.add(one)
      return { status: 503 }
    }
    await delay(numberOf(one) % 5)
    return { status: 204 }
  }
  optional.answer = () => ({ status: 500 })
  const setup = await amqp.connect(broker.url)
  const channel = await setup.createChannel()
  await channel.assertExchange(name, 'topic', { durable: true })
  await channel.assertQueue(`${name}-events`, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await channel.bindQueue(`${name}-events`, name, '#')
  await setup.close()
  const letters = join(folder, `${name}.ndjson`)
  const routes = [
    {
      to: [
        `${redis.url}?stream=${name}`,
        `${broker.url}?exchange=${name}`,
        { url: receiver.url, mode: 'structured', retries: 0 },
        { url: optional.url, required: false, mode: 'structured', retries: 0 },
      ],
    },
  ]
  const inStream = async (): Promise<string[]> => {
    const client = new Redis(redis.url)
    const entries = await client.xrange(name, '-', '+')
    client.disconnect()
    return entries.map(([, [, event = '']]) => nameOf(JSON.parse(event)))
  }
  const inQueue = async (): Promise<string[]> => {
    const rig = await openRig(broker.url)
    const found: string[] = []
    for (;;) {
      const message = await rig.take(`${name}-events`)
      if (message === undefined) break
      const { headers = {} } = message.properties
      found.push(nameOf({ id: headers['cloudEvents:id'], subject: headers['cloudEvents:subject'] }))
    }
    await rig.close()
    return found
  }
  return {
    environment: {
      TIDINGS_CONFIG: JSON.stringify({ routes, deadLetters: pathToFileURL(letters).href }),
      CLAIMS_URL: 'memory:?size=100000',
      SINK_RETRIES: '0',
    },
    where: new URL(receiver.url).origin,
    optional,
    inStream,
    inQueue,
    inReceiver: () => receiver.taken().map(({ body }) => nameOf(JSON.parse(body))),
    letters: (): CloudEvent[] => linesOf(letters).map((line) => JSON.parse(line)),
  }
}

type Sinks = Awaited<ReturnType<typeof openSinks>>

const linesOf = (path: string): string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}

type Took = { readonly lost: readonly string[]; readonly twice: readonly string[] }

const count = (expected: readonly string[], found: readonly string[]): Took => {
  const times = Map.groupBy(found, (name) => name)
  return {
    lost: expected.filter((name) => !times.has(name)),
    twice: [...times].filter(([, { length }]) => length > 1).map(([name]) => name),
  }
}

/** Compares the events that each sink took with those that it was to take. */
const judge = async (t: TestContext, sinks: Sinks, names: readonly string[], inHandAtKill: ReadonlySet<string>) => {
  const taken = names.filter((name) => !isRefused(name))
  const refused = names.filter(isRefused)
  const letters = sinks.letters()
  const counts = {
    stream: count(names, await sinks.inStream()),
    queue: count(names, await sinks.inQueue()),
    receiver: count(taken, sinks.inReceiver()),
    letters: count(refused, letters.map(nameOfLetter)),
  }
  const summary = Object.entries(counts).map(
    ([name, { lost, twice }]) => `${name}: lost ${lost.length}, twice ${twice.length}`,
  )
  t.diagnostic(`${names.length} events, ${inHandAtKill.size} in hand at a kill; ${summary.join('; ')}`)
  for (const [name, { lost, twice }] of Object.entries(counts)) {
    assert.deepEqual(lost, [], `lost by the ${name}`)
    assert.deepEqual(
      twice.filter((one) => !inHandAtKill.has(one)),
      [],
      `twice in the ${name}`,
    )
  }
  assert.deepEqual([counts.receiver.twice, counts.letters.twice], [[], []])
  assert.deepEqual(sinks.inReceiver().filter(isRefused), [])
  for (const { data } of letters) {
    const { reasons, events } = data as { reasons: { code: string; message: string }[]; events: string[] } // A letter's.
    assert.deepEqual(reasons, [{ code: 'sink_refused', message: `sink ${sinks.where}: refused the event (422)` }])
    assert.equal(events.length, 1)
  }
  assert.ok(sinks.optional.requests.length >= names.length, 'the optional sink was asked')
}

/** Kills and slows Redis, and in the long run kills RabbitMQ, evenly over the run. Resolves to what was in hand then. */
const disrupt = async (
  progress: () => number,
  inHand: () => Iterable<string>,
  isAway: (victim: 'redis' | 'rabbitmq') => Promise<void>,
): Promise<Set<string>> => {
  const inHandAtKill = new Set<string>()
  const note = (): void => {
    for (const name of inHand()) inHandAtKill.add(name)
  }
  for (let kill = 1; kill <= KILLS; kill++) {
    await until('it goes on', () => progress() >= (kill * EVENTS) / (KILLS + 1))
    redis.pause()
    await delay(200)
    redis.resume()
    note()
    const victim = !IS_LONG || kill % 2 === 0 ? 'redis' : 'rabbitmq'
    const away = isAway(victim)
    await (victim === 'redis' ? redis.kill() : broker.kill())
    note()
    await away
    await (victim === 'redis' ? redis.start() : broker.restart())
  }
  return inHandAtKill
}

test(`${EVENTS} notifications by HTTP: nothing is lost, and twice comes only what was in hand at a kill`, async (t) => {
  const sinks = await openSinks(t, 'by-http')
  await using host = await startHost({ ...sinks.environment, FUNCTION: 'ceph-notifications', LOG_LEVEL: 'info' })
  const names = Array.from({ length: EVENTS }, (_, index) => `by-http-${index}`)
  const inHand = new Set<string>()
  const waiting = [...names]
  let [done, refusals] = [0, 0]
  const send = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      inHand.add(name)
      for (;;) {
        const { status = 0 } = await ask({ port: host.port, body: notification(wireRecord(name)) })
        if (status < 300) break
        assert.equal(status, 503)
        refusals++
        await delay(20)
      }
      inHand.delete(name)
      done++
    }
  }
  const isAway = async (): Promise<void> => {
    const before = refusals
    await until('senders are told to come again', () => refusals > before + 5)
  }
  const [inHandAtKill] = await Promise.all([
    disrupt(
      () => done,
      () => inHand,
      isAway,
    ),
    ...Array.from({ length: SENDERS }, send),
  ])
  await judge(t, sinks, names, inHandAtKill)
})

test(`${EVENTS} notifications through the relay: nothing is lost, and twice comes only what was in hand at a kill`, async (t) => {
  const sinks = await openSinks(t, 'by-relay')
  const rig = await openRig(broker.url)
  await rig.channel.assertExchange('nova', 'topic', { durable: true })
  await rig.close()
  const publisher = createStubbornPublisher(broker.url)
  t.after(() => publisher.close())
  const flags = '--queue fan-out --exchanges nova --attempts 1000 --retry-first-delay-ms 100 --retry-max-delay-ms 400'
  await using relay = startRelayProcess(flags.split(' '), {
    ...sinks.environment,
    AMQP_URL: broker.url,
    FUNCTION: 'openstack-notifications',
  })
  // The queue is there before it is bound: what is published in between goes nowhere.
  await relay.untilLogged(({ message }) => message === 'bound')
  const notifications = distinctNotifications('by-relay', EVENTS, ({ exchange }) => exchange === 'nova')
  const names = notifications.map(({ id }) => id)
  const handled = (): Set<string> =>
    new Set([...relay.log.flatMap(({ events = [] }) => events), ...sinks.letters().map(nameOfLetter)])
  let published = 0
  const publish = async (): Promise<void> => {
    for (const notification of notifications) {
      await until('room', () => published < handled().size + AHEAD)
      published++
      await publisher.publish([notification])
    }
  }
  const inHand = (): string[] => {
    const before = handled()
    return names.slice(0, published).filter((name) => !before.has(name))
  }
  const isAway = async (victim: 'redis' | 'rabbitmq'): Promise<void> => {
    const before = relay.log.length
    const tells = (text: string) => text.includes(victim === 'redis' ? 'sink redis:' : 'no connection to the broker')
    await until('the relay notices', () => relay.log.slice(before).some((line) => tells(JSON.stringify(line))))
  }
  const [inHandAtKill] = await Promise.all([disrupt(() => handled().size, inHand, isAway), publish()])
  await until('all are handled', () => handled().size >= EVENTS)
  assert.equal(await relay.stop(), 0)
  await judge(t, sinks, names, inHandAtKill)
})
