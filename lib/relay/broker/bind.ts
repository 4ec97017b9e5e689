import type { Channel, ChannelModel } from 'amqplib'
import { EXCHANGE_IN_KEY, type OwnQueue } from '../options.ts'
import { close } from './close.ts'
import { NOT_FOUND, replyCode } from './declaration-fault.ts'

/** What the broker said of an exchange that was to be bound. */
export type Binding = {
  readonly exchange: string
  /** `missing`: nobody has declared it. `refused`: the broker does not let us bind, mostly for want of rights. */
  readonly state: 'bound' | 'missing' | 'refused'
  /** Of a refusal. */
  readonly error?: unknown
}

/**
 * Binds a queue to those of the exchanges that exist, all at once; binding again changes nothing. An exchange is looked
 * for, never declared: a service whose exchange exists with another durability than its own cannot publish any more.
 *
 * @throws Error when the connection or the queue itself is lost
 */
export const bind = (
  connection: ChannelModel,
  queue: OwnQueue,
  exchanges: readonly string[],
): Promise<readonly Binding[]> => Promise.all(exchanges.map((exchange) => bindTo(connection, queue, exchange)))

const bindTo = async (
  connection: ChannelModel,
  { name, bindingKeys }: OwnQueue,
  exchange: string,
): Promise<Binding> => {
  // The broker closes a channel at every refusal.
  const channel = await throwAway(connection)
  try {
    await channel.checkExchange(exchange)
    for (const key of bindingKeys) await channel.bindQueue(name, exchange, key.replaceAll(EXCHANGE_IN_KEY, exchange))
  } catch (error) {
    const code = replyCode(error)
    if (typeof code !== 'number' || isAboutQueue(error)) throw error
    return code === NOT_FOUND ? { exchange, state: 'missing' } : { exchange, state: 'refused', error }
  }
  await close(channel)
  return { exchange, state: 'bound' }
}

/** A channel that may die. */
export const throwAway = async (connection: ChannelModel): Promise<Channel> => {
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  return channel
}

const isAboutQueue = (error: unknown): boolean => error instanceof Error && error.message.includes('no queue ')
