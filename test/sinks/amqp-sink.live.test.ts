import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import amqp, { type GetMessage } from 'amqplib'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Sink } from '../../lib/core/sink.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { event, testSink } from './contract.ts'

const broker = await startRabbitMQ({ tls: true, conf: ['max_message_size = 200000'] })
const judge = await amqp.connect(broker.url)
const channel = await judge.createChannel()
after(async () => {
  await judge.close().catch(() => {})
  await broker.stop()
})

let queues = 0
/** A topic exchange with a queue that gets everything, each with a name of its own. */
const newQueue = async () => {
  const name = `events-${++queues}`
  await channel.assertExchange(name, 'topic', { durable: true })
  await channel.assertQueue(name)
  await channel.bindQueue(name, name, '#')
  return name
}

const messagesIn = async (queue: string): Promise<readonly GetMessage[]> => {
  const messages: GetMessage[] = []
  for (;;) {
    const message = await channel.get(queue, { noAck: true })
    if (message === false) return messages
    messages.push(message)
  }
}

/** As the binding says: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md */
const toEvent = ({ properties, content }: GetMessage): CloudEvent => {
  const body = JSON.parse(content.toString())
  if (properties.contentType === 'application/cloudevents+json') return body
  const attributes = Object.entries(properties.headers ?? {}).flatMap(([name, value]) =>
    name.startsWith('cloudEvents:') ? [[name.slice('cloudEvents:'.length), value]] : [],
  )
  return { ...Object.fromEntries(attributes), datacontenttype: properties.contentType, data: body }
}

const open = (query: string, retries = 0, url = broker.url): Sink => {
  const sink = openSink(new URL(`${url}?${query}`), 1, { mode: 'batch', timeoutMs: 10_000, retries })
  after(() => sink.close?.())
  return sink
}

for (const mode of ['binary', 'structured']) {
  testSink({
    name: `amqp: in ${mode} mode`,
    open: async (_t, retries) => {
      const name = await newQueue()
      return {
        sink: open(`exchange=${name}&mode=${mode}`, retries),
        received: async () => (await messagesIn(name)).map(toEvent),
        breakDown: async () => {
          await channel.unbindQueue(name, name, '#')
        },
      }
    },
    nowhere: (credentials) => open('', 0, `amqp://${credentials}@127.0.0.1:9`),
    limit: { bytes: 200_000, message: /the event takes (\d+) bytes, and the limit is 200000$/ },
  })
}

test('an event whose id does not fit into the message id is taken', async () => {
  const name = await newQueue()
  const given = event('x'.repeat(300))
  await open(`exchange=${name}`).deliver([given])
  assert.deepEqual((await messagesIn(name)).map(toEvent), [given])
})

test('the type is the routing key, the id the message id, and the broker keeps the message on its disk', async () => {
  const name = await newQueue()
  await open(`exchange=${name}`).deliver([event('1')])
  const [message] = await messagesIn(name)
  assert.deepEqual(
    [message?.fields.routingKey, message?.properties.messageId, message?.properties.deliveryMode],
    ['com.amazonaws.s3.ObjectCreated:Put', '1', 2],
  )
})

test('an exchange that is missing is declared, and an event without a queue is told as such', async () => {
  const sink = open('exchange=fresh')
  const message = `sink amqp://127.0.0.1:${broker.port} exchange fresh: no queue takes events of type com.amazonaws.s3.ObjectCreated:Put: bind one, or set mandatory=false`
  await assert.rejects(sink.deliver([event('1')]), { code: 'sink_unavailable', message })
  await open('exchange=fresh&mandatory=false').deliver([event('2')])
  const name = await newQueue()
  await channel.bindQueue(name, 'fresh', 'com.amazonaws.s3.#')
  await sink.deliver([event('3')])
  assert.deepEqual((await messagesIn(name)).map(toEvent), [event('3')])
})

test('attributes that do not fit into a frame, and a type that is not a routing key, are refused', async () => {
  const sink = open(`exchange=${await newQueue()}`)
  await assert.rejects(sink.deliver([event('1', { subject: 'x'.repeat(140_000) })]), { code: 'sink_refused' })
  await assert.rejects(sink.deliver([event('2', { type: 'x'.repeat(256) })]), {
    code: 'sink_refused',
    message: /256 bytes, and the limit is 255/,
  })
  await sink.deliver([event('3')])
})

test('a wrong password is told', async () => {
  const sink = open('', 0, `amqp://guest:wrong@127.0.0.1:${broker.port}`)
  await assert.rejects(sink.deliver([event('1')]), {
    code: 'sink_unavailable',
    message: `sink amqp://127.0.0.1:${broker.port} exchange events: the broker refuses the user name or the password`,
  })
  await assert.rejects(open('', 0, `${broker.url}/nowhere`).deliver([event('1')]), { message: /virtual host/ })
})

test('amqps: checks the broker by the authority that ca names', async () => {
  const { url = '', ca = '' } = broker.tls ?? {}
  const name = await newQueue()
  await open(`exchange=${name}&ca=${ca}`, 0, url).deliver([event('1')])
  assert.deepEqual((await messagesIn(name)).map(toEvent), [event('1')])
  await assert.rejects(open(`exchange=${name}`, 0, url).deliver([event('2')]), { code: 'sink_unavailable' })
})

test('a connection that the broker closes is opened again, and what was in hand is sent again', async () => {
  const name = await newQueue()
  const sink = open(`exchange=${name}`, 5)
  await sink.deliver([event('first')])
  const ids = Array.from({ length: 300 }, (_, index) => String(index))
  const delivering = Promise.all(ids.map((id) => sink.deliver([event(id)])))
  await broker.ctl('close_all_connections', '--vhost', '/', 'test').catch(() => {})
  await delivering
  const again = await amqp.connect(broker.url)
  const own = await again.createChannel()
  const found = new Set<string>()
  for (;;) {
    const message = await own.get(name, { noAck: true })
    if (message === false) break
    found.add(message.properties.messageId)
  }
  await again.close()
  assert.deepEqual(
    ['first', ...ids].filter((id) => !found.has(id)),
    [],
  )
})
