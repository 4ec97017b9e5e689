// A real oslo.messaging publishes into a real RabbitMQ; what a queue of our own gets of it goes to the function.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type ConsumeMessage, connect } from 'amqplib'
import { readConfig } from '../../lib/kit/config.ts'
import { openstack } from '../../lib/kit/openstack.ts'
import type { OpenstackEvent } from '../../lib/openstack/openstack-event.ts'
import { logOf } from '../kit/own-functions.ts'
import { type OsloCast, type OsloNotification, publishWithOslo } from '../services/oslo.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'

const TOKEN = 'gAAAAABplaceholder_of_a_token-that-must-not-be-seen_0123456789012345678901234567890123456789'

const broker = await startRabbitMQ()
const connection = await connect(broker.url)
const channel = await connection.createChannel()
after(async () => {
  await connection.close()
  await broker.stop()
})

// As nova declares it by default: not durable, not deleted by itself.
await channel.assertExchange('nova', 'topic', { durable: false, autoDelete: false })
const { queue } = await channel.assertQueue('', { exclusive: true })
await channel.bindQueue(queue, 'nova', '#')
const waiting: ((message: ConsumeMessage) => void)[] = []
const arrived: ConsumeMessage[] = []
await channel.consume(
  queue,
  (message) => {
    if (message === null) return
    const take = waiting.shift()
    if (take) take(message)
    else arrived.push(message)
  },
  { noAck: true },
)

const next = async (): Promise<ConsumeMessage> => {
  const message = arrived.shift()
  if (message) return message
  const { promise, resolve } = Promise.withResolvers<ConsumeMessage>()
  waiting.push(resolve)
  return promise
}

type Sent = OsloNotification | OsloCast

/** Publishes, and hands all of it to the function as the relay does, in one batch. */
const through = async (messages: readonly Sent[]) => {
  await publishWithOslo(broker.url, messages)
  const received: ConsumeMessage[] = []
  for (const _ of messages) received.push(await next())
  const events: OpenstackEvent[] = []
  const config = readConfig({ LOG_LEVEL: 'debug' })
  const handler = openstack({ config }).otherwise(({ event }) => void events.push(event))
  const log = logOf(handler)
  const list = received.map(({ content, fields, properties }) => ({
    basicProperties: properties,
    redelivered: fields.redelivered,
    data: content.toString('base64'),
    deliveryTag: fields.deliveryTag,
    exchange: fields.exchange,
    routingKey: fields.routingKey,
  }))
  const rmqMessagesByQueue = { [`${queue}::/`]: list }
  const reply = await handler({ eventSource: 'aws:rmq', eventSourceArn: '', rmqMessagesByQueue }, {})
  return { events, reply, log, bodies: received.map(({ content }) => content) }
}

const odd = {
  text: 'Ünïcödé \u2028\u2029 \u0000 \u{1f600} "\\" </script> 日本',
  none: null,
  float: 0.1,
  tiny: 5e-324,
  yes: true,
  list: [[], {}, ''],
  'dotted.key:with colon': { '': 'empty name' },
}
const notification: OsloNotification = {
  exchange: 'nova',
  driver: 'messagingv2',
  publisher_id: 'compute.näme',
  priority: 'info',
  context: { user_id: 'u1', project_id: 'p1', request_id: 'req-1', user_name: 'Jürgen', auth_token: TOKEN },
  event_type: 'compute.instance.create.end',
  payload: { instance_id: 'i-1', ...odd },
}

for (const driver of ['messagingv2', 'messaging'] as const) {
  test(`${driver}: odd text and numbers come through as they were sent, in every priority`, async () => {
    const priorities = ['audit', 'debug', 'info', 'warn', 'error', 'critical', 'sample'] as const
    const { events, reply } = await through(priorities.map((priority) => ({ ...notification, driver, priority })))
    assert.deepEqual(reply, { batchItemFailures: [] })
    assert.deepEqual(
      events.map(({ priority, data }) => [priority, data.payload]),
      priorities.map((priority) => [priority, notification.payload]),
    )
    for (const { id, type, source, subject, time, kind, project, user, requestid } of events) {
      assert.match(id, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
      // oslo.messaging writes UTC without saying so.
      assert.ok(Math.abs(Date.parse(time ?? '') - Date.now()) < 120_000)
      const told = { type, source, subject, kind, project, user, requestid }
      assert.deepEqual(told, {
        type: 'org.openstack.nova.compute.instance.create.end',
        source: 'openstack/nova/compute.n%C3%A4me',
        subject: 'i-1',
        kind: 'instance.create.end',
        project: 'p1',
        user: 'u1',
        requestid: 'req-1',
      })
    }
    assert.equal(new Set(events.map(({ id }) => id)).size, priorities.length)
  })

  test(`${driver}: integers beyond 2^53 are exact, and what is not a number is null`, async () => {
    // Said in Python's own JSON, which JSON.stringify cannot write.
    const numbers = '{"big": 1152921504606846976, "negative": -36893488147419103233, "nan": NaN, "less": -Infinity}'
    const { events } = await through([{ ...notification, driver, payload: { pythonJson: numbers } }])
    const [event] = events
    const expected = '{"big":1152921504606846976,"negative":-36893488147419103233,"nan":null,"less":null}'
    assert.equal(JSON.stringify(event?.data.payload), expected)
  })

  test(`${driver}: a token is in no event and no line of log, wherever it stood`, async () => {
    const payload = {
      request_spec: { _context: { auth_token: TOKEN, _user_id: 'u1' } },
      args: [{ admin_pass: 'hunter2' }],
    }
    const { events, bodies, log } = await through([{ ...notification, driver, payload }])
    assert.ok(bodies.some((body) => body.includes(TOKEN)))
    assert.equal(events.length, 1)
    assert.match(JSON.stringify(events), /"_user_id":"u1"/)
    assert.doesNotMatch(JSON.stringify([events, log]), new RegExp(`${TOKEN}|hunter2`))
  })
}

test('compressed messages are read', async () => {
  const sent = ['gzip', 'bzip2'].map((compression) => ({
    ...notification,
    options: `kombu_compression=${compression}`,
  }))
  const { events, bodies } = await through(sent)
  assert.deepEqual(
    bodies.map((body) => body.subarray(0, 2).toString('latin1')),
    ['x\x9c', 'BZ'],
  )
  assert.deepEqual(
    events.map(({ data }) => data.payload),
    [notification.payload, notification.payload],
  )
})

test('a remote procedure call is left out without a word of what it holds', async () => {
  const call: OsloCast = {
    exchange: 'nova',
    topic: 'conductor',
    method: 'object_action',
    context: { auth_token: TOKEN },
    arguments: { admin_password: 'hunter2' },
  }
  const { events, reply, bodies, log } = await through([call, notification])
  assert.match(bodies[0]?.toString() ?? '', /method.*object_action/)
  assert.deepEqual(reply, { batchItemFailures: [] })
  assert.deepEqual(
    events.map(({ data }) => data.eventType),
    ['compute.instance.create.end'],
  )
  assert.doesNotMatch(JSON.stringify(log), new RegExp(`${TOKEN}|hunter2|object_action`))
})
