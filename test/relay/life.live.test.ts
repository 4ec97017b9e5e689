import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError } from '../../lib/process/errors.ts'
import { createLogger, setUpLog } from '../../lib/process/log.ts'
import { createRedact } from '../../lib/process/secrets.ts'
import type { OwnQueue, Source } from '../../lib/relay/options.ts'
import { startRelay } from '../../lib/relay/relay.ts'
import { freePorts } from '../services/ports.ts'
import {
  consuming,
  numbered,
  openLab,
  openRig,
  ownQueue,
  recorder,
  relayOptions,
  sourceAt,
  startTestRelay,
  type TestRelay,
  until,
} from './rig.ts'

const lab = await openLab({
  tls: true,
  conf: ['ssl_options.verify = verify_peer', 'ssl_options.fail_if_no_peer_cert = true', 'consumer_timeout = 10000'],
})
const { broker } = lab
// How often the broker looks for messages that were held for longer. rabbitmq.conf has no setting for it.
await broker.ctl('eval', 'application:set_env(rabbit, channel_tick_interval, 1000).')
let count = 0

const fresh = (changes: Partial<OwnQueue> = {}): { queue: OwnQueue; exchange: string } => {
  const queue = ownQueue(`life${++count}`, changes)
  return { queue, exchange: queue.exchanges[0] ?? '' }
}

/** As oslo.messaging declares a service's exchange. */
const declare = (exchange: string) => lab.rig.channel.assertExchange(exchange, 'topic', { durable: false })

const messages = (relay: TestRelay, level: string) =>
  relay.lines.filter((line) => line.level === level).map(({ message }) => message)

test('the queues are durable, and declared with what was asked for', async () => {
  const quorum = fresh({ ttlMs: 60_000, maxLength: 50, overflow: 'reject-publish', deliveryLimit: 7 })
  const classic = fresh({ type: 'classic', ttlMs: 70_000, maxLength: 60 })
  for (const { queue, exchange } of [quorum, classic]) {
    await declare(exchange)
    const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue)), recorder().invoke)
    await consuming(relay)
    await relay.stop()
  }
  const listed: { name: string; durable: boolean; arguments: [string, string, unknown][] }[] = JSON.parse(
    await broker.ctl('list_queues', '--formatter', 'json', 'name', 'durable', 'arguments'),
  )
  const found = Object.fromEntries(
    listed.map(({ name, durable, arguments: list }) => [name, { durable, ...asRecord(list) }]),
  )
  const { queue: q } = quorum
  const { queue: c } = classic
  const retry = (of: string, type: string, delayMs: number) => ({
    durable: true,
    'x-queue-type': type,
    'x-message-ttl': delayMs,
    'x-max-length': 100_000,
    'x-overflow': 'reject-publish',
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': of,
    ...(type === 'quorum' && { 'x-dead-letter-strategy': 'at-least-once' }),
  })
  const dead = (type: string) => ({
    durable: true,
    'x-queue-type': type,
    'x-max-length': 100_000,
    'x-overflow': 'drop-head',
    ...(type === 'quorum' && { 'x-delivery-limit': 1_000_000_000 }),
  })
  const alone = (type: string) => ({
    durable: true,
    'x-queue-type': type,
    ...(type === 'quorum' && { 'x-delivery-limit': 1_000_000_000 }),
  })
  assert.deepEqual(found, {
    [q.name]: {
      durable: true,
      'x-queue-type': 'quorum',
      'x-message-ttl': 60_000,
      'x-max-length': 50,
      'x-overflow': 'reject-publish',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': `${q.name}.dead-letters`,
      'x-delivery-limit': 7,
      'x-dead-letter-strategy': 'at-least-once',
    },
    [`${q.name}.dead-letters`]: dead('quorum'),
    [`${q.name}.alone`]: alone('quorum'),
    [`${q.name}.retry.100`]: retry(q.name, 'quorum', 100),
    [`${q.name}.retry.400`]: retry(q.name, 'quorum', 400),
    [c.name]: {
      durable: true,
      'x-queue-type': 'classic',
      'x-message-ttl': 70_000,
      'x-max-length': 60,
      'x-overflow': 'drop-head',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': `${c.name}.dead-letters`,
    },
    [`${c.name}.dead-letters`]: dead('classic'),
    [`${c.name}.alone`]: alone('classic'),
    [`${c.name}.retry.100`]: retry(c.name, 'classic', 100),
    [`${c.name}.retry.400`]: retry(c.name, 'classic', 400),
  })
})

/** rabbitmqctl writes an argument as its name, type and value. */
const asRecord = (list: readonly (readonly [string, string, unknown])[]): Record<string, unknown> =>
  Object.fromEntries(list.map(([name, _type, value]) => [name, value]))

test('what comes back too often, or is too much for the queue, is kept among the dead letters by the broker', async () => {
  const { queue, exchange } = fresh({ deliveryLimit: 2, maxLength: 3 })
  await declare(exchange)
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue)), recorder().invoke)
  await consuming(relay)
  await relay.stop()
  const isDead = (count: number) =>
    until(`${count} dead letters`, async () => (await lab.rig.depth(`${queue.name}.dead-letters`)) === count)

  // From 4.3 on, what a client gives back does not count.
  const isCounted = !lab.rig.isAtLeast(4, 3)
  if (isCounted) {
    await lab.rig.publish(exchange, 'notifications.info', ['killer'])
    for (let delivery = 1; delivery <= 3; delivery++) {
      await until(`delivery ${delivery}`, async () => {
        const message = await lab.rig.channel.get(queue.name)
        if (message) lab.rig.channel.nack(message)
        return Boolean(message)
      })
    }
    await isDead(1)
  }
  await lab.rig.publish(exchange, 'notifications.info', numbered('m', 5))
  await isDead(isCounted ? 3 : 2)
  const dead = [await lab.rig.take(`${queue.name}.dead-letters`), await lab.rig.take(`${queue.name}.dead-letters`)]
  assert.deepEqual(
    dead.map((message) => [message?.content.toString(), message?.properties.headers?.['x-first-death-reason']]),
    isCounted
      ? [
          ['killer', 'delivery_limit'],
          ['m1', 'maxlen'],
        ]
      : [
          ['m1', 'maxlen'],
          ['m2', 'maxlen'],
        ],
  )
})

test('an exchange that nobody declared yet is waited for, while the others are consumed', async () => {
  const there = fresh()
  const later = `${there.queue.name}-later`
  const queue = { ...there.queue, exchanges: [later] }
  const calls = recorder()
  const both = startTestRelay(
    relayOptions(sourceAt(broker.port, { ...there.queue, exchanges: [there.exchange, later] })),
    calls.invoke,
  )
  const alone = startTestRelay(
    relayOptions(sourceAt(broker.port, { ...queue, name: `${queue.name}-alone` })),
    calls.invoke,
  )
  await until('it waits', () => alone.source().state === 'waiting' && both.source().state === 'waiting')
  assert.deepEqual(
    alone.lines.filter(({ level }) => level === 'warn').map(({ exchanges }) => exchanges),
    [[later]],
  )
  assert.match(messages(alone, 'warn').join(), /published nothing so far.*driver = messagingv2/)

  await declare(there.exchange)
  await consuming(both)
  await lab.rig.publish(there.exchange, 'notifications.info', ['first'])
  await until('it is acked', () => both.source().acked === 1)

  await declare(later)
  const isBound = (relay: TestRelay) =>
    relay.lines.some(({ message, exchanges }) => message === 'bound' && String(exchanges).includes(later))
  await until('both are bound', () => isBound(alone) && isBound(both))
  await consuming(alone)
  await lab.rig.publish(later, 'notifications.info', ['second'])
  await until('both have it', () => alone.source().acked === 1 && both.source().acked === 2)
  await Promise.all([alone.stop(), both.stop()])
})

test('a queue that exists with other arguments ends the relay, with one message that says what differs and what to do', async () => {
  const { queue, exchange } = fresh({ maxLength: 10 })
  await declare(exchange)
  const before = startTestRelay(relayOptions(sourceAt(broker.port, queue)), recorder().invoke)
  await consuming(before)
  await before.stop()
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, { ...queue, maxLength: 20 })), recorder().invoke)
  const error = await relay.ended
  assert.ok(error instanceof ConfigError)
  assert.equal(
    error.message,
    `queue ${queue.name} of vhost / exists with other arguments: its x-max-length is 10, and the relay wants 20. ` +
      'Delete it once it is empty, so that the relay declares it anew; or set the value that it has; or use another name',
  )
  assert.equal(relay.source().state, 'stopped')
  assert.deepEqual(messages(relay, 'warn'), [])
})

test('a queue of somebody else is waited for, consumed as it is, and left as it is', async () => {
  const name = `life${++count}-foreign`
  const calls = recorder((message) => (message.redelivered ? { type: 'ack' } : { type: 'retry', reason: 'once more' }))
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, { kind: 'foreign', name })), calls.invoke)
  await until('it has looked again', () => relay.source().reconnects > 1)
  await lab.rig.channel.assertQueue(name, { durable: false, arguments: { 'x-expires': 3_600_000 } })
  await consuming(relay)
  // Without an exchange, and with a key that no notification has: the publisher put it there on purpose.
  await lab.rig.publish('', name, ['m1'])
  await until('it is acked', () => relay.source().acked === 1)
  assert.equal(relay.source().droppedRpc, 0)
  assert.equal(relay.source().retried, 1)
  const about = [...messages(relay, 'info'), ...messages(relay, 'warn')]
  assert.equal(about.filter((message) => message === 'connected').length, 1)
  assert.equal(about.filter((message) => /^the queue (exists now|does not exist)/.test(message)).length, 2)
  await relay.stop()
  await lab.rig.channel.deleteQueue(name)
})

test('a channel that the broker closes, as messages were held beyond its patience, is opened again', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const { promise: release, resolve } = Promise.withResolvers<void>()
  const calls = recorder(async () => {
    await release
    return { type: 'ack' }
  })
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue)), calls.invoke)
  await consuming(relay)
  await lab.rig.publish(exchange, 'notifications.info', ['m'])
  await until('the broker loses patience', () => relay.source().reconnects > 0)
  await until('it has come again', () => relay.source().consumed === 2)
  // The function is not asked again while it is still at it.
  assert.equal(calls.batches.length, 1)
  resolve()
  await until('it is acked', () => relay.source().acked === 2)
  assert.equal(await lab.rig.depth(queue.name), 0)
  await relay.stop()
})

test('an exchange that is not durable is bound again after a restart of the broker', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const calls = recorder()
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue)), calls.invoke)
  await consuming(relay)
  await lab.rig.publish(exchange, 'notifications.info', ['before'])
  await until('it is acked', () => relay.source().acked === 1)

  await broker.restart()
  await lab.reopen()
  // 4.3 keeps such an exchange over a restart.
  if (!lab.rig.isAtLeast(4, 3)) await until('it waits for the exchange', () => relay.source().state === 'waiting')
  await declare(exchange)
  await consuming(relay)
  await lab.rig.publish(exchange, 'notifications.info', ['after'])
  await until('it is handled', () => calls.handled.includes('after'))
  // A broker that stops before it has read an ack sends the message again, with the mark of a redelivery.
  const first = calls.batches.flat().filter(({ redelivered }) => !redelivered)
  assert.deepEqual(
    first.map(({ body }) => body.toString()),
    ['before', 'after'],
  )
  assert.equal(relay.source().reconnects, 1)
  await relay.stop()
})

test('an exchange that was deleted and declared again is bound again, by the clock', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue)), recorder().invoke)
  await consuming(relay)
  await lab.rig.channel.deleteExchange(exchange)
  await declare(exchange)
  await until('a message comes through', async () => {
    await lab.rig.publish(exchange, 'notifications.info', ['m'])
    return relay.source().acked > 0
  })
  assert.equal(relay.source().reconnects, 0)
  await relay.stop()
})

test('connections that are cut lose nothing', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const calls = recorder((message) =>
    message.redelivered || !message.body.toString().endsWith('3')
      ? { type: 'ack' }
      : { type: 'retry', reason: 'again' },
  )
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue), { prefetch: 10 }), calls.invoke)
  await consuming(relay)
  for (const round of [1, 2]) {
    await lab.rig.publish(exchange, 'notifications.info', numbered(`round${round}-`, 200))
    await broker.ctl('close_all_connections', 'a test cuts them')
    await lab.reopen()
    await until('it is connected again', () => relay.source().reconnects === round)
  }
  await until('all are handled', () => new Set(calls.handled).size === 400)
  await until('nothing is left', async () => relay.source().inFlight === 0 && (await lab.rig.depth(queue.name)) === 0)
  const twice = calls.handled.length - 400
  const again = calls.batches.flat().filter(({ redelivered }) => redelivered).length
  assert.ok(twice <= again, `${twice} were handled twice, and ${again} came with the mark of a redelivery`)
  assert.equal(await lab.rig.depth(`${queue.name}.dead-letters`), 0)
  await relay.stop()
})

test('a queue that is deleted under the relay is declared again', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue)), recorder().invoke)
  await consuming(relay)
  await lab.rig.channel.deleteQueue(queue.name)
  await until('it is there again', async () => (await lab.rig.depth(queue.name)) !== undefined)
  await until('a message comes through', async () => {
    await lab.rig.publish(exchange, 'notifications.info', ['m'])
    return relay.source().acked > 0
  })
  await relay.stop()
})

test('dead letters whose queue was deleted are not lost: it is declared again', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const relay = startTestRelay(
    relayOptions(sourceAt(broker.port, queue)),
    recorder(() => ({ type: 'reject', reason: 'poison' })).invoke,
  )
  await consuming(relay)
  await lab.rig.channel.deleteQueue(`${queue.name}.dead-letters`)
  await lab.rig.publish(exchange, 'notifications.info', ['m'])
  await until('it is a dead letter', () => relay.source().deadLettered === 1)
  assert.equal((await lab.rig.take(`${queue.name}.dead-letters`))?.content.toString(), 'm')
  await relay.stop()
})

test('while the broker has an alarm, acks go on, copies wait, and nothing is lost', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const calls = recorder((message) =>
    message.redelivered || message.body.toString() === 'good' ? { type: 'ack' } : { type: 'retry', reason: 'later' },
  )
  const { promise: release, resolve } = Promise.withResolvers<void>()
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue)), async (batch, signal) => {
    await release
    return calls.invoke(batch, signal)
  })
  await consuming(relay)
  await lab.rig.publish(exchange, 'notifications.info', ['bad1', 'good', 'bad2', 'good'])
  await until('they are there', () => relay.source().inFlight === 4)
  await broker.ctl('set_vm_memory_high_watermark', '0.000001')
  resolve()
  await until('it is blocked', () => relay.source().state === 'blocked')
  await until('what needs no copy is acked', () => relay.source().acked === 2)
  await broker.ctl('set_vm_memory_high_watermark', '0.4')
  await until('the others are acked too', () => relay.source().acked === 4)
  assert.equal(relay.source().state, 'consuming')
  assert.equal(relay.source().retried, 2)
  await relay.stop()
})

test('a relay that is killed in the middle of its work loses nothing', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const options = relayOptions(sourceAt(broker.port, queue), { batch: { size: 5, lingerMs: 10 } })
  const first = spawn(process.execPath, [join(import.meta.dirname, 'endless-relay.ts'), JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await until('its queue is there', async () => (await lab.rig.depth(queue.name)) !== undefined)
  await until('it is bound', async () => {
    await lab.rig.publish(exchange, 'notifications.info', ['m0'])
    return (await lab.rig.depth(queue.name)) !== 0 || first.stdout.readableLength > 0
  })
  await lab.rig.publish(exchange, 'notifications.info', numbered('m', 20))
  // It says so once it was asked to handle some: it never gives an answer.
  if (first.stdout.readableLength === 0) await once(first.stdout, 'readable')
  first.kill('SIGKILL')
  await once(first, 'exit')

  const calls = recorder()
  const second = startTestRelay(options, calls.invoke)
  await until('all are handled', () => numbered('m', 20).every((body) => calls.handled.includes(body)))
  assert.ok(calls.batches.flat().some(({ redelivered }) => redelivered))
  await second.stop()
})

test('many virtual hosts are taken from side by side', async () => {
  const names = ['cell1', 'cell2']
  for (const name of names) {
    await broker.ctl('add_vhost', name)
    await broker.ctl('set_permissions', '-p', name, 'guest', '.*', '.*', '.*')
  }
  const { queue, exchange } = fresh()
  const rigs = await Promise.all(names.map((name) => openRig(`${broker.url}/${name}`)))
  for (const { channel } of rigs) await channel.assertExchange(exchange, 'topic', { durable: false })
  const sources = names.map((vhost) => sourceAt(broker.port, queue, { vhost }))
  const calls = recorder()
  const relay = startTestRelay(relayOptions(sources[0] as Source, { sources }), calls.invoke) // There are two.
  await until('both are consumed', () => relay.status().sources.every(({ state }) => state === 'consuming'))
  for (const [index, { publish }] of rigs.entries()) await publish(exchange, 'notifications.info', [`m${index}`])
  await until('both are acked', () => relay.status().sources.every(({ acked }) => acked === 1))
  assert.deepEqual(calls.batches.map(([message]) => [message?.vhost, message?.body.toString()]).toSorted(), [
    ['cell1', 'm0'],
    ['cell2', 'm1'],
  ])
  assert.deepEqual(
    relay.status().sources.map(({ name }) => name),
    names.map((vhost) => `${vhost}/${queue.name}`),
  )
  await relay.stop()
  await Promise.all(rigs.map(({ close }) => close()))
})

test('a host that does not answer is passed over', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const [dead = 0] = await freePorts(1)
  const hosts = [dead, dead, dead, broker.port].map((port) => ({ host: '127.0.0.1', port }))
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue, { hosts })), recorder().invoke)
  await consuming(relay)
  assert.deepEqual(messages(relay, 'warn'), [])
  await relay.stop()
})

test('over TLS with a client certificate; the files are read again at every connect', async () => {
  const { tls } = broker
  assert.ok(tls)
  const directory = await mkdtemp(join(tmpdir(), 'relay-tls-'))
  const caFile = join(directory, 'ca.pem')
  // A certificate, and not the authority's.
  await copyFile(tls.certificate, caFile)
  const { queue, exchange } = fresh()
  await declare(exchange)
  const files = { caFile, certFile: tls.certificate, keyFile: tls.key, serverName: 'localhost' }
  const relay = startTestRelay(relayOptions(sourceAt(tls.port, queue, { tls: files })), recorder().invoke)
  const failure = (of: TestRelay) => String(of.lines.find(({ level }) => level === 'warn')?.error)
  await until('it refused the broker', () => messages(relay, 'warn').length > 0)
  assert.match(failure(relay), /unable to verify the first certificate|self-signed/)
  await copyFile(tls.ca, caFile)
  await consuming(relay)
  await lab.rig.publish(exchange, 'notifications.info', ['m'])
  await until('it is acked', () => relay.source().acked === 1)
  await relay.stop()

  const nameless = startTestRelay(
    relayOptions(sourceAt(tls.port, queue, { tls: { caFile, serverName: 'localhost' } })),
    recorder().invoke,
  )
  await until('the broker refused it', () => messages(nameless, 'warn').length > 0)
  assert.match(failure(nameless), /certificate required|handshake failure|closed/i)
  await nameless.stop()
  await rm(directory, { recursive: true })
})

test('few rights are enough: on its own queues, to bind, and to publish to queues', async () => {
  const { queue, exchange } = fresh()
  await declare(exchange)
  const own = `${queue.name}([.].*)?`
  await broker.ctl('add_user', 'few-rights', 'secret')
  await broker.ctl('set_permissions', 'few-rights', `^${own}$`, `^(amq[.]default|${own})$`, `^(${exchange}|${own})$`)
  const source = sourceAt(broker.port, queue, { username: 'few-rights', password: 'secret' })
  const calls = recorder((message) =>
    message.redelivered ? { type: 'reject', reason: 'poison' } : { type: 'retry', reason: 'once more' },
  )
  const relay = startTestRelay(relayOptions(source), calls.invoke)
  await consuming(relay)
  // Of another user: a copy under that name would be refused.
  await lab.rig.publish(exchange, 'notifications.info', ['m'], { userId: 'guest' })
  await until('it is a dead letter', () => relay.source().deadLettered === 1)
  assert.deepEqual(
    calls.batches.flat().map(({ properties }) => properties.userId),
    ['guest', 'guest'],
  )
  assert.equal(relay.source().reconnects, 0)
  await relay.stop()
})

test('a relay may start before its broker, and its log shows no password', async () => {
  const [port = 0] = await freePorts(1)
  const secret = 'a-password-of-the-test'
  const lines: string[] = []
  setUpLog({ level: 'debug', redact: createRedact([]), stream: { write: (line) => lines.push(line) } })
  const { queue } = fresh()
  const relay = startRelay(
    relayOptions(sourceAt(port, queue, { password: secret })),
    recorder().invoke,
    createLogger('relay'),
  )
  await until('it said that it cannot connect', () => lines.length > 0)
  assert.equal(relay.status().sources[0]?.state, 'connecting')
  assert.match(lines.join(''), /ECONNREFUSED/)
  assert.doesNotMatch(lines.join(''), new RegExp(secret))
  await relay.stop()
})
