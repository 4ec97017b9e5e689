import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Admin, Consumer, type Message, MessagesStreamModes, stringDeserializer } from '@platformatic/kafka'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Sink } from '../../lib/core/sink.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { startKafka } from '../services/kafka.ts'
import { event, testSink } from './contract.ts'

const kafka = await startKafka()
const admin = new Admin({ clientId: 'judge', bootstrapBrokers: [kafka.broker] })
after(async () => {
  await admin.close()
  await kafka.stop()
})

let topics = 0
const newTopic = async (partitions = 1): Promise<string> => {
  const topic = `events-${++topics}`
  await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
  return topic
}

const open = (path: string, retries = 0, authority = kafka.broker): Sink => {
  const sink = openSink(new URL(`kafka://${authority}/${path}`), 1, { mode: 'batch', timeoutMs: 10_000, retries })
  after(() => sink.close?.())
  return sink
}

type Received = Message<string, string, string, string>

/** All that a topic has, up to a last message of our own in each partition. */
const messagesIn = async (topic: string): Promise<Received[]> => {
  const consumer = new Consumer({
    clientId: 'judge',
    groupId: `judge-${topic}`,
    bootstrapBrokers: [kafka.broker],
    deserializers: {
      key: stringDeserializer,
      value: stringDeserializer,
      headerKey: stringDeserializer,
      headerValue: stringDeserializer,
    },
  })
  const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? []
  const expected = ends.reduce((sum, end) => sum + Number(end), 0)
  const messages: Received[] = []
  if (expected > 0) {
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST, maxWaitTime: 50 })
    for await (const message of stream) {
      messages.push(message as unknown as Received) // With the deserializers above.
      if (messages.length === expected) break
    }
    await stream.close()
  }
  await consumer.close(true)
  return messages
}

/** As the binding says: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md */
const toEvent = ({ value, headers }: Received): CloudEvent => {
  const body = JSON.parse(value)
  const type = headers.get('content-type')
  if (type === 'application/cloudevents+json') return body
  const attributes = [...headers].flatMap(([name, text]) => (name.startsWith('ce_') ? [[name.slice(3), text]] : []))
  return { ...Object.fromEntries(attributes), datacontenttype: type, data: body }
}

for (const mode of ['binary', 'structured']) {
  testSink({
    name: `kafka: in ${mode} mode`,
    open: async (_t, retries) => {
      const topic = await newTopic()
      let isBroken = false
      return {
        sink: open(`${topic}?mode=${mode}`, retries),
        received: async () => (isBroken ? [] : (await messagesIn(topic)).map(toEvent)),
        breakDown: async () => {
          await admin.deleteTopics({ topics: [topic] })
          isBroken = true
        },
      }
    },
    nowhere: (credentials) => open('', 0, `${credentials}@127.0.0.1:9`),
    limit: {
      bytes: 1_048_588,
      message: /the event takes (\d+) bytes, and the limit is 1048588$/,
      // A batch of records, and the headers.
      slack: 500,
    },
  })
}

test('the key of an event is its subject, its object or its project, and stands in partitionkey', async () => {
  const given = { ...event('1', { subject: 'a.jpg' }), project: 'p1' }
  for (const [key, expected] of [
    ['subject', 'a.jpg'],
    ['object', 'ceph:s3.default.photos/a.jpg'],
    ['project', 'p1'],
  ]) {
    const topic = await newTopic()
    await open(`${topic}?key=${key}`).deliver([given, event('2')])
    const [first, second] = await messagesIn(topic)
    assert.equal(first?.key, expected)
    assert.deepEqual(first && toEvent(first), { ...given, partitionkey: expected })
    assert.equal(second && toEvent(second).id, '2')
  }
})

test('events with one key have one partition and keep their order', async () => {
  const topic = await newTopic(3)
  const sink = open(`${topic}?key=subject`)
  const events = Array.from({ length: 90 }, (_, index) => event(String(index), { subject: `s${index % 9}` }))
  for (let from = 0; from < 90; from += 10) await sink.deliver(events.slice(from, from + 10))
  const bySubject = Map.groupBy(await messagesIn(topic), ({ key }) => key)
  for (const [subject, messages] of bySubject) {
    assert.equal(new Set(messages.map(({ partition }) => partition)).size, 1)
    assert.deepEqual(
      messages.map((message) => toEvent(message).id),
      events.filter((one) => one.subject === subject).map(({ id }) => id),
    )
  }
})

test('a topic that is missing is told', async () => {
  await assert.rejects(open('nowhere', 3).deliver([event('1')]), {
    code: 'sink_unavailable',
    message: `sink kafka://${kafka.broker} topic nowhere: the events were not acknowledged (UNKNOWN_TOPIC_OR_PARTITION)`,
  })
})

for (const sasl of ['SCRAM-SHA-256', 'PLAIN']) {
  test(`TLS and ${sasl} let in, and a wrong password is told`, async () => {
    const topic = await newTopic()
    const query = `tls=true&ca=${kafka.ca}&sasl=${sasl}`
    await open(`${topic}?${query}`, 0, `tidings:p%C3%A4%3Ass@${kafka.guarded}`).deliver([event('1')])
    assert.deepEqual((await messagesIn(topic)).map(toEvent), [event('1')])
    await assert.rejects(open(`${topic}?${query}`, 0, `tidings:wrong@${kafka.guarded}`).deliver([event('2')]), {
      code: 'sink_unavailable',
      message: /SASL_AUTHENTICATION_FAILED|PLT_KFK_AUTHENTICATION/,
    })
  })
}

test('a broker that was killed is connected to again', async () => {
  const topic = await newTopic()
  const sink = open(topic, 12)
  await sink.deliver([event('first')])
  await kafka.kill()
  const ids = Array.from({ length: 100 }, (_, index) => String(index))
  const delivering = Promise.all(ids.map((id) => sink.deliver([event(id)])))
  await kafka.start()
  await delivering
  const found = new Set((await messagesIn(topic)).map((message) => toEvent(message).id))
  assert.deepEqual(
    ['first', ...ids].filter((id) => !found.has(id)),
    [],
  )
})
