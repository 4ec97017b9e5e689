import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import amqp from 'amqplib'
import { ConnectError, connect } from '../../lib/relay/broker/connect-broker.ts'
import { startRelayProcess } from '../cli/relay-process.ts'
import {
  consuming,
  numbered,
  openLab,
  ownQueue,
  recorder,
  relayOptions,
  sourceAt,
  startTestRelay,
  until,
} from './rig.ts'

const lab = await openLab()
const { broker } = lab

/** Publishes all the time, as a service whose exchange is not durable: it declares it at every connect. */
const publishAlways = (exchange: string) => {
  const confirmed: string[] = []
  const stop = new AbortController()
  const session = async (): Promise<void> => {
    const connection = await amqp.connect(broker.url)
    const lost = new Promise<void>((resolve) => connection.once('close', () => resolve()))
    connection.on('error', () => {})
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => {})
    await channel.assertExchange(exchange, 'topic', { durable: false })
    const publish = (body: string) =>
      new Promise<void>((resolve) => {
        channel.publish(exchange, 'notifications.info', Buffer.from(body), {}, (error) => {
          if (!error) confirmed.push(body)
          resolve()
        })
      })
    for (let isLost = false; !stop.signal.aborted && !isLost; ) {
      const done = publish(`m${confirmed.length}`).catch(() => {})
      isLost = await Promise.race([done.then(() => false), lost.then(() => true)])
      await pause(20)
    }
    await connection.close()
  }
  const running = (async () => {
    // As kombu does, a second between two tries.
    for (; !stop.signal.aborted; await pause(1000)) await session().catch(() => {})
  })()
  return {
    confirmed,
    stop: () => {
      stop.abort()
      return running
    },
  }
}

test('every message of a gateway reaches the function, whatever its routing key', async () => {
  await lab.rig.channel.assertExchange('ceph', 'topic', { durable: true })
  const body = readFileSync(new URL('../../examples/notification.json', import.meta.url))
  const flags = ['--exchanges', 'ceph', '--binding-keys', '#', '--queue', 'ceph']
  await using relay = startRelayProcess(flags, {
    AMQP_URL: broker.url,
    FUNCTION: 'ceph-notifications',
    CLAIMS_URL: 'none:',
  })
  await relay.untilLogged(({ message }) => message === 'bound')
  const topics = ['uploads', 'photos.jpg', 'a', 'notifications']
  for (const topic of topics) lab.rig.channel.publish('ceph', topic, body)
  await lab.rig.channel.waitForConfirms()
  assert.equal((await relay.untilEvents(topics.length)).length, topics.length)
  assert.equal(await relay.stop(), 0)
  assert.deepEqual([await lab.rig.depth('ceph'), await lab.rig.depth('ceph.dead-letters')], [0, 0])
})

test('topics named for a service are bound, and an exchange that may not be read is named once', async () => {
  for (const exchange of ['nova', 'secret']) await lab.rig.channel.assertExchange(exchange, 'topic', { durable: true })
  await broker.ctl('add_user', 'few', 'few')
  await broker.ctl('set_permissions', 'few', '^few', '^(few|amq[.]default)', '^(nova|few)')
  const queue = ownQueue('few', {
    exchanges: ['secret', 'nova'],
    bindingKeys: ['notifications.*', '<exchange>_versioned_notifications.*'],
  })
  const calls = recorder()
  const source = sourceAt(broker.port, queue, { username: 'few', password: 'few' })
  const relay = startTestRelay(relayOptions(source, { rebindMs: 100 }), calls.invoke)
  await consuming(relay)
  await lab.rig.publish('nova', 'nova_versioned_notifications.info', ['versioned'])
  await lab.rig.publish('nova', 'notifications.error', ['legacy'])
  await until('both are handled', () => relay.source().acked === 2)
  // Long enough for some more looks.
  await broker.ctl('close_all_connections', 'a test cuts them')
  await lab.reopen()
  await until('it is connected again', () => relay.source().reconnects === 1 && relay.source().state === 'consuming')
  const refused = relay.lines.filter(({ level }) => level === 'error')
  assert.deepEqual(
    refused.map(({ exchange }) => exchange),
    ['secret'],
  )
  assert.match(refused[0]?.message ?? '', /does not let this user bind the exchange/)
  await relay.stop()
})

test('after a restart of the broker, exchanges that are not durable are bound again without the clock, and the log names them', async () => {
  const exchange = 'transient'
  const publisher = publishAlways(exchange)
  const calls = recorder()
  const queue = ownQueue('restart', { exchanges: [exchange] })
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue), { rebindMs: 3_600_000 }), calls.invoke)
  await until('some are handled', () => calls.handled.length > 20)
  await broker.restart()
  await lab.reopen()
  const before = publisher.confirmed.length
  await until('the service publishes again', () => publisher.confirmed.length > before + 200)
  await publisher.stop()
  const last = publisher.confirmed.at(-1) ?? ''
  await until('the last one is handled', () => calls.handled.includes(last))
  const told = relay.lines.filter(({ message }) => /(are|were) missed/.test(message))
  assert.deepEqual(told[0]?.exchanges, [exchange])
  // Those of a second or so. By the clock, all would be missed.
  const handled = new Set(calls.handled)
  const missed = publisher.confirmed.slice(before).filter((body) => !handled.has(body))
  assert.ok(missed.length < 100, `${missed.length} of ${publisher.confirmed.length - before} were missed`)
  await relay.stop()
})

test('an exchange that is declared for the first time is bound without the clock', async () => {
  const queue = ownQueue('first', { exchanges: ['later'] })
  const calls = recorder()
  const relay = startTestRelay(relayOptions(sourceAt(broker.port, queue), { rebindMs: 3_600_000 }), calls.invoke)
  await until('it waits', () => relay.source().state === 'waiting')
  await lab.rig.channel.assertExchange('later', 'topic', { durable: false })
  await until('it is bound', () => relay.source().state === 'consuming')
  await lab.rig.publish('later', 'notifications.info', numbered('m', 3))
  await until('all are handled', () => calls.handled.length === 3)
  await relay.stop()
})

test('a vhost that is not there, or not for the user, and a wrong password are said in plain words', async () => {
  const saidOf = async (changes: Parameters<typeof sourceAt>[2]): Promise<string> => {
    const source = sourceAt(broker.port, ownQueue('words'), changes)
    const error = await connect(source, { name: 'test', timeoutMs: 5000, random: 0 }).catch((thrown) => thrown)
    assert.ok(error instanceof ConnectError)
    assert.equal(error.isRefused, true)
    return error.message
  }
  assert.match(
    await saidOf({ vhost: 'nope' }),
    /the broker does not open vhost 'nope': correct the vhost in the URL, or/,
  )
  await broker.ctl('add_user', 'nobody', 'nobody')
  assert.match(await saidOf({ username: 'nobody', password: 'nobody' }), /does not open vhost '\/'.*set_permissions/)
  assert.match(await saidOf({ password: 'wr0ng' }), /the broker refuses the user name or the password/)
})
