import type { Channel, ChannelModel } from 'amqplib'
import { wait } from '../wait.ts'
import { close, RESOURCE_LOCKED, replyCode, throwAway } from './connect-broker.ts'
import { orderQueueName } from './queues.ts'

const LOOK_MS = 250
/** After the broker has released the lock of a lost connection, the queue gets its messages back some milliseconds later. */
const SETTLE_MS = 200

/**
 * Waits until this connection alone takes messages of a queue in order. The lock is an exclusive queue: it belongs to one
 * connection, and the broker deletes it once that connection, with the channels that held messages, has ended. So no
 * second relay gets between the messages, nor does a lost connection of our own that the broker still serves.
 *
 * @param onWait called once where another connection holds the lock
 * @throws Error when the connection is lost, or the user may not declare the queue
 */
export const holdOrder = async (
  connection: ChannelModel,
  queue: string,
  onWait: () => void,
  signal: AbortSignal,
): Promise<void> => {
  for (let tries = 0; !signal.aborted; tries++) {
    const channel = await throwAway(connection)
    try {
      await channel.assertQueue(orderQueueName(queue), { exclusive: true, durable: false })
      await close(channel)
      return wait(SETTLE_MS, signal)
    } catch (error) {
      if (replyCode(error) !== RESOURCE_LOCKED) throw error
      if (tries === 0) onWait()
      await wait(LOOK_MS, signal)
    }
  }
}

/** A message may expire meanwhile, or be dropped: then the count is never reached. */
const RETURN_MS = 10_000
const POLL_MS = 10

/**
 * Closes a channel and waits until the queue has its messages back, which takes some milliseconds. Until then a later
 * message would overtake them. The consumer is cancelled by now, so only new messages come between the two counts.
 *
 * @param unacked messages of the channel that go back to the queue
 */
export const closeInOrder = async (
  connection: ChannelModel,
  channel: Channel,
  queue: string,
  unacked: number,
  signal: AbortSignal,
): Promise<void> => {
  const { messageCount: before } = await channel.checkQueue(queue)
  await close(channel)
  const looking = await throwAway(connection)
  const deadline = Date.now() + RETURN_MS
  while (!signal.aborted && Date.now() < deadline) {
    const { messageCount } = await looking.checkQueue(queue)
    if (messageCount >= before + unacked) break
    await wait(POLL_MS, signal)
  }
  await close(looking)
}
