// A message's life, from its queue to its ack. It stays unacked until the end, so the queue has it back whatever breaks.
//
//   take      a consumer brings it (side-by-side.ts), or a get where messages are handled alone (one-by-one.ts)
//   sift      here: a remote procedure call is dropped, and a body that is too large makes a dead letter
//   collect   it waits for its batch (batcher.ts)
//   decide    the function is asked, and its verdict says what becomes of the message (deliver.ts)
//   settle    the broker confirms a copy where there is to be one: in a retry queue, in the dead letters (settle.ts)
//   ack       as many as possible in one frame (acks.ts)
import type { ChannelModel } from 'amqplib'
import type { Logger } from '../../process/log.ts'
import { close, get } from '../broker/connect-broker.ts'
import type { Taken } from '../broker/copy.ts'
import { closeInOrder } from '../broker/keep-order.ts'
import type { Publisher } from '../broker/publisher.ts'
import { aloneQueueName } from '../broker/queues.ts'
import type { RelayOptions, Source, Timings } from '../options.ts'
import type { Invoke } from '../relay-message.ts'
import type { Counts } from '../status.ts'
import { createIsRpc, type SourceView } from '../watching/source-view.ts'
import { createAsk, createDeliver, createDeliverInOrder, createDeliverOne } from './deliver.ts'
import type { Gate } from './gate.ts'
import { createInHand, type Intake } from './in-hand.ts'
import { createAlone, createDeliverInTurn, handleOneByOne, type LastAlone, MAX_HOLD_MS } from './one-by-one.ts'
import { createRetryRule, createSettle } from './settle.ts'
import { handleSideBySide } from './side-by-side.ts'

export type ConsumptionOptions = {
  readonly connection: ChannelModel
  readonly publisher: Publisher
  readonly source: Source
  readonly options: RelayOptions
  readonly invoke: Invoke
  readonly gate: Gate
  readonly intake: Intake
  readonly lastAlone: LastAlone
  readonly counts: Counts
  readonly view: SourceView
  readonly log: Logger
  readonly timings: Timings
  /**
   * Settles once nothing of an earlier consumption is under way. The function is asked again only then, so that
   * `concurrency` holds.
   */
  readonly earlier: Promise<unknown>
  /** Begins a drain. */
  readonly stopping: AbortSignal
  /** Ends a drain that takes too long. */
  readonly aborted: AbortSignal
}

/** Why no more messages come. `again`: they have to be taken in another way, so take them anew. */
export type ConsumptionEnd =
  | { readonly kind: 'drained' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'again' }

export type Consumption = {
  readonly inFlight: number
  readonly ended: Promise<ConsumptionEnd>
  /** Resolves once nothing is under way and the channel is closed. */
  readonly settled: Promise<void>
}

/**
 * Takes messages on a channel of its own: first one by one, for as long as that is needed, then side by side. It ends when
 * it is told to stop, when something fails, or when messages have to be taken one by one again.
 */
export const consume = async (given: ConsumptionOptions): Promise<Consumption> => {
  const { source, options, counts, view, gate, intake, lastAlone, timings, stopping } = given
  const queue = source.queue.name
  const isOrdered = options.ordered === true
  const channel = await given.connection.createChannel()
  const { promise: ended, resolve: end } = Promise.withResolvers<ConsumptionEnd>()
  const halt = new AbortController()
  const gone = new AbortController()
  const { signal } = halt
  const finish = (how: ConsumptionEnd) => {
    end(how)
    halt.abort()
    if (how.kind === 'failed') gone.abort()
  }
  const fail = (error: unknown) => finish({ kind: 'failed', error })
  channel.on('error', fail)
  channel.on('close', () => fail(new Error('the channel was closed')))
  const drain = () => finish({ kind: 'drained' })
  stopping.addEventListener('abort', drain, { signal })
  if (stopping.aborted) drain()

  const inHand = createInHand(channel, source, intake, timings.ackLingerMs)
  const retryRule = createRetryRule(options.retry)
  const settle = createSettle({
    ...given,
    retryRule,
    isOrdered,
    backoff: timings.pause,
    done: inHand.done,
    fail,
    signal,
    gone: gone.signal,
    now: () => new Date(),
    random: Math.random,
  })
  const delivery = { ask: createAsk(given), settle, gate, signal, isOrdered }
  const deliverInOrder = createDeliverInOrder({
    ...delivery,
    retryRule,
    holdMs: MAX_HOLD_MS,
    retried: () => {
      counts.retried++
    },
    now: Date.now,
  })
  const isRpc = createIsRpc(source)
  /** Copies under way that nobody else waits for. */
  const moving = new Set<Promise<void>>()
  const move = (moved: Promise<void>) => {
    moving.add(moved)
    void moved.catch(fail).finally(() => moving.delete(moved))
  }

  /** False if the function need not be asked about the message. */
  const sift = (taken: Taken): boolean => {
    const { message } = taken
    if (isRpc(message)) {
      counts.droppedRpc++
      view.dropped(message)
      inHand.done(taken)
      return false
    }
    view.came(message)
    const { length: bytes } = message.body
    if (options.maxMessageBytes === undefined || bytes <= options.maxMessageBytes) return true
    move(settle.reject(taken, `the body has ${bytes} bytes, and ${options.maxMessageBytes} are allowed`, 0))
    return false
  }

  /** Takes one message by `get`. Its answer also says that the broker has seen the acks that were sent before it. */
  const take = async (from: 'main' | 'alone'): Promise<Taken | undefined> => {
    for (;;) {
      inHand.flush()
      const getting = get(channel, from === 'main' ? queue : aloneQueueName(queue))
      if (from === 'alone') getting.catch(lastAlone.lost)
      const message = await getting
      if (message === false) return undefined
      if (from === 'main') counts.consumed++
      const taken = inHand.take(message)
      if (sift(taken)) return taken
      await Promise.all(moving)
    }
  }

  const run = async () => {
    const deliverOne = createDeliverOne(delivery)
    const longestDelayMs = retryRule.delaysMs.at(-1) ?? 0
    const oneByOne = { ...given, take, deliverOne, settle, longestDelayMs, signal, now: Date.now }
    const alone = createAlone(oneByOne)
    const first = isOrdered ? await alone.workOff(() => false) : await handleOneByOne(oneByOne)
    const deliver = isOrdered ? createDeliverInTurn(oneByOne, alone, deliverInOrder) : createDeliver(delivery)
    const setApart = (taken: Taken) => move(settle.setApart(taken, 1))
    if (!signal.aborted)
      await handleSideBySide(first, { ...given, channel, inHand, sift, setApart, deliver, finish, fail, signal })
    await Promise.all(moving)
    finish({ kind: 'again' })
  }

  /**
   * A quorum queue may hold back acks for a while, and they are lost when the channel closes. The answer to `get` comes
   * after they are written: the queues of a node share one log.
   */
  const writeAcks = async (): Promise<void> => {
    const apart = await take('alone')
    if (apart === undefined) return
    await settle.setApart(apart, lastAlone.deaths(apart))
    inHand.flush()
  }

  // Whatever goes wrong, the queue gets back the messages that are not acked.
  const settled = run()
    .catch(fail)
    .then(() => (gone.signal.aborted ? undefined : writeAcks()))
    .catch(fail)
    .then(() => {
      if (!isOrdered || inHand.count === 0) return close(channel)
      return closeInOrder(given.connection, channel, queue, inHand.count, stopping)
    })
    .catch(() => {})
  return {
    get inFlight() {
      return inHand.count
    },
    ended,
    settled,
  }
}
