import type { Channel, ConsumeMessage } from 'amqplib'

/** Unacked messages at most: AMQP has 16 bits for their number. */
const MAX_HELD = 65_535

/** After so long without a message, the broker is asked whether there is one. */
const QUIET_MS = 500

/**
 * Messages of a queue, unacked, the oldest first, until there were `count`, or the queue is empty, or no more can be held. By a consumer, as
 * basic.get takes milliseconds for each in a quorum queue.
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
