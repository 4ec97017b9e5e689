import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openstackCapture } from '../../fixtures.ts'
import { ask } from '../../http-client.ts'
import { startReceiver } from '../../receiver.ts'
import { deploy, under } from './watchdog.ts'

const { body, routingKey } = openstackCapture('nova/instance.create.end.1')

/** As the RabbitMQ connector and the gateway in front of the function send a message of a queue. */
const headers = {
  'content-type': 'text/plain',
  'x-topic': 'tidings',
  'x-connector': 'connector-sdk',
  'x-rabbitmq-routing-key': routingKey,
  'x-rabbitmq-msg-id': '',
  'x-forwarded-for': '10.42.0.13:55796',
  'x-forwarded-host': 'gateway.openfaas:8080',
  'x-call-id': 'd0ab9f9e-0c93-46b1-a4dd-695a037acb38',
  'x-start-time': '1733236563468386644',
}

const deployed = async (t: Parameters<typeof deploy>[0]) => {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const environment = { SINK_URL: receiver.url, DEAD_LETTER_URL: receiver.url }
  return { receiver, ...(await deploy(t, { stack: 'connector', name: 'openstack-queue', environment })) }
}

describe(`a message that the RabbitMQ connector brings, ${under}`, () => {
  test('becomes an event, though its type is said to be text', async (t) => {
    const { port, receiver } = await deployed(t)
    assert.equal((await ask({ port, headers, body })).status, 200)
    assert.deepEqual(
      receiver.events().map(({ type }) => type),
      ['org.openstack.nova.instance.create.end'],
    )
  })

  test('becomes a dead letter where it cannot be read', async (t) => {
    const { port, receiver } = await deployed(t)
    assert.equal((await ask({ port, headers, body: '{"oslo.version": "2.0", "oslo.message": "{"}' })).status, 200)
    assert.deepEqual(
      receiver.events().map(({ type }) => type),
      ['tidings.dead-letter'],
    )
  })

  test('is asked for again where the sink is away', async (t) => {
    const { port, receiver } = await deployed(t)
    receiver.answer = () => ({ status: 503, headers: { 'retry-after': '9' } })
    const reply = await ask({ port, headers, body })
    assert.deepEqual([reply.status, reply.headers['retry-after']], [503, '9'])
  })
})
