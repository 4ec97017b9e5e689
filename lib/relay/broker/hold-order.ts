import type { ChannelModel } from 'amqplib'
import { wait } from '../wait.ts'
import { throwAway } from './bind.ts'
import { close } from './close.ts'
import { RESOURCE_LOCKED, replyCode } from './declaration-fault.ts'
import { orderQueueName } from './queues.ts'

const LOOK_MS = 250
/** The queue has the messages of an ended connection back some milliseconds after the broker has let its lock go. */
const RETURN_MS = 200

/**
 * Waits until this connection alone takes messages of a queue in order. An exclusive queue is the lock: it belongs to one
 * connection, and the broker deletes it once that connection, with the channels that held messages, has ended. So neither a second
 * relay nor what our own lost connection still held gets between the messages.
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
      return wait(RETURN_MS, signal)
    } catch (error) {
      if (replyCode(error) !== RESOURCE_LOCKED) throw error
      if (tries === 0) onWait()
      await wait(LOOK_MS, signal)
    }
  }
}
