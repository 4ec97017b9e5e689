// Events that sinks deliver beside the plain client of their library: the same messages, confirms and concurrency, services on loopback.
// Arguments choose sinks by their scheme, such as `file nats`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CreateEventBusCommand, EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { CreateTopicCommand, PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns'
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect as connectNats, headers as newHeaders } from '@nats-io/transport-node'
import { Admin, Producer, stringSerializer } from '@platformatic/kafka'
import amqp from 'amqplib'
import { Redis } from 'ioredis'
import type { CloudEvent } from '../lib/core/cloudevent.ts'
import { openSink } from '../lib/sinks/open-sink.ts'
import { startKafka } from '../test/services/kafka.ts'
import { startMoto } from '../test/services/moto.ts'
import { startNats } from '../test/services/nats.ts'
import { startRabbitMQ } from '../test/services/rabbitmq.ts'
import { startRedis } from '../test/services/redis.ts'
import { capturedEvents } from '../test/sinks/contract.ts'
import { median, report } from './measure.ts'
import { stopwatch } from './stopwatch.ts'

const [sample] = capturedEvents()
if (sample === undefined) throw new Error('there is no captured event')
let ids = 0
const newEvents = (count: number): CloudEvent[] =>
  Array.from({ length: count }, () => ({ ...sample, id: String(++ids) }))
const options = { mode: 'batch', timeoutMs: 30_000, retries: 0 } as const

type Call = (events: readonly CloudEvent[]) => Promise<unknown>
/** Microseconds of an event. */
type Cost = { readonly wall: number; readonly cpu: number }

/** The cost of an event, with `size` events in each call and `atOnce` calls at a time. */
const cost = async (call: Call, { size, atOnce, total }: Shape): Promise<Cost> => {
  const calls = Array.from({ length: total / size }, () => newEvents(size))
  const spent = stopwatch()
  const caller = async (): Promise<void> => {
    for (let events = calls.pop(); events !== undefined; events = calls.pop()) await call(events)
  }
  await Promise.all(Array.from({ length: atOnce }, caller))
  const { seconds, cpuMicros } = spent()
  return { wall: (seconds * 1e6) / total, cpu: cpuMicros / total }
}

type Shape = { readonly size: number; readonly atOnce: number; readonly total: number }

const ROUNDS = 5

/** Sink and client take turns, so that whatever else the machine does hits both. The first round warms them up. */
const compare = async (name: string, url: string, plain: Call, total = 3000): Promise<void> => {
  const sink = openSink(new URL(url), 1, options)
  const calls = { sink: (events: readonly CloudEvent[]) => sink.deliver(events), plain }
  const shapes = {
    'calls of 100 events': { size: 100, atOnce: 1, total },
    '32 calls of an event at a time': { size: 1, atOnce: 32, total },
  }
  for (const [shapeName, shape] of Object.entries(shapes)) {
    const costs: Record<keyof typeof calls, Cost[]> = { sink: [], plain: [] }
    for (let round = 0; round <= ROUNDS; round++) {
      for (const who of round % 2 === 0 ? (['sink', 'plain'] as const) : (['plain', 'sink'] as const)) {
        const spent = await cost(calls[who], shape)
        if (round > 0) costs[who].push(spent)
      }
    }
    const of = (who: keyof typeof calls, what: keyof Cost): number => median(costs[who].map((spent) => spent[what]))
    report(`${name} ${shapeName}, events/s`, (1e6 / of('sink', 'wall')).toFixed(0), '-')
    report('  throughput beside the plain client', (of('plain', 'wall') / of('sink', 'wall')).toFixed(2), '>= 0.7')
    report('  the same by CPU of this process', (of('plain', 'cpu') / of('sink', 'cpu')).toFixed(2), '>= 0.7')
  }
  await sink.close?.()
}

/** The plain client is node:http with connections that stay open. The receiver is a process of its own. */
const benchHttp = async (): Promise<void> => {
  const receiver = spawn(process.execPath, [fileURLToPath(new URL('taking-sink.cjs', import.meta.url))], {
    env: { PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = await once(receiver.stdout, 'data')
  const url = `http://127.0.0.1:${Number(port)}/`
  const agent = new Agent({ keepAlive: true })
  const post = (contentType: string, body: string): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const headers = { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => answer.resume().on('end', resolve))
    sent.on('error', reject).end(body)
    return promise
  }
  await compare('http:', url, (events) =>
    events.length === 1
      ? post('application/cloudevents+json', JSON.stringify(events[0]))
      : post('application/cloudevents-batch+json', JSON.stringify(events)),
  )
  agent.destroy()
  receiver.kill()
}

const benchFile = async (): Promise<void> => {
  const path = join(tmpdir(), `tidings-bench-${process.pid}`)
  const file = await open(`${path}-plain`, 'a')
  await compare('file:', `file://${path}`, async (events) => {
    await file.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    await file.datasync()
  })
  await file.close()
  for (const written of [path, `${path}-plain`]) rmSync(written)
}

const benchRedis = async (): Promise<void> => {
  const server = await startRedis('everysec')
  const redis = new Redis(server.url)
  await compare('redis:', server.url, (events) => {
    const pipeline = redis.pipeline()
    for (const event of events) pipeline.xadd('plain', '*', 'event', JSON.stringify(event))
    return pipeline.exec()
  })
  redis.disconnect()
  await server.stop()
}

const headersOf = ({ data: _, datacontenttype, ...attributes }: CloudEvent, prefix: string): [string, string][] => [
  ...Object.entries(attributes).map(([name, value]): [string, string] => [`${prefix}${name}`, String(value)]),
  ['content-type', datacontenttype],
]

const benchNats = async (): Promise<void> => {
  const server = await startNats()
  const nats = await connectNats({ servers: `127.0.0.1:${server.port}` })
  await (await jetstreamManager(nats)).streams.add({ name: 'events', subjects: ['events.>'] })
  const stream = jetstream(nats)
  await compare('nats:', server.url, (events) =>
    Promise.all(
      events.map((event) => {
        const headers = newHeaders()
        for (const [name, value] of headersOf(event, 'ce-')) headers.set(name, encodeURIComponent(value))
        return stream.publish(`events.${event.type}`, JSON.stringify(event.data), { headers, msgID: event.id })
      }),
    ),
  )
  await nats.close()
  await server.stop()
}

const benchAmqp = async (): Promise<void> => {
  const broker = await startRabbitMQ()
  const connection = await amqp.connect(broker.url)
  const channel = await connection.createConfirmChannel()
  await channel.assertExchange('events', 'topic')
  await channel.assertQueue('all')
  await channel.bindQueue('all', 'events', '#')
  await compare('amqp:', broker.url, (events) =>
    Promise.all(
      events.map((event) => {
        const headers = Object.fromEntries(headersOf(event, 'cloudEvents:'))
        const properties = { persistent: true, mandatory: true, messageId: event.id, headers }
        const { promise, resolve } = Promise.withResolvers<unknown>()
        channel.publish('events', event.type, Buffer.from(JSON.stringify(event.data)), properties, resolve)
        return promise
      }),
    ),
  )
  await connection.close()
  await broker.stop()
}

const benchKafka = async (): Promise<void> => {
  const kafka = await startKafka()
  const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [kafka.broker] })
  await admin.createTopics({ topics: ['events', 'plain'], partitions: 1, replicas: 1 })
  const producer = new Producer<string, string, string, string>({
    clientId: 'bench',
    bootstrapBrokers: [kafka.broker],
    idempotent: true,
    serializers: {
      key: stringSerializer,
      value: stringSerializer,
      headerKey: stringSerializer,
      headerValue: stringSerializer,
    },
  })
  await compare('kafka:', `kafka://${kafka.broker}/events`, (events) =>
    producer.send({
      messages: events.map((event) => ({
        topic: 'plain',
        value: JSON.stringify(event.data),
        headers: Object.fromEntries(headersOf(event, 'ce_')),
      })),
    }),
  )
  await producer.close()
  await admin.close()
  await kafka.stop()
}

const inTens = async (events: readonly CloudEvent[], send: Call): Promise<void> => {
  for (let from = 0; from < events.length; from += 10) await send(events.slice(from, from + 10))
}

const messageAttributes = ({ type, source, subject }: CloudEvent) =>
  Object.fromEntries(
    Object.entries({ 'content-type': 'application/cloudevents+json', type, source, subject }).map(
      ([name, StringValue]) => [name, { DataType: 'String', StringValue }],
    ),
  )

/** moto is an emulator: what it takes for a request hides most of the client's own cost, which CPU still shows. */
const benchAws = async (): Promise<void> => {
  process.env.AWS_ACCESS_KEY_ID = 'bench'
  process.env.AWS_SECRET_ACCESS_KEY = 'bench'
  const moto = await startMoto()
  const client = { region: 'eu-west-1', endpoint: moto.endpoint }
  const urlOf = (service: string, name: string) =>
    `arn:aws:${service}:eu-west-1:123456789012:${name}?endpoint=${moto.endpoint}`

  const sqs = new SQSClient(client)
  for (const QueueName of ['events', 'plain']) await sqs.send(new CreateQueueCommand({ QueueName }))
  const QueueUrl = `${moto.endpoint}/123456789012/plain`
  await compare(
    'sqs (moto)',
    urlOf('sqs', 'events'),
    (events) =>
      inTens(events, (ten) => {
        const Entries = ten.map((event, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(event),
          MessageAttributes: messageAttributes(event),
        }))
        return sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
      }),
    100,
  )

  const sns = new SNSClient(client)
  for (const Name of ['events', 'plain']) await sns.send(new CreateTopicCommand({ Name }))
  const TopicArn = 'arn:aws:sns:eu-west-1:123456789012:plain'
  await compare(
    'sns (moto)',
    urlOf('sns', 'events'),
    (events) =>
      inTens(events, (ten) => {
        const PublishBatchRequestEntries = ten.map((event, index) => ({
          Id: String(index),
          Message: JSON.stringify(event),
          MessageAttributes: messageAttributes(event),
        }))
        return sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }))
      }),
    100,
  )

  const eventBridge = new EventBridgeClient(client)
  for (const Name of ['events', 'plain']) await eventBridge.send(new CreateEventBusCommand({ Name }))
  await compare(
    'eventbridge (moto)',
    urlOf('events', 'event-bus/events'),
    (events) =>
      inTens(events, (ten) => {
        const Entries = ten.map((event) => ({
          EventBusName: 'plain',
          Source: event.source,
          DetailType: event.type,
          Detail: JSON.stringify(event),
          ...(event.time !== undefined && { Time: new Date(event.time) }),
        }))
        return eventBridge.send(new PutEventsCommand({ Entries }))
      }),
    100,
  )
  await moto.stop()
}

const benches = {
  http: benchHttp,
  file: benchFile,
  redis: benchRedis,
  nats: benchNats,
  amqp: benchAmqp,
  kafka: benchKafka,
  aws: benchAws,
}
const chosen = process.argv.slice(2)
for (const [name, bench] of Object.entries(benches)) if (chosen.length === 0 || chosen.includes(name)) await bench()
