import type { ChannelModel } from 'amqplib'
import type { Source } from '../options.ts'
import { close } from './close.ts'
import { declarationFault } from './declaration-fault.ts'
import { aloneQueue, deadLetterQueue, mainQueue, type QueueDeclaration, retryQueue } from './queues.ts'

/**
 * Declares what is the relay's own: its queue, the dead letters, the messages handled alone, the retries.
 *
 * @throws ConfigError when one exists with other arguments
 * @throws Error of amqplib for anything else
 */
export const declareQueues = async (
  connection: ChannelModel,
  { queue, vhost }: Source,
  delaysMs: readonly number[],
): Promise<void> => {
  const ours: readonly QueueDeclaration[] = [
    deadLetterQueue(queue),
    ...(queue.kind === 'own' ? [mainQueue(queue)] : []),
    aloneQueue(queue),
    ...delaysMs.map((delayMs) => retryQueue(queue, delayMs)),
  ]
  const channel = await connection.createChannel()
  // What went wrong is told by the call that fails.
  channel.on('error', () => {})
  for (const declaration of ours) {
    try {
      await channel.assertQueue(declaration.name, { durable: true, arguments: declaration.arguments })
    } catch (error) {
      throw declarationFault(error, declaration.name, vhost) ?? error
    }
  }
  await close(channel)
}
