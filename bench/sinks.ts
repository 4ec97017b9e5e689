// Events per second that sinks deliver beside the plain client of their library, in calls of 100 events each, against services on loopback.
import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect as connectNats } from '@nats-io/transport-node'
import amqp from 'amqplib'
import { Redis } from 'ioredis'
import { openSink } from '../lib/sinks/open-sink.ts'
import { startNats } from '../test/services/nats.ts'
import { startRabbitMQ } from '../test/services/rabbitmq.ts'
import { startRedis } from '../test/services/redis.ts'
import { capturedEvents } from '../test/sinks/contract.ts'
import { inTurn, report } from './measure.ts'

const CALLS = 50
const [sample] = capturedEvents()
if (sample === undefined) throw new Error('there is no captured event')
let ids = 0
const newEvents = () => Array.from({ length: 100 }, () => ({ ...sample, id: String(++ids) }))
const options = { mode: 'batch', timeoutMs: 30_000, retries: 0 } as const

/** Events per second of calls one after the other. */
const rate = (call: (events: ReturnType<typeof newEvents>) => Promise<unknown>) => async (): Promise<number> => {
  const calls = Array.from({ length: CALLS }, newEvents)
  const start = performance.now()
  for (const events of calls) await call(events)
  return (CALLS * 100 * 1000) / (performance.now() - start)
}

const compare = async (name: string, url: string, plain: Parameters<typeof rate>[0]): Promise<void> => {
  const sink = openSink(new URL(url), 1, options)
  const perSecond = await inTurn(5, { sink: rate((events) => sink.deliver(events)), plain: rate(plain) })
  report(`events/s, sink ${name}`, perSecond.sink.toFixed(0), '-')
  report('  beside the plain client', (perSecond.sink / perSecond.plain).toFixed(2), '>= 0.7')
  await sink.close?.()
}

const path = join(tmpdir(), `tidings-bench-${process.pid}`)
const file = await open(`${path}-plain`, 'a')
await compare('file:', `file://${path}`, async (events) => {
  await file.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  await file.datasync()
})
await file.close()
for (const written of [path, `${path}-plain`]) rmSync(written)

const redisServer = await startRedis('everysec')
const redis = new Redis(redisServer.url)
await compare('redis:', redisServer.url, (events) => {
  const pipeline = redis.pipeline()
  for (const event of events) pipeline.xadd('plain', '*', 'event', JSON.stringify(event))
  return pipeline.exec()
})
redis.disconnect()
await redisServer.stop()

const natsServer = await startNats()
const nats = await connectNats({ servers: `127.0.0.1:${natsServer.port}` })
await (await jetstreamManager(nats)).streams.add({ name: 'events', subjects: ['events.>'] })
const stream = jetstream(nats)
await compare('nats:', natsServer.url, (events) =>
  Promise.all(events.map((event) => stream.publish('events.plain', JSON.stringify(event), { msgID: event.id }))),
)
await nats.close()
await natsServer.stop()

const broker = await startRabbitMQ()
const connection = await amqp.connect(broker.url)
const channel = await connection.createConfirmChannel()
await channel.assertExchange('events', 'topic')
await channel.assertQueue('all')
await channel.bindQueue('all', 'events', '#')
await compare('amqp:', broker.url, (events) => {
  for (const event of events)
    channel.publish('events', event.type, Buffer.from(JSON.stringify(event)), { persistent: true, mandatory: true })
  return channel.waitForConfirms()
})
await connection.close()
await broker.stop()
