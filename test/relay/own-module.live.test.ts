import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRelayProcess } from '../cli/relay-process.ts'
import { FOREIGN_FUNCTION, OPENSTACK_FUNCTION, ownModules } from '../own-modules.ts'
import { distinctNotifications } from './distinct.ts'
import { openLab, until } from './rig.ts'

const { broker, rig } = await openLab()
await rig.channel.assertExchange('nova', 'topic', { durable: false })

const publish = async (bodies: readonly Buffer[]): Promise<void> => {
  for (const body of bodies)
    rig.channel.publish('nova', 'notifications.info', body, { contentType: 'application/json' })
  await rig.channel.waitForConfirms()
}
const isBound = ({ message }: { readonly message?: string }): boolean => message === 'bound'

test('the relay hands its messages to a module of one’s own; what it sets aside is a dead letter', async (t) => {
  const { 'servers.ts': path = '' } = ownModules(t, { 'servers.ts': OPENSTACK_FUNCTION })
  const sent = distinctNotifications('own', 50)
  const poison = JSON.stringify({
    ...{ message_id: 'poison', event_type: 'poison', publisher_id: 'compute.h', priority: 'INFO' },
    ...{ timestamp: '2026-03-04 05:06:07', payload: {} },
  })
  await using relay = startRelayProcess(['--queue', 'own', '--function', path], { AMQP_URL: broker.url })
  await relay.untilLogged(isBound)
  await publish([Buffer.from(poison), ...sent.map(({ body }) => body)])
  const events = await relay.untilEvents(sent.length)
  assert.deepEqual(
    events.map(({ id }) => id),
    sent.map(({ id }) => id),
  )
  await until('it is a dead letter', async () => (await rig.depth('own.dead-letters')) === 1)
  const dead = await rig.take('own.dead-letters')
  assert.equal(dead?.properties.headers?.['x-tidings-reason'], 'set_aside: not for me')
  assert.equal(await relay.stop(), 0)
  assert.equal(await rig.depth('own'), 0)
})

test('the relay calls a Lambda handler that knows nothing of it as a RabbitMQ trigger does', async (t) => {
  const { 'foreign.ts': FUNCTION = '' } = ownModules(t, { 'foreign.ts': FOREIGN_FUNCTION })
  await using relay = startRelayProcess(['--queue', 'foreign'], { AMQP_URL: broker.url, FUNCTION })
  await relay.untilLogged(isBound)
  await publish([Buffer.from('1'), Buffer.from('2')])
  await until('both are handed over', async () => relay.events.reduce((sum, { body }) => sum + body, 0) === 2)
  assert.equal(relay.events[0].by, 'foreign')
  assert.equal(await relay.stop(), 0)
  assert.deepEqual([await rig.depth('foreign'), await rig.depth('foreign.dead-letters')], [0, 0])
})

test('a module that cannot be loaded ends the relay before it takes anything', async (t) => {
  const { 'bad.ts': path = '' } = ownModules(t, { 'bad.ts': 'const = 1\n' })
  await using relay = startRelayProcess(['--queue', 'bad', '--function', path], { AMQP_URL: broker.url })
  assert.equal(await relay.exited, 1)
  assert.deepEqual(
    relay.log.map(({ message }) => message),
    [`tidings: config_invalid: ${path}:1: SyntaxError: Unexpected token \`=\`. Expected yield, an identifier, [ or {`],
  )
})
