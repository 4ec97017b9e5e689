import { type Received, toReceived } from '../broker/received.ts'
import { createAcks } from './acks.ts'
import { createBatcher } from './batcher.ts'
import { chooseDeliver } from './choose-deliver.ts'
import type { ConsumptionOptions } from './consumption-options.ts'
import { createIsRpc } from './is-rpc.ts'

/**
 * Why the messages stopped coming. `held`: they were held for too long, so the queue has them back; the probe is a copy of
 * one, where the function cannot be asked.
 */
export type ConsumptionEnd =
  | { readonly kind: 'drained' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'held'; readonly probe: Received | undefined }

export type Consumption = {
  readonly inFlight: number
  readonly ended: Promise<ConsumptionEnd>
  /** Resolves once nothing is under way and the channel is closed. */
  readonly settled: Promise<void>
}

/** Takes messages from the queue, on a channel of its own, until it is told to stop, or something fails. */
export const consume = async (given: ConsumptionOptions): Promise<Consumption> => {
  const { source, options, counts, view, gate, timings, stopping } = given
  const channel = await given.connection.createChannel()
  const { promise: ended, resolve: end } = Promise.withResolvers<ConsumptionEnd>()
  const halt = new AbortController()
  const gone = new AbortController()
  const finish = (how: ConsumptionEnd) => {
    end(how)
    halt.abort()
    if (how.kind === 'failed') gone.abort()
  }
  const fail = (error: unknown) => finish({ kind: 'failed', error })
  channel.on('error', fail)
  channel.on('close', () => fail(new Error('the channel was closed')))
  const drain = () => finish({ kind: 'drained' })
  stopping.addEventListener('abort', drain, { signal: halt.signal })
  if (stopping.aborted) drain()

  const acks = createAcks(channel, timings.ackLingerMs)
  const batcher = createBatcher<Received>(options.batch)
  const isRpc = createIsRpc(source)
  const startedAt = Date.now()
  const deliver = chooseDeliver(given, {
    done: ({ message }) => acks.settle(message.deliveryTag),
    fail,
    signal: halt.signal,
    gone: AbortSignal.any([gone.signal, given.aborted]),
    putBack: (messages) => messages.forEach(batcher.push),
    isOverdue: () => Date.now() - Math.max(startedAt, gate.shutAt ?? startedAt) >= timings.holdMs,
    giveBack: (probe) => finish({ kind: 'held', probe }),
  })
  const work = async () => {
    await given.earlier
    while (!halt.signal.aborted) {
      const batch = await batcher.next(halt.signal)
      // What a function throws is not thrown here; anything else would leave its messages in nobody's hands.
      if (batch.length > 0) await deliver(batch).catch(fail)
    }
  }

  await channel.prefetch(options.prefetch)
  const { consumerTag } = await channel.consume(source.queue.name, (message) => {
    if (message === null) return fail(new Error('the broker cancelled the consumer: the queue was deleted, or moved'))
    counts.consumed++
    acks.deliver()
    // What comes after the end goes back to the queue with the channel.
    if (halt.signal.aborted) return
    if (!isRpc(message.fields)) {
      view.came(message.fields)
      return batcher.push(toReceived(message, source))
    }
    counts.droppedRpc++
    view.dropped(message.fields)
    acks.settle(message.fields.deliveryTag)
  })
  const stopTaking = () => {
    channel.cancel(consumerTag).catch(() => {})
  }
  if (halt.signal.aborted) stopTaking()
  else halt.signal.addEventListener('abort', stopTaking)

  const settled = Promise.all(Array.from({ length: options.concurrency }, work)).then(async () => {
    acks.flush()
    // The queue gets back what is unacked.
    await channel.close().catch(() => {})
  })
  return {
    get inFlight() {
      return acks.open
    },
    ended,
    settled,
  }
}
