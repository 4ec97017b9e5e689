import { setTimeout as delay } from 'node:timers/promises'
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib'
import { ConfigError, TidingsError } from '../../process/errors.ts'
import { acksTaken, close, connect, NOT_FOUND, replyCode } from '../broker/connect-broker.ts'
import { deadLettersOf } from '../broker/queues.ts'
import { createAcks } from '../consuming/acks.ts'
import type { Source } from '../options.ts'

/** Error thrown when a broker accepts no connection, or refuses a request. */
export class BrokerError extends TidingsError {
  override readonly name = 'BrokerError'
  readonly code = 'broker_unavailable'
  readonly status = 503
}

/** Looks at a message. `back`: it goes back to its queue. `out`: it is removed. `stop`: it goes back, and no other is looked at. */
export type Visit = (message: ConsumeMessage, index: number) => Promise<'back' | 'out' | 'stop'>

export type DeadLetterQueue = {
  readonly name: string
  /** How many messages it had when it was opened. */
  readonly count: number
  /**
   * Looks once at each message that was there at the start, the oldest first, even while others are added. A message that is
   * not removed goes back to its place at the end, and whenever the connection ends. At most 65,535 messages can be held, so
   * no more than these are looked at and given back.
   *
   * @param atOnce how many visits may be under way. They begin in order. With 1, a message is removed before the next visit
   */
  walk(visit: Visit, atOnce: number): Promise<void>
}

/** How long an ack waits for those of earlier messages, so that one frame carries them all. */
const ACK_LINGER_MS = 50

/**
 * Opens the dead-letter queue of a source for as long as `use` takes.
 *
 * @param name another queue of the same virtual host, if the dead letters are there
 * @throws ConfigError when there is no such queue
 * @throws BrokerError when the broker does not answer
 */
export const withDeadLetters = async <Result>(
  source: Source,
  use: (queue: DeadLetterQueue) => Promise<Result>,
  name = deadLettersOf(source.queue.name),
): Promise<Result> => {
  const connection = await connectForCommand(source)
  try {
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    const { messageCount: count } = await channel.checkQueue(name)
    let removed = 0
    const walk = async (visit: Visit, atOnce: number): Promise<void> => {
      const acks = createAcks(channel, ACK_LINGER_MS)
      /** Whatever ends this process now, the broker has the acks so far: it answers a channel in order. */
      const untilAcked = async (): Promise<void> => {
        acks.flush()
        await channel.checkQueue(name)
      }
      const underWay = new Set<Promise<void>>()
      const failures: unknown[] = []
      let isOver = false
      const look = async (message: ConsumeMessage, index: number): Promise<void> => {
        try {
          const verdict = await visit(message, index)
          if (verdict === 'out') {
            acks.settle(message.fields.deliveryTag)
            removed++
            if (atOnce === 1) await untilAcked()
          }
          if (verdict === 'stop') isOver = true
        } catch (error) {
          failures.push(error)
          isOver = true
        }
      }
      let index = 0
      // A quorum queue puts a message that comes back behind those that came back before. So all are taken, to keep their order.
      for await (const message of take(channel, name, count)) {
        acks.deliver()
        if (isOver) continue
        const looking = look(message, index).finally(() => underWay.delete(looking))
        underWay.add(looking)
        index++
        if (underWay.size >= atOnce) await Promise.race(underWay)
      }
      await Promise.all(underWay)
      acks.flush()
      const taken = acksTaken(channel, name)
      if (failures.length > 0) {
        await taken.catch(() => {})
        throw failures[0]
      }
      await taken
    }
    try {
      return await use({ name, count, walk })
    } finally {
      // Without this, a quorum queue takes them back in any order.
      channel.nackAll(true)
      await untilBack(channel, name, count - removed)
      await close(channel)
    }
  } catch (error) {
    if (replyCode(error) !== NOT_FOUND) throw error
    const isOfRelay = name === deadLettersOf(source.queue.name)
    const rule = isOfRelay ? 'RELAY_QUEUE must name the queue that the relay takes messages from; ' : ''
    throw new ConfigError(`${rule}vhost ${source.vhost} has no queue ${name}`, { cause: error })
  } finally {
    // This sends the acks, and gives back the other messages.
    await close(connection)
  }
}

const BACK_CHECKS = 40
const BACK_CHECK_MS = 25

/** Waits until a queue has its messages back, so that the next command finds all of them in their order; for a second at most. */
const untilBack = async (channel: Channel, queue: string, count: number): Promise<void> => {
  for (let checks = 0; checks < BACK_CHECKS; checks++) {
    const found = await channel.checkQueue(queue).catch(() => undefined)
    if (found === undefined || found.messageCount >= count) return
    await delay(BACK_CHECK_MS)
  }
}

/** The most unacked messages: AMQP has 16 bits for their number. */
const MAX_HELD = 65_535

/** If no message arrives for this long, the broker is asked whether any are left. */
const QUIET_MS = 500

/**
 * Takes messages of a queue, unacked, the oldest first, until there were `count`, the queue is empty, or no more can be held.
 * It uses a consumer, because in a quorum queue each basic.get takes milliseconds.
 *
 * @throws Error when the broker ends the consumer
 */
export async function* take(channel: Channel, queue: string, count: number): AsyncGenerator<ConsumeMessage> {
  if (count === 0) return
  let waiting: ConsumeMessage[] = []
  let isCancelled = false
  let wake = (): void => {}
  await channel.prefetch(MAX_HELD)
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (message === null) isCancelled = true
    else waiting.push(message)
    wake()
  })
  for (let taken = 0; taken < count; ) {
    const messages = waiting
    waiting = []
    for (const message of messages.slice(0, count - taken)) yield message
    taken += messages.length
    if (isCancelled) throw new Error('the broker cancelled the consumer: the queue was deleted, or moved')
    if (taken >= count || waiting.length > 0) continue
    const isQuiet = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(resolve, QUIET_MS, true)
      wake = () => {
        clearTimeout(timer)
        resolve(false)
      }
    })
    if (!isQuiet) continue
    const { messageCount } = await channel.checkQueue(queue)
    const isFull = taken >= MAX_HELD
    if (waiting.length === 0 && (messageCount === 0 || isFull)) break
  }
  await channel.cancel(consumerTag)
}

/** How long a service may take to accept a connection, or to answer. */
export const COMMAND_TIMEOUT_MS = 15_000

/**
 * Connects for a command.
 *
 * @throws BrokerError when the broker accepts no connection
 */
export const connectForCommand = async (source: Source): Promise<ChannelModel> => {
  try {
    return await connect(source, {
      name: 'tidings dead-letters',
      timeoutMs: COMMAND_TIMEOUT_MS,
      random: Math.random(),
    })
  } catch (cause) {
    throw new BrokerError(cause instanceof Error ? cause.message : 'no connection', { cause })
  }
}
