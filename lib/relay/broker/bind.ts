import type { Channel, ChannelModel } from 'amqplib'
import type { OwnQueue } from '../options.ts'
import { NOT_FOUND, replyCode } from './declaration-fault.ts'

/** What the exchanges of a queue were found to be. */
export type Bound = {
  readonly bound: readonly string[]
  /** Nobody has declared them yet. */
  readonly missing: readonly string[]
  /** The broker does not let us: mostly for want of rights. */
  readonly refused: readonly { readonly exchange: string; readonly error: unknown }[]
}

/**
 * Binds a queue to the exchanges that are there; binding what is bound changes nothing. An exchange is looked for,
 * never declared: a service whose exchange exists with another durability than its own cannot publish any more.
 *
 * @throws Error when the connection or the queue itself is lost
 */
export const bind = async (connection: ChannelModel, queue: OwnQueue): Promise<Bound> => {
  const bound: string[] = []
  const missing: string[] = []
  const refused: Bound['refused'][number][] = []
  let channel = await throwAway(connection)
  for (const exchange of queue.exchanges) {
    try {
      await channel.checkExchange(exchange)
      for (const key of queue.bindingKeys) await channel.bindQueue(queue.name, exchange, key)
      bound.push(exchange)
    } catch (error) {
      const code = replyCode(error)
      if (typeof code !== 'number' || isAboutQueue(error)) throw error
      if (code === NOT_FOUND) missing.push(exchange)
      else refused.push({ exchange, error })
      // The broker closes a channel at every refusal.
      channel = await throwAway(connection)
    }
  }
  await channel.close()
  return { bound, missing, refused }
}

/** A channel that may die. */
export const throwAway = async (connection: ChannelModel): Promise<Channel> => {
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  return channel
}

const isAboutQueue = (error: unknown): boolean => error instanceof Error && error.message.includes('no queue ')
