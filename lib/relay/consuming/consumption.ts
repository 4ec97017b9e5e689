import type { ConsumeMessage, GetMessage } from 'amqplib'
import { throwAway } from '../broker/bind.ts'
import { close } from '../broker/close.ts'
import { get } from '../broker/get.ts'
import { aloneQueueName } from '../broker/queues.ts'
import { type Received, type Taken, toTaken } from '../broker/received.ts'
import { wait } from '../wait.ts'
import { createAcks } from './acks.ts'
import { createAsk } from './ask.ts'
import { createBatcher } from './batcher.ts'
import type { ConsumptionOptions } from './consumption-options.ts'
import { createDeliver, createDeliverInOrder, createDeliverOne } from './deliver.ts'
import { createIsRpc } from './is-rpc.ts'
import { createAlone, handleOneByOne, MAX_HOLD_MS } from './one-by-one.ts'
import { retryDelay, retryDelays } from './retry-delays.ts'
import { createSettle } from './settle.ts'

/** Why the messages stopped coming. `again`: they have to be taken in another way, so take them anew. */
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
 * Takes messages on a channel of its own: first one by one, for as long as that is needed, then side by side, until it is
 * told to stop, something fails, or they have to be taken one by one again.
 */
export const consume = async (given: ConsumptionOptions): Promise<Consumption> => {
  const { source, options, counts, view, gate, intake, lastAlone, timings, stopping } = given
  const queue = source.queue.name
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
  let bytesInHand = 0
  const batcher = createBatcher<Taken>({
    ...options.batch,
    maxBytes: intake.maxBytes / BATCHES_IN_HAND,
    bytesOf: ({ message }) => message.body.length,
  })
  const done = ({ message }: Received) => {
    bytesInHand -= message.body.length
    acks.settle(message.deliveryTag)
  }
  const settle = createSettle({
    ...given,
    retry: options.retry,
    isOrdered: options.ordered === true,
    backoff: timings.pause,
    done,
    fail,
    signal: halt.signal,
    gone: gone.signal,
    now: () => new Date(),
    random: Math.random,
  })
  const delivery = { ask: createAsk(given), settle, gate, signal: halt.signal, isOrdered: options.ordered === true }
  const delaysMs = retryDelays(options.retry)
  const inOrder = {
    ...delivery,
    attempts: options.retry.attempts,
    delayMs: (tries: number, askedMs: number | undefined) => retryDelay(delaysMs, tries, askedMs),
    holdMs: MAX_HOLD_MS,
    retried: () => {
      counts.retried++
    },
    now: Date.now,
  }
  const deliver = delivery.isOrdered ? createDeliverInOrder(inOrder) : createDeliver(delivery)
  const isRpc = createIsRpc(source)
  const moving = new Set<Promise<void>>()
  const move = (moved: Promise<void>) => {
    moving.add(moved)
    void moved.catch(fail).finally(() => moving.delete(moved))
  }

  /** Notes a message that was taken. Undefined where the function need not be asked about it. */
  const receive = (message: ConsumeMessage | GetMessage): Taken | undefined => {
    const bytes = message.content.length
    const taken = toTaken(message, source)
    acks.deliver()
    bytesInHand += bytes
    intake.seen(bytes)
    if (isRpc(taken.message)) {
      counts.droppedRpc++
      view.dropped(taken.message)
      done(taken)
      return undefined
    }
    view.came(taken.message)
    if (options.maxMessageBytes === undefined || bytes <= options.maxMessageBytes) return taken
    move(settle.reject(taken, `its body has ${bytes} bytes, more than ${options.maxMessageBytes}`, 0))
    return undefined
  }

  /** The answer to `get` also says that the broker has seen the acks sent before it. */
  const take = async (from: 'main' | 'alone'): Promise<Taken | undefined> => {
    for (;;) {
      acks.flush()
      const getting = get(channel, from === 'main' ? queue : aloneQueueName(queue))
      if (from === 'alone') getting.catch(lastAlone.lost)
      const message = await getting
      if (message === false) return undefined
      if (from === 'main') counts.consumed++
      const taken = receive(message)
      if (taken !== undefined) return taken
      await Promise.all(moving)
    }
  }

  /** Takes messages side by side, until they have to be taken one by one. Resolves when no more will come. */
  const takeMany = async (first: Taken | undefined): Promise<void> => {
    const { prefetch } = intake
    let isEnding = false
    /** Finishes the messages in hand, then begins anew. */
    const beginAnew = async () => {
      if (isEnding) return
      isEnding = true
      await channel.cancel(consumerTag)
      batcher.end()
    }
    const onMessage = (message: ConsumeMessage | null) => {
      if (message === null) return fail(new Error('the broker cancelled the consumer: the queue was deleted, or moved'))
      counts.consumed++
      if (halt.signal.aborted || bytesInHand > intake.maxBytes) {
        // The message is not kept: it goes back to the queue with the channel.
        acks.deliver()
        intake.seen(message.content.length)
        return finish({ kind: 'again' })
      }
      const taken = receive(message)
      const isApart = taken?.isAgain && !options.ordered
      if (isApart) move(settle.setApart(taken, 1))
      else if (taken !== undefined) batcher.push(taken)
      if (isApart || intake.prefetch >= prefetch * 2) beginAnew().catch(fail)
    }
    // It is the oldest, and the consumer's first messages may be here before the answer to `consume` is.
    if (first !== undefined) batcher.push(first)
    await channel.prefetch(prefetch)
    const { consumerTag } = await channel.consume(queue, onMessage)
    if (halt.signal.aborted) return
    // Another relay may have ended while it handled a message alone.
    const looking = setInterval(() => {
      const alone = channel.checkQueue(aloneQueueName(queue))
      alone.then(({ messageCount }) => (messageCount > 0 ? beginAnew() : undefined)).catch(fail)
    }, options.rebindMs)
    halt.signal.addEventListener('abort', () => {
      clearInterval(looking)
      if (!isEnding) channel.cancel(consumerTag).catch(() => {})
    })
    await Promise.all(Array.from({ length: options.concurrency }, work))
  }

  const work = async () => {
    while (!halt.signal.aborted) {
      const batch = await batcher.next(halt.signal)
      if (batch.length === 0) return
      // A function that throws does not make this throw; anything else would leave its messages in nobody's hands.
      const goesOn = await handOver(batch).catch(fail)
      batcher.done(batch)
      if (!goesOn) finish({ kind: 'again' })
    }
  }

  const oneByOne = {
    ...given,
    take,
    deliverOne: createDeliverOne(delivery),
    settle,
    signal: halt.signal,
    now: Date.now,
  }
  const alone = createAlone(oneByOne)

  /**
   * In order, a message that comes again is handled alone in its turn, while those behind it stay in hand: where the connection
   * is lost, they have to go back together, as a quorum queue puts what comes back behind what came back before.
   */
  const inTurn = async (batch: readonly Taken[]): Promise<boolean> => {
    const startedAt = Date.now()
    const isOver = () => gate.isShut || Date.now() - startedAt >= MAX_HOLD_MS
    for (let rest = batch; ; ) {
      const place = rest.findIndex(({ isAgain }) => isAgain)
      const fresh = place < 0 ? rest : rest.slice(0, place)
      if (fresh.length > 0 && !(await deliver(fresh))) return false
      const again = rest[place]
      if (again === undefined) return true
      if (halt.signal.aborted) return false
      await settle.setApart(again, 1)
      // An outage, or a delay, may take longer than a channel may hold the others.
      await alone.workOff(isOver)
      if (isOver()) return false
      rest = rest.slice(place + 1)
    }
  }
  const handOver = delivery.isOrdered ? inTurn : deliver

  const run = async () => {
    const first = delivery.isOrdered ? await alone.workOff(() => false) : await handleOneByOne(oneByOne)
    if (!halt.signal.aborted) await takeMany(first)
    await Promise.all(moving)
    finish({ kind: 'again' })
  }

  /**
   * A quorum queue may hold back acks for a while, and those are lost when the channel closes. The answer to `get` comes
   * after they are written: the queues of a node share one log.
   */
  const writeAcks = async (): Promise<void> => {
    const apart = await take('alone')
    if (apart === undefined) return
    await settle.setApart(apart, lastAlone.deaths(apart))
    acks.flush()
  }

  /**
   * Closes the channel and waits until the queue has its messages back, which takes some milliseconds. Until then a later message
   * would overtake them. The consumer is cancelled by now, so only new messages come between the two counts.
   */
  const closeInOrder = async (): Promise<void> => {
    const { messageCount: before } = await channel.checkQueue(queue)
    const returned = acks.open
    await close(channel)
    const look = await throwAway(given.connection)
    const deadline = Date.now() + RETURN_MS
    while (!stopping.aborted && Date.now() < deadline) {
      const { messageCount } = await look.checkQueue(queue)
      if (messageCount >= before + returned) break
      await wait(POLL_MS, stopping)
    }
    await close(look)
  }

  // Whatever goes wrong, the queue gets back the messages that are not acked.
  const settled = run()
    .catch(fail)
    .then(() => (gone.signal.aborted ? undefined : writeAcks()))
    .catch(fail)
    .then(() => (options.ordered && acks.open > 0 ? closeInOrder() : close(channel)))
    .catch(() => {})
  return {
    get inFlight() {
      return acks.open
    },
    ended,
    settled,
  }
}

/** A message may expire meanwhile, or be dropped: then the count is never reached. */
const RETURN_MS = 10_000
const POLL_MS = 10

/** So that the next batches are in hand while one is under way. */
const BATCHES_IN_HAND = 4
