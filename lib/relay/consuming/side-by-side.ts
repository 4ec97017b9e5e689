import type { Channel, ConsumeMessage } from 'amqplib'
import type { Taken } from '../broker/copy.ts'
import { aloneQueueName } from '../broker/queues.ts'
import { createBatcher } from './batcher.ts'
import type { ConsumptionEnd, ConsumptionOptions } from './consumption.ts'
import type { InHand } from './in-hand.ts'

export type SideBySideOptions = Pick<ConsumptionOptions, 'source' | 'options' | 'intake' | 'counts'> & {
  readonly channel: Channel
  readonly inHand: InHand
  /** False if the function need not be asked about the message. */
  readonly sift: (taken: Taken) => boolean
  /** Moves it to the messages that are handled alone. */
  readonly setApart: (taken: Taken) => void
  readonly deliver: (batch: readonly Taken[]) => Promise<boolean>
  readonly finish: (how: ConsumptionEnd) => void
  readonly fail: (error: unknown) => void
  /** Ends the work. */
  readonly signal: AbortSignal
}

/** Bounds the bytes of one batch, so that the relay has received the next batches while one is handled. */
const BATCHES_IN_HAND = 4

/**
 * Takes messages by a consumer and gives them to the function in batches, until they have to be taken one by one.
 * Resolves when no more will come.
 *
 * @param first a message that is in hand already, older than all others
 */
export const handleSideBySide = async (first: Taken | undefined, given: SideBySideOptions): Promise<void> => {
  const { source, options, intake, counts, channel, inHand, sift, setApart, deliver, finish, fail, signal } = given
  const queue = source.queue.name
  const { prefetch } = intake
  const batcher = createBatcher<Taken>({
    ...options.batch,
    maxBytes: intake.maxBytes / BATCHES_IN_HAND,
    bytesOf: ({ message }) => message.body.length,
  })

  const onMessage = (message: ConsumeMessage | null) => {
    if (message === null) return fail(new Error('the broker cancelled the consumer: the queue was deleted, or moved'))
    counts.consumed++
    const isTooMuch = signal.aborted || inHand.bytes > intake.maxBytes
    const taken = inHand.take(message)
    // This message goes back to the queue when the channel closes.
    if (isTooMuch) return finish({ kind: 'again' })
    const isWanted = sift(taken)
    const isApart = isWanted && taken.isAgain && !options.ordered
    if (isApart) setApart(taken)
    else if (isWanted) batcher.push(taken)
    if (isApart || intake.prefetch >= prefetch * 2) beginAnew().catch(fail)
  }

  const work = async () => {
    while (!signal.aborted) {
      const batch = await batcher.next(signal)
      if (batch.length === 0) return
      // It does not throw when the function throws. After any other error nobody would settle these messages.
      const goesOn = await deliver(batch).catch(fail)
      batcher.done(batch)
      if (!goesOn) finish({ kind: 'again' })
    }
  }

  let isEnding = false
  /** Finishes the messages that the relay holds. Then the consumption begins anew. */
  const beginAnew = async () => {
    if (isEnding) return
    isEnding = true
    const { consumerTag } = await consuming
    await channel.cancel(consumerTag)
    batcher.end()
  }

  // The consumer's first messages may be here before the answer to `consume` is.
  if (first !== undefined) batcher.push(first)
  await channel.prefetch(prefetch)
  const consuming = channel.consume(queue, onMessage)
  const { consumerTag } = await consuming
  if (signal.aborted) return
  // Another relay may have ended while it handled a message alone.
  const looking = setInterval(() => {
    const alone = channel.checkQueue(aloneQueueName(queue))
    alone.then(({ messageCount }) => (messageCount > 0 ? beginAnew() : undefined)).catch(fail)
  }, options.rebindMs)
  signal.addEventListener('abort', () => {
    clearInterval(looking)
    if (!isEnding) channel.cancel(consumerTag).catch(() => {})
  })
  await Promise.all(Array.from({ length: options.concurrency }, work))
}
