import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { after, test } from 'node:test'
import { openstackCaptures } from '../fixtures.ts'
import { startHost } from '../host-process.ts'
import { ask } from '../http-client.ts'
import { distinctNotifications, type Notification } from '../relay/distinct.ts'
import { openRig, until } from '../relay/rig.ts'
import { freePorts } from '../services/ports.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { startRelayProcess } from './relay-process.ts'

const broker = await startRabbitMQ()
const rig = await openRig(broker.url)
after(async () => {
  await rig.close()
  await broker.stop()
})

const EXCHANGES = ['nova', 'neutron', 'cinder', 'glance', 'keystone', 'heat', 'ironic', 'designate', 'openstack']
// As the services declare them by default.
for (const exchange of EXCHANGES) await rig.channel.assertExchange(exchange, 'topic', { durable: false })

const AMQP = { contentType: 'application/json', contentEncoding: 'utf-8' }

const publish = async (notifications: readonly Omit<Notification, 'id'>[]): Promise<void> => {
  for (const { exchange, routingKey, body } of notifications) rig.channel.publish(exchange, routingKey, body, AMQP)
  await rig.channel.waitForConfirms()
}

const bound = (line: { message?: string }): boolean => line.message === 'bound'
const get = async (port: number, path: string) => ask({ port, path, method: 'GET' })

test('notifications of every service become events; SIGTERM ends the relay with 0 and an empty queue', async () => {
  const sent = distinctNotifications('plain', 300)
  await using relay = startRelayProcess(['--queue', 'plain'], { AMQP_URL: broker.url })
  await relay.untilLogged(bound)
  await publish(sent)
  const events = await relay.untilEvents(sent.length)
  assert.deepEqual(
    events.map(({ id }) => id),
    sent.map(({ id }) => id),
  )
  assert.equal(await relay.stop(), 0)
  assert.equal(await rig.depth('plain'), 0)
  assert.equal(await rig.depth('plain.dead-letters'), 0)
})

test('a message that is not a notification goes to the dead letters with the reason, and keeps nothing behind it waiting', async () => {
  const sent = distinctNotifications('poison', 10)
  await using relay = startRelayProcess(['--queue', 'poison'], { AMQP_URL: broker.url })
  await relay.untilLogged(bound)
  const poison = ['no JSON', '{"neither":"a call","nor":"a notification"}'].map((text) => ({
    exchange: 'nova',
    routingKey: 'notifications.info',
    body: Buffer.from(text),
  }))
  await publish([...poison, ...sent])
  await relay.untilEvents(sent.length)
  await until('both are dead letters', async () => (await rig.depth('poison.dead-letters')) === poison.length)
  const dead = [await rig.take('poison.dead-letters'), await rig.take('poison.dead-letters')]
  assert.deepEqual(
    dead.map((message) => [message?.content.toString(), message?.properties.headers?.['x-tidings-reason']]),
    [
      ['no JSON', 'decode_failed: the body is not JSON'],
      [poison[1]?.body.toString(), dead[1]?.properties.headers?.['x-tidings-reason']],
    ],
  )
  assert.match(String(dead[1]?.properties.headers?.['x-tidings-reason']), /^not_a_notification: /)
  assert.equal(await relay.stop(), 0)
})

test('with DEAD_LETTER_URL the function sets poison aside there', async () => {
  await using relay = startRelayProcess(['--queue', 'aside'], { AMQP_URL: broker.url, DEAD_LETTER_URL: 'log:' })
  await relay.untilLogged(bound)
  await publish([{ exchange: 'nova', routingKey: 'notifications.info', body: Buffer.from('no JSON') }])
  const deadLetter = await relay.untilLogged(({ type }) => type === 'tidings.dead-letter')
  assert.equal(deadLetter.data.body, 'no JSON')
  assert.equal(await relay.stop(), 0)
  assert.deepEqual([await rig.depth('aside'), await rig.depth('aside.dead-letters')], [0, 0])
})

test('the rights in docs/relay.md are enough, and the password is in no line of the log', async () => {
  await broker.ctl('add_user', 'relay', 's3cret/pass')
  const document = readFileSync(new URL('../../docs/relay.md', import.meta.url), 'utf8')
  const row = document.split('\n').find((line) => line.startsWith('| `^tidings')) ?? ''
  const rights = [...row.matchAll(/`([^`]+)`/g)].map(([, pattern = '']) => pattern.replaceAll('\\|', '|'))
  assert.equal(rights.length, 3)
  await broker.ctl('set_permissions', 'relay', ...rights)
  const sent = distinctNotifications('rights', 20)
  const url = `rabbit://relay:s3cret%2Fpass@127.0.0.1:${broker.port}/`
  await using relay = startRelayProcess([], { AMQP_URL: url })
  await relay.untilLogged(bound)
  await publish(sent)
  await relay.untilEvents(sent.length)
  assert.equal(await relay.stop(), 0)
  assert.doesNotMatch(JSON.stringify([relay.log, relay.events]), /s3cret/)
  await broker.ctl('change_password', 'relay', 'another')
  await using refused = startRelayProcess([], { AMQP_URL: url })
  await refused.untilLogged(({ message }) => message === 'no connection to the broker: trying again')
  assert.doesNotMatch(JSON.stringify(refused.log), /s3cret/)
})

test('a kombu worker is replaced by --compat: all that its exchanges carry, less the remote procedure calls', async () => {
  const captures = openstackCaptures().filter(({ exchange }) => exchange === 'nova' || exchange === 'neutron')
  const calls = captures.filter(({ name }) => name.includes('-rpc/'))
  const sent = distinctNotifications('compat', 100, ({ exchange }) => ['nova', 'neutron'].includes(exchange))
  await using relay = startRelayProcess(['--compat', 'nova,neutron', '--queue', 'compat', '--port', '0'], {
    AMQP_URL: broker.url,
  })
  await relay.untilLogged(bound)
  const { port } = await relay.untilLogged(({ message }) => message === 'listening')
  await publish(calls.map((call) => ({ ...call, body: Buffer.from(call.body) })))
  await publish(sent)
  await relay.untilEvents(sent.length)
  assert.deepEqual(new Set(relay.events.map(({ id }) => id)), new Set(sent.map(({ id }) => id)))
  const { body } = await get(port, '/metrics')
  assert.ok(calls.length > 3)
  assert.match(body, new RegExp(`^tidings_relay_dropped_rpc_total\\{source="//compat"\\} ${calls.length}$`, 'm'))
  assert.match(
    body,
    new RegExp(`^tidings_relay_consumed_total\\{source="//compat"\\} ${sent.length + calls.length}$`, 'm'),
  )
  assert.match(body, new RegExp(`^tidings_events_total\\{function="openstack-notifications"\\} ${sent.length}$`, 'm'))
  assert.match(body, /^tidings_relay_state\{source="\/\/compat",state="consuming"\} 1$/m)
  assert.equal(await relay.stop(), 0)
})

test('SIGTERM under load exits 0; what one relay handled, the next does not get, and nothing is missing', async () => {
  const sent = distinctNotifications('load', 3000)
  const flags = ['--queue', 'load', '--batch-size', '20']
  await using first = startRelayProcess(flags, { AMQP_URL: broker.url, LOG_LEVEL: 'info' })
  await first.untilLogged(bound)
  const publishing = publish(sent)
  await first.untilEvents(200)
  assert.equal(await first.stop(), 0)
  await publishing
  const handled = first.events.map(({ id }) => id)
  assert.ok(handled.length < sent.length, `${handled.length}`)

  await using second = startRelayProcess(flags, { AMQP_URL: broker.url, LOG_LEVEL: 'info' })
  await second.untilEvents(sent.length - handled.length)
  assert.equal(await second.stop(), 0)
  assert.deepEqual([...handled, ...second.events.map(({ id }) => id)].toSorted(), sent.map(({ id }) => id).toSorted())
})

test('probes: alive from the start, ready while it consumes', async () => {
  const [port = 0] = await freePorts(1)
  await using lost = startRelayProcess(['--port', '0'], { AMQP_URL: `amqp://127.0.0.1:${port}` })
  const { port: lostPort } = await lost.untilLogged(({ message }) => message === 'listening')
  assert.equal((await get(lostPort, '/healthz')).status, 200)
  const unready = await get(lostPort, '/_/ready')
  assert.deepEqual(
    [unready.status, JSON.parse(unready.body)],
    [503, { sources: [{ name: '//tidings', state: 'connecting' }] }],
  )
  assert.equal((await get(lostPort, '/else')).status, 404)
  assert.equal((await ask({ port: lostPort, path: '/metrics' })).status, 405)
  assert.equal(await lost.stop(), 0)

  await using relay = startRelayProcess(['--port', '0', '--queue', 'probed'], { AMQP_URL: broker.url })
  const { port: relayPort } = await relay.untilLogged(({ message }) => message === 'listening')
  await until('ready', async () => (await get(relayPort, '/_/ready')).status === 200)
  const ready = await get(relayPort, '/health/readiness')
  assert.deepEqual(
    [ready.status, JSON.parse(ready.body)],
    [200, { sources: [{ name: '//probed', state: 'consuming' }] }],
  )
  assert.equal(await relay.stop(), 0)
})

test('a function behind HTTP gets each message as a CloudEvent, and knows the exchange it came by', async () => {
  const sent = distinctNotifications('http', 50)
  await using host = await startHost({ FUNCTION: 'openstack-notifications', AUTH_TOKENS: 't0ken' })
  await using relay = startRelayProcess(['--queue', 'http', '--invoke', host.url], {
    AMQP_URL: broker.url,
    RELAY_INVOKE_TOKEN: 't0ken',
  })
  await relay.untilLogged(bound)
  await publish(sent)
  await until('50 acks', async () => (await rig.depth('http')) === 0 && host.events.length >= sent.length)
  assert.deepEqual(
    host.events.map(({ id }) => id),
    sent.map(({ id }) => id),
  )
  assert.equal(await relay.stop(), 0)
  assert.doesNotMatch(JSON.stringify(relay.log), /t0ken/)
})

test('a function that cannot be reached holds the messages, and gets them all once it is there', async () => {
  const sent = distinctNotifications('held', 30)
  const [port = 0] = await freePorts(1)
  await using relay = startRelayProcess(
    ['--queue', 'held', '--invoke', `http://127.0.0.1:${port}`, '--attempts', '1'],
    {
      AMQP_URL: broker.url,
    },
  )
  await relay.untilLogged(bound)
  await publish(sent)
  await relay.untilLogged(({ message }) => /^paused/.test(message))
  await using host = await startHost({ FUNCTION: 'openstack-notifications', PORT: String(port) })
  await host.untilEvents(sent.length)
  assert.equal(await relay.stop(), 0)
  // Without --ordered the message that was tried during the outage may come last.
  const ids = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id).sort()
  assert.deepEqual(ids(host.events), ids(sent))
  assert.equal(await rig.depth('held.dead-letters'), 0)
})

test('what no waiting would mend ends the relay with 1, and says what to do', async () => {
  await rig.channel.assertQueue('other', { durable: true, arguments: { 'x-queue-type': 'classic' } })
  await using relay = startRelayProcess(['--queue', 'other'], { AMQP_URL: broker.url })
  assert.equal(await relay.exited, 1)
  const last = relay.log.map(({ message }) => message).join('\n')
  assert.match(last, /^tidings: config_invalid: queue other of vhost \/ exists with other arguments: its x-/m)

  await using wrong = startRelayProcess(['--queue-type', 'lazy'], { AMQP_URL: broker.url })
  assert.equal(await wrong.exited, 1)
  assert.deepEqual(
    wrong.log.map(({ message }) => message),
    ["tidings: config_invalid: RELAY_QUEUE_TYPE (--queue-type) must be quorum or classic, got 'lazy'"],
  )

  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo // A string only for pipes.
  await using crowded = startRelayProcess(['--port', String(port)], { AMQP_URL: broker.url })
  assert.equal(await crowded.exited, 1)
  taken.close()
  assert.deepEqual(
    crowded.log.map(({ message }) => message),
    [
      `tidings: config_invalid: PORT (--port) ${port} is in use (EADDRINUSE): stop the other program, or choose another port`,
    ],
  )
})
