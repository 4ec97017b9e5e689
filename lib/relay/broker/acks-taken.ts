import type { Channel } from 'amqplib'
import { get } from './get.ts'

/**
 * Resolves once the queue has applied every ack that was sent on the channel.
 *
 * RabbitMQ (3.10 to 4.3) holds acks for a quorum queue back while 32 commands of a channel are on their way to it, and drops
 * what it holds back when the channel is closed (rabbit_fifo_client: `slow`, `unsent_commands`). A basic.get passes through
 * the queue's log behind the commands that were sent. So the first one releases what was held back, and the second one
 * comes after that. A message that it takes, as there is one, is unacked like others and goes back with the channel.
 */
export const acksTaken = async (channel: Channel, queue: string): Promise<void> => {
  await get(channel, queue)
  await get(channel, queue)
}
