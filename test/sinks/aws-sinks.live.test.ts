// Against moto, an emulator of AWS: what it does not do (partial failures, the limits of size) is in aws-sinks.test.ts.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, type TestContext, test } from 'node:test'
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Sink } from '../../lib/core/sink.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { startMoto } from '../services/moto.ts'
import { event, testSink } from './contract.ts'

process.env.AWS_ACCESS_KEY_ID = 'test'
process.env.AWS_SECRET_ACCESS_KEY = 'test'

const moto = await startMoto()
after(() => moto.stop())
const client = { region: 'eu-west-1', endpoint: moto.endpoint }
const [sqs, sns, eventBridge] = [new SQSClient(client), new SNSClient(client), new EventBridgeClient(client)]
const arnOf = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`

let names = 0
const newQueue = async (isFifo = true) => {
  const name = `events-${++names}${isFifo ? '.fifo' : ''}`
  // EventBridge gives no id to drop a second delivery by.
  const attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
  await sqs.send(new CreateQueueCommand({ QueueName: name, ...(isFifo && { Attributes: attributes }) }))
  return name
}

/** Takes all messages of a queue away. */
const take = async (name: string): Promise<readonly Message[]> => {
  const taken: Message[] = []
  const QueueUrl = `${moto.endpoint}/123456789012/${name}`
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    )
    if (Messages.length === 0) return taken
    taken.push(...Messages)
    // A FIFO queue gives no more of a group while one of its messages is out.
    const Entries = Messages.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle }))
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  }
}

/** In front of moto, to break it. */
const newProxy = async (t: TestContext) => {
  const proxy = { isBroken: false, url: '' }
  const server = createServer((incoming, outgoing) => {
    if (proxy.isBroken) {
      outgoing.writeHead(503).end()
      return
    }
    const { method = 'POST', url = '/', headers } = incoming
    const onward = request(`${moto.endpoint}${url}`, { method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers)
      reply.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // A string only for pipes.
  return proxy
}

const open = (arn: string, endpoint: string, query = '', retries = 0): Sink => {
  const url = new URL(`${arn}?endpoint=${encodeURIComponent(endpoint)}${query}`)
  const sink = openSink(url, 1, { mode: 'batch', timeoutMs: 30_000, retries })
  after(() => sink.close?.())
  return sink
}

/** A sink of each service, and the queue in which its events end. */
const services = {
  sqs: async () => {
    const queue = await newQueue()
    return { arn: arnOf('sqs', queue), queue, eventOf: (body: string) => JSON.parse(body) }
  },
  sns: async () => {
    const queue = await newQueue()
    const topic = `topic-${queue}`
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: topic, Attributes: { FifoTopic: 'true' } }))
    const raw = { RawMessageDelivery: 'true' }
    const target = { TopicArn, Protocol: 'sqs', Endpoint: arnOf('sqs', queue), Attributes: raw }
    await sns.send(new SubscribeCommand(target))
    return { arn: arnOf('sns', topic), queue, eventOf: (body: string) => JSON.parse(body) }
  },
  events: async () => {
    const queue = await newQueue()
    const bus = `bus-${names}`
    await eventBridge.send(new CreateEventBusCommand({ Name: bus }))
    const rule = { Name: `rule-${names}`, EventBusName: bus }
    const pattern = JSON.stringify({ detail: { specversion: ['1.0'] } })
    await eventBridge.send(new PutRuleCommand({ ...rule, EventPattern: pattern }))
    const target = { Id: '1', Arn: arnOf('sqs', queue), SqsParameters: { MessageGroupId: 'one' } }
    await eventBridge.send(new PutTargetsCommand({ Rule: rule.Name, EventBusName: bus, Targets: [target] }))
    return { arn: arnOf('events', `event-bus/${bus}`), queue, eventOf: (body: string) => JSON.parse(body).detail }
  },
}

/** Those of sns and sqs are of a message, that of a bus is of an entry; it adds its own fields on the way to the queue. */
const LIMITS = { sqs: [1_048_576], sns: [262_144], events: [1_048_576, 1000] } as const

for (const service of ['sqs', 'sns', 'events'] as const) {
  const prepare = services[service]
  const [bytes, slack = 0] = LIMITS[service]
  testSink({
    name: `arn:aws:${service}: in moto`,
    open: async (t, retries) => {
      const { arn, queue, eventOf } = await prepare()
      const proxy = await newProxy(t)
      return {
        sink: open(arn, proxy.url, '', retries),
        received: async () => (await take(queue)).map(({ Body = '' }): CloudEvent => eventOf(Body)),
        breakDown: () => {
          proxy.isBroken = true
        },
      }
    },
    nowhere: (credentials) => open(arnOf(service, 'event-bus/x'), `http://${credentials}@127.0.0.1:9`),
    limit: { bytes, slack, message: new RegExp(`the event takes (\\d+) bytes, and the limit is ${bytes}$`) },
  })
}

test('in a FIFO queue the group is the subject or the project, and a second delivery is dropped', async () => {
  const name = await newQueue()
  const sink = open(arnOf('sqs', name), moto.endpoint)
  const given = [event('1', { subject: 'a' }), event('2', { subject: 'b' }), event('3', { subject: 'a' })]
  await sink.deliver(given)
  await sink.deliver(given)
  const messages = await take(name)
  const groups = messages.map(({ Attributes }) => Attributes?.MessageGroupId)
  assert.equal(messages.length, 3)
  assert.equal(new Set(groups).size, 2)
})

test('attributes of the event are attributes of the message, for filter policies', async () => {
  const name = await newQueue(false)
  await open(arnOf('sqs', name), moto.endpoint).deliver([event('1', { subject: 'a.jpg' })])
  const [message] = await take(name)
  const texts = Object.entries(message?.MessageAttributes ?? {}).map(([key, { StringValue }]) => [key, StringValue])
  assert.deepEqual(Object.fromEntries(texts), {
    'content-type': 'application/cloudevents+json',
    type: 'com.amazonaws.s3.ObjectCreated:Put',
    source: 'ceph:s3.default.photos',
    subject: 'a.jpg',
  })
})

test('a queue that is missing is told', async () => {
  await assert.rejects(open(arnOf('sqs', 'nowhere'), moto.endpoint, '', 3).deliver([event('1')]), {
    code: 'sink_unavailable',
    message: /^sink arn:aws:sqs:eu-west-1:123456789012:nowhere: .*(DoesNotExist|NonExistentQueue): check the ARN and/,
  })
})
