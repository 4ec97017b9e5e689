// All that goes wrong at once. `CHAOS_MESSAGES=50000` is the long run.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type RelayProcess, startRelayProcess } from '../cli/relay-process.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { distinctNotifications } from './distinct.ts'
import { idIn, startFaultyFunction } from './faulty-function.ts'
import { openRig } from './rig.ts'
import { createStubbornPublisher } from './stubborn-publisher.ts'

const MESSAGES = Number(process.env.CHAOS_MESSAGES ?? 5000)
const KILLS = Math.max(6, Math.round(MESSAGES / 2000))
const CHUNK = 250
/** So many are published ahead of what is handled, so that there is always something under way when something dies. */
const AHEAD = 1500
const POISON_EVERY = 500

const broker = await startRabbitMQ()
const sent = distinctNotifications('chaos', MESSAGES)
const poison = new Set(sent.filter((_, index) => index % POISON_EVERY === 7).map(({ id }) => id))
const faulty = await startFaultyFunction(0.05, (id) => poison.has(id))
const publisher = createStubbornPublisher(broker.url)
const relays: RelayProcess[] = []
after(async () => {
  await Promise.all(relays.map((relay) => relay.stop('SIGKILL')))
  await publisher.close()
  await faulty.close()
  await broker.stop()
})

const start = (): RelayProcess => {
  const flags = ['--queue', 'chaos', '--invoke', faulty.url, '--batch-size', '50', '--concurrency', '4']
  const retries = ['--attempts', '8', '--retry-first-delay-ms', '50', '--retry-max-delay-ms', '800']
  // Every kill is a redelivery, and none of them is a message's fault here.
  const relay = startRelayProcess([...flags, ...retries, '--delivery-limit', '10000'], {
    AMQP_URL: broker.url,
    LOG_LEVEL: 'info',
  })
  relays.push(relay)
  return relay
}

const untilHandled = async (count: number): Promise<void> => {
  while (faulty.handled.size < count) await pause(10)
}

/** Kills one of the two relays, and has another one in its place. */
const killOften = async (): Promise<void> => {
  const running = [start(), start()]
  for (let kill = 1; kill <= KILLS; kill++) {
    await untilHandled(Math.floor(((sent.length - poison.size) * kill) / (KILLS + 1)))
    const victim = running.shift()
    assert.equal(await victim?.stop('SIGKILL'), null)
    running.push(start())
  }
}

/** Twice: as an update does it, and as a power cut does. */
const restartBroker = async (): Promise<void> => {
  await untilHandled(Math.floor(sent.length / 3))
  await broker.restart()
  await untilHandled(Math.floor((sent.length * 2) / 3))
  await broker.kill()
  await broker.restart()
}

const publishAll = async (): Promise<void> => {
  for (let first = 0; first < sent.length; first += CHUNK) {
    await untilHandled(first - AHEAD)
    await publisher.publish(sent.slice(first, first + CHUNK))
  }
}

/**
 * Until every queue of the relay is empty and nothing of it is in anybody's hands; but for the dead letters. The cloud goes on
 * meanwhile: where a function takes nothing at all, the relay blames the function, and keeps the messages.
 */
const untilSettled = async (): Promise<readonly string[]> => {
  const later: string[] = []
  for (;;) {
    const rows = (await broker.ctl('list_queues', 'name', 'messages')).trim().split('\n')
    const counts = new Map(rows.map((row) => row.split('\t') as [string, string])) // Two columns.
    const left = [...counts].filter(([name, messages]) => name !== 'chaos.dead-letters' && Number(messages) > 0)
    if (left.length === 0 && Number(counts.get('chaos.dead-letters')) >= poison.size) return later
    const few = distinctNotifications(`later-${later.length}`, 10)
    await publisher.publish(few)
    later.push(...few.map(({ id }) => id))
    await pause(500)
  }
}

test(`${MESSAGES} messages: relays killed, broker restarted, function failing`, { timeout: 40 * 60_000 }, async (t) => {
  const rig = await openRig(broker.url)
  // Durable, as what is published while a transient one has lost its bindings is nobody's.
  for (const exchange of new Set(sent.map((one) => one.exchange)))
    await rig.channel.assertExchange(exchange, 'topic', { durable: true })
  const first = start()
  await first.untilLogged(({ message }) => message === 'bound')
  assert.equal(await first.stop(), 0)
  await rig.close()

  await Promise.all([publishAll(), killOften(), restartBroker()])
  const later = await untilSettled()

  const running = relays.slice(-2)
  assert.deepEqual(await Promise.all(running.map((relay) => relay.stop())), [0, 0])
  const good = [...sent.filter(({ id }) => !poison.has(id)).map(({ id }) => id), ...later]
  assert.deepEqual([...faulty.handled.keys()].toSorted(), good.toSorted())

  const twice = [...faulty.handled].filter(([, times]) => times > 1).map(([id]) => id)
  const unexplained = twice.filter((id) => !faulty.redelivered.has(id) && !publisher.again.has(id))
  assert.deepEqual(unexplained, [])

  const end = await openRig(broker.url)
  const dead: string[] = []
  for (let one = await end.take('chaos.dead-letters'); one; one = await end.take('chaos.dead-letters')) {
    dead.push(idIn(one.content))
  }
  await end.close()
  assert.deepEqual([...new Set(dead)].toSorted(), [...poison].toSorted())

  t.diagnostic(`${KILLS} relays killed, 2 restarts; faults ${JSON.stringify(faulty.faults)}`)
  t.diagnostic(
    `${twice.length} handled more than once, ${publisher.again.size} published again, ${dead.length} dead letters`,
  )
})
