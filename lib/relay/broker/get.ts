import type { Channel, GetMessage } from 'amqplib'

/**
 * Takes one message of a queue, unacked; false: there is none.
 *
 * amqplib never settles a `get` whose connection is lost between the answer and the message.
 *
 * @throws Error when the channel is lost first, or the broker closes it
 */
export const get = async (channel: Channel, queue: string): Promise<GetMessage | false> => {
  const { promise: lost, reject } = Promise.withResolvers<never>()
  const lose = () => reject(new Error('the channel was lost before it gave a message'))
  channel.once('close', lose)
  try {
    return await Promise.race([channel.get(queue), lost])
  } finally {
    channel.off('close', lose)
  }
}
