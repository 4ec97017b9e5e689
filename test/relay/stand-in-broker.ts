// A stand-in for RabbitMQ and amqplib, in memory: queues are lists, and a channel keeps the rules that the relay counts on
// (delivery tags, unacked messages, confirms, what happens at its end). Unit tests lose it, or hold its confirms, at the
// moment that they are about. Live tests show that the real broker does the same.
import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib'

type Headers = Readonly<Record<string, unknown>>

type Stored = {
  readonly content: Buffer
  readonly properties: { readonly headers?: Headers | undefined }
  readonly exchange: string
  readonly routingKey: string
  readonly redelivered: boolean
}

/** The broker's answer to a published message. `hold`: nothing yet. */
export type Answer = 'confirm' | 'refuse' | 'hold'

export class StandInBroker {
  /** The frames that came over the wire, in order: `publish q`, `confirm q`, `refuse q`, `return q`, `ack 3`, `ack up to 3`. */
  readonly steps: string[] = []
  readonly connections: StandInConnection[] = []
  answer: (queue: string) => Answer = () => 'confirm'
  /** Fails an `assertQueue`, as a broker does that has the queue with other arguments. */
  conflict: string | undefined
  readonly #queues = new Map<string, Stored[]>()

  declare(...queues: readonly string[]): void {
    for (const queue of queues) if (!this.#queues.has(queue)) this.#queues.set(queue, [])
  }

  put(queue: string, body: string, { headers, ...given }: Partial<Stored> & { headers?: Headers } = {}): void {
    this.declare(queue)
    const where = { exchange: 'nova', routingKey: 'notifications.info', redelivered: false }
    this.list(queue)?.push({ content: Buffer.from(body), properties: { headers }, ...where, ...given })
    this.pump()
  }

  /** Bodies of the messages that wait in a queue, the oldest first. */
  waiting(queue: string): string[] {
    return (this.list(queue) ?? []).map(({ content }) => content.toString())
  }

  headersIn(queue: string): (Headers | undefined)[] {
    return (this.list(queue) ?? []).map(({ properties }) => properties.headers)
  }

  get hasQueues(): readonly string[] {
    return [...this.#queues.keys()]
  }

  list(queue: string): Stored[] | undefined {
    return this.#queues.get(queue)
  }

  connect(): ChannelModel {
    const connection = new StandInConnection(this)
    this.connections.push(connection)
    return connection as unknown as ChannelModel // Has all that the relay uses.
  }

  pump(): void {
    for (const { channels } of this.connections) for (const channel of channels) channel.pump()
  }
}

export class StandInConnection extends EventEmitter {
  readonly channels: StandInChannel[] = []
  readonly #broker: StandInBroker
  isOpen = true

  constructor(broker: StandInBroker) {
    super()
    this.#broker = broker
  }

  async createChannel(): Promise<Channel> {
    if (!this.isOpen) throw new Error('Connection closed')
    const channel = new StandInChannel(this.#broker)
    this.channels.push(channel)
    return channel as unknown as Channel // Has all that the relay uses.
  }

  async createConfirmChannel(): Promise<ConfirmChannel> {
    return (await this.createChannel()) as ConfirmChannel // It confirms whatever is published.
  }

  async close(): Promise<void> {
    this.lose()
  }

  /** The connection ends: its channels first, as amqplib tells it. */
  lose(error?: Error): void {
    if (!this.isOpen) return
    this.isOpen = false
    for (const channel of this.channels) channel.end()
    this.emit('close', error)
  }
}

/** Lets everything go on that waits for nobody, until the condition holds. */
export const turnsUntil = async (what: string, isSo: () => boolean): Promise<void> => {
  const deadline = Date.now() + 10_000
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`not within 10 s: ${what}`)
    await turn()
  }
}

type Confirm = (error: Error | null) => void

export class StandInChannel extends EventEmitter {
  readonly #broker: StandInBroker
  readonly #unacked = new Map<number, { readonly queue: string; readonly stored: Stored }>()
  readonly #unconfirmed = new Map<Confirm, string>()
  readonly #consumers = new Map<string, { queue: string; take: (message: ConsumeMessage | null) => void }>()
  #lastTag = 0
  #prefetch = Number.POSITIVE_INFINITY
  isOpen = true

  constructor(broker: StandInBroker) {
    super()
    this.#broker = broker
  }

  async prefetch(count: number): Promise<void> {
    this.#prefetch = count
  }

  async consume(queue: string, take: (message: ConsumeMessage | null) => void): Promise<{ consumerTag: string }> {
    this.#checkOpen()
    const consumerTag = `consumer-${this.#consumers.size + 1}`
    this.#consumers.set(consumerTag, { queue, take })
    // As with amqplib, the first messages may be here before who asked goes on.
    queueMicrotask(() => this.#deliver(queue, take))
    return { consumerTag }
  }

  async cancel(consumerTag: string): Promise<void> {
    this.#checkOpen()
    this.#consumers.delete(consumerTag)
  }

  get isConsuming(): boolean {
    return this.#consumers.size > 0
  }

  /** As when the queue is deleted. */
  cancelConsumers(): void {
    for (const { take } of this.#consumers.values()) take(null)
  }

  async get(queue: string): Promise<ConsumeMessage | false> {
    this.#checkOpen()
    return this.#hand(queue) ?? false
  }

  ack({ fields }: ConsumeMessage, allUpTo = false): void {
    this.#checkOpen()
    const tag = fields.deliveryTag
    this.#broker.steps.push(`ack ${allUpTo ? 'up to ' : ''}${tag}`)
    if (!this.#unacked.has(tag)) {
      this.end(406, `PRECONDITION_FAILED - unknown delivery tag ${tag}`)
      return
    }
    for (const open of [...this.#unacked.keys()])
      if (open === tag || (allUpTo && open < tag)) this.#unacked.delete(open)
    this.pump()
  }

  async assertQueue(queue: string): Promise<void> {
    if (queue === this.#broker.conflict) {
      const text = `PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue '${queue}' in vhost '/': received '10' but current is '20'`
      throw this.end(406, text)
    }
    this.#broker.declare(queue)
  }

  async checkQueue(queue: string): Promise<{ messageCount: number }> {
    this.#checkOpen()
    const list = this.#broker.list(queue)
    if (list === undefined) throw this.end(404, `NOT_FOUND - no queue '${queue}' in vhost '/'`)
    return { messageCount: list.length }
  }

  async checkExchange(): Promise<void> {}

  async bindQueue(): Promise<void> {}

  publish(_exchange: '', queue: string, content: Buffer, { headers, mandatory }: Options.Publish, told: Confirm): void {
    this.#checkOpen()
    this.#broker.steps.push(`publish ${queue}`)
    this.#unconfirmed.set(told, queue)
    const answer = this.#broker.answer(queue)
    if (answer === 'hold') return
    setImmediate(() => {
      if (answer === 'refuse') return this.#tell(told, 'refuse', new Error('message nacked'))
      const list = this.#broker.list(queue)
      list?.push({ content, properties: { headers }, exchange: '', routingKey: queue, redelivered: false })
      if (list === undefined && mandatory) {
        this.#broker.steps.push(`return ${queue}`)
        this.emit('return', { properties: { headers } })
      }
      this.#tell(told, 'confirm', null)
      this.#broker.pump()
    })
  }

  /** Confirms what was held back. */
  confirm(): void {
    for (const told of [...this.#unconfirmed.keys()]) this.#tell(told, 'confirm', null)
  }

  async close(): Promise<void> {
    this.#checkOpen()
    this.end()
  }

  /** The channel ends. The queues have its unacked messages back, in their places. */
  end(code?: number, text = ''): Error {
    const error = Object.assign(new Error(text), { code })
    if (!this.isOpen) return error
    this.isOpen = false
    this.#consumers.clear()
    for (const { queue, stored } of [...this.#unacked.values()].reverse())
      this.#broker.list(queue)?.unshift({ ...stored, redelivered: true })
    this.#unacked.clear()
    if (code !== undefined) this.emit('error', error)
    for (const told of [...this.#unconfirmed.keys()]) told(new Error('channel closed'))
    this.emit('close')
    return error
  }

  /** Hands waiting messages to the consumers, as far as `prefetch` lets them have more. */
  pump(): void {
    for (const { queue, take } of this.#consumers.values()) setImmediate(() => this.#deliver(queue, take))
  }

  #deliver(queue: string, take: (message: ConsumeMessage) => void): void {
    while (this.isOpen && this.#consumers.size > 0 && this.#unacked.size < this.#prefetch) {
      const message = this.#hand(queue)
      if (message === undefined) return
      take(message)
    }
  }

  #hand(queue: string): ConsumeMessage | undefined {
    const stored = this.#broker.list(queue)?.shift()
    if (stored === undefined) return undefined
    const { content, properties, exchange, routingKey, redelivered } = stored
    const deliveryTag = ++this.#lastTag
    this.#unacked.set(deliveryTag, { queue, stored })
    const fields = { deliveryTag, redelivered, exchange, routingKey }
    return { content, properties, fields } as ConsumeMessage // Has all that the relay reads.
  }

  #tell(told: Confirm, word: string, error: Error | null): void {
    const queue = this.#unconfirmed.get(told)
    if (queue === undefined) return
    this.#unconfirmed.delete(told)
    this.#broker.steps.push(`${word} ${queue}`)
    told(error)
  }

  #checkOpen(): void {
    if (!this.isOpen) throw new Error('Channel closed')
  }
}
