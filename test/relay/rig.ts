// Shared parts of the relay's live tests: a queue of their own for each test, a publisher, a function that remembers, a log
// that does.
import { after } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import amqp, { type ChannelModel, type ConfirmChannel, type GetMessage, type Options } from 'amqplib'
import type { Logger } from '../../lib/process/log.ts'
import type { OwnQueue, RelayOptions, Source, Timings } from '../../lib/relay/options.ts'
import { startRelayWith } from '../../lib/relay/relay.ts'
import type { Invoke, RelayMessage, Verdict } from '../../lib/relay/relay-message.ts'
import type { Relay, SourceStatus } from '../../lib/relay/status.ts'
import { type RabbitMQ, type RabbitMQOptions, startRabbitMQ } from '../services/rabbitmq.ts'

/** Short enough for a test; what takes as long as it takes stays as it is. */
export const FAST: Timings = {
  reconnect: { firstMs: 50, maxMs: 500 },
  pause: { firstMs: 20, maxMs: 100 },
  ackLingerMs: 20,
  connectTimeoutMs: 15_000,
}

export const ownQueue = (name: string, changes: Partial<OwnQueue> = {}): OwnQueue => ({
  kind: 'own',
  name,
  type: 'quorum',
  exchanges: [`${name}-exchange`],
  bindingKeys: ['notifications.*'],
  dropsRpc: false,
  ttlMs: 3_600_000,
  maxLength: 10_000,
  overflow: 'drop-head',
  deliveryLimit: 20,
  ...changes,
})

export const sourceAt = (port: number, queue: Source['queue'], changes: Partial<Source> = {}): Source => ({
  hosts: [{ host: '127.0.0.1', port }],
  username: 'guest',
  password: 'guest',
  vhost: '/',
  heartbeatSeconds: 10,
  queue,
  ...changes,
})

export const relayOptions = (source: Source, changes: Partial<RelayOptions> = {}): RelayOptions => ({
  sources: [source],
  batch: { size: 10, lingerMs: 20 },
  concurrency: 2,
  prefetch: 100,
  retry: { attempts: 3, firstDelayMs: 100, maxDelayMs: 400 },
  rebindMs: 500,
  drainMs: 10_000,
  ...changes,
})

export type Recorder = {
  readonly invoke: Invoke
  /** Every call, as it came in. */
  readonly batches: (readonly RelayMessage[])[]
  /** Bodies of what was acked, in order. */
  readonly handled: string[]
}

/** A function that acks, but for what is said otherwise of a message. */
export const recorder = (
  judge: (message: RelayMessage) => Verdict | Promise<Verdict> = () => ({ type: 'ack' }),
): Recorder => {
  const batches: (readonly RelayMessage[])[] = []
  const handled: string[] = []
  return {
    batches,
    handled,
    invoke: async (messages) => {
      batches.push(messages)
      const verdicts: Verdict[] = []
      for (const message of messages) {
        const verdict = await judge(message)
        if (verdict.type === 'ack') handled.push(message.body.toString())
        verdicts.push(verdict)
      }
      return verdicts
    },
  }
}

export type LogLine = { readonly level: string; readonly message: string; readonly [field: string]: unknown }

export const logLines = (): { readonly log: Logger; readonly lines: LogLine[] } => {
  const lines: LogLine[] = []
  const at =
    (level: string): Logger['info'] =>
    (fields, message) =>
      lines.push({ level, message, ...fields })
  return { lines, log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

/** A relay whose status is that of its only source. */
export type TestRelay = Relay & { source(): SourceStatus; readonly lines: readonly LogLine[] }

const started = new Set<Relay>()

/** Call this in `after`: anything that a failed test left running would keep the process alive. */
export const stopRelays = async (): Promise<void> => {
  await Promise.all([...started].map((relay) => relay.stop()))
}

export const startTestRelay = (options: RelayOptions, invoke: Invoke, timings: Timings = FAST): TestRelay => {
  const { log, lines } = logLines()
  const relay = startRelayWith(options, invoke, log, timings)
  started.add(relay)
  return {
    ...relay,
    lines,
    source: () => relay.status().sources[0] as SourceStatus, // There is one.
  }
}

/** Polls what no event tells: the state of a broker, or of another process. */
export const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 60_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within 60 s: ${what}`)
    await pause(20)
  }
}

export type Rig = {
  /** Whether the broker is of this release or a later one. */
  isAtLeast(major: number, minor: number): boolean
  readonly connection: ChannelModel
  readonly channel: ConfirmChannel
  /** Publishes with confirms. */
  publish(exchange: string, routingKey: string, bodies: readonly string[], properties?: Options.Publish): Promise<void>
  /** Ready messages; undefined: no such queue. */
  depth(queue: string): Promise<number | undefined>
  take(queue: string): Promise<GetMessage | undefined>
  close(): Promise<void>
}

export const openRig = async (url: string): Promise<Rig> => {
  const connection: ChannelModel = await amqp.connect(url)
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  const [brokerMajor = 0, brokerMinor = 0] = connection.connection.serverProperties.version.split('.').map(Number)
  return {
    connection,
    channel,
    isAtLeast: (major, minor) => brokerMajor > major || (brokerMajor === major && brokerMinor >= minor),
    async publish(exchange, routingKey, bodies, properties = {}) {
      for (const body of bodies) channel.publish(exchange, routingKey, Buffer.from(body), properties)
      await channel.waitForConfirms()
    },
    async depth(queue) {
      const throwAway = await connection.createChannel()
      throwAway.on('error', () => {})
      const messages = await throwAway.checkQueue(queue).then(
        ({ messageCount }) => messageCount,
        () => undefined,
      )
      if (messages !== undefined) await throwAway.close()
      return messages
    },
    async take(queue) {
      const message = await channel.get(queue, { noAck: true })
      return message || undefined
    },
    close: () => connection.close(),
  }
}

export type Lab = {
  readonly broker: RabbitMQ
  /** Of the broker. `reopen` makes a new one, after the broker has cut all connections. */
  readonly rig: Rig
  reopen(): Promise<void>
  /** A queue of the relay's own, and the exchange that it is to be bound to, which exists. */
  prepare(name: string, changes?: Partial<OwnQueue>): Promise<{ queue: OwnQueue; exchange: string; source: Source }>
}

/** A broker of a test file's own. After the last test, it ends together with the relays that still run. */
export const openLab = async (options?: RabbitMQOptions): Promise<Lab> => {
  const broker = await startRabbitMQ(options)
  let rig = await openRig(broker.url)
  after(async () => {
    await stopRelays()
    await rig.close().catch(() => {})
    await broker.stop()
  })
  return {
    broker,
    get rig() {
      return rig
    },
    async reopen() {
      rig = await openRig(broker.url)
    },
    async prepare(name, changes) {
      const queue = ownQueue(name, changes)
      const [exchange = ''] = queue.exchanges
      await rig.channel.assertExchange(exchange, 'topic', { durable: false })
      return { queue, exchange, source: sourceAt(broker.port, queue) }
    },
  }
}

export const consuming = (relay: TestRelay): Promise<void> =>
  until('the relay consumes', () => relay.source().state === 'consuming')

/** `prefix1`, `prefix2` … */
export const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)
