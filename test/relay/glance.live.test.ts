// A real OpenStack service: what it publishes by itself, as it declares its exchange by itself, becomes events.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startRelayProcess } from '../cli/relay-process.ts'
import { startGlance } from '../services/glance.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { openRig } from './rig.ts'

const broker = await startRabbitMQ()
const glance = await startGlance(`${broker.url}/`)
after(async () => {
  await glance.stop()
  await broker.stop()
})

const ask = async (method: string, path: string, type?: string, body?: string) => {
  const headers = type === undefined ? {} : { 'content-type': type }
  const response = await fetch(`${glance.url}${path}`, { method, headers, ...(body !== undefined && { body }) })
  assert.ok(response.ok, `${method} ${path}: ${response.status}`)
  return response
}

/** Created, filled and removed. Resolves to its id. */
const useImage = async (name: string): Promise<string> => {
  const image = JSON.stringify({ name, disk_format: 'raw', container_format: 'bare' })
  const { id } = (await (await ask('POST', '/v2/images', 'application/json', image)).json()) as { id: string } // As its API documents.
  await ask('PUT', `/v2/images/${id}/file`, 'application/octet-stream', 'bytes')
  await ask('DELETE', `/v2/images/${id}`)
  return id
}

test('an image that is created, filled and removed in a real glance is told in events, in their order', async () => {
  await using relay = startRelayProcess(['--rebind-ms', '200'], { AMQP_URL: broker.url })
  // Glance declares its exchange when it first has something to say, and by then nobody is bound: that first image is lost to all.
  await relay.untilLogged(({ message }) => message.startsWith('waiting for exchanges'))
  await useImage('first')
  await relay.untilLogged(({ message, exchanges }) => message === 'bound' && exchanges.includes('glance'))
  const before = relay.events.length

  const id = await useImage('vörbereitet')
  await relay.untilLogged(() =>
    relay.events.some(({ type, subject }) => type.endsWith('.image.delete') && subject === id),
  )
  const events = relay.events.slice(before).filter(({ subject }) => subject === id)
  assert.deepEqual(
    events.map(({ type }) => type),
    ['create', 'update', 'prepare', 'upload', 'activate', 'update', 'delete'].map(
      (name) => `org.openstack.glance.image.${name}`,
    ),
  )
  for (const { source } of events) assert.match(source, /^openstack\/glance\//)
  assert.equal(await relay.stop(), 0)

  const rig = await openRig(broker.url)
  assert.deepEqual([await rig.depth('tidings'), await rig.depth('tidings.dead-letters')], [0, 0])
  await rig.close()
})
