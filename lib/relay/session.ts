import type { ChannelModel } from 'amqplib'
import { keepLooking, look } from './broker/bind.ts'
import { close, connect } from './broker/connect-broker.ts'
import { holdOrder } from './broker/keep-order.ts'
import { createPublisher } from './broker/publisher.ts'
import { declareQueues } from './broker/queues.ts'
import { type ConsumptionOptions, consume } from './consuming/consumption.ts'
import { createRetryRule } from './consuming/settle.ts'
import { unless, wait } from './wait.ts'

export type SessionOptions = Omit<ConsumptionOptions, 'connection' | 'publisher' | 'earlier'>

/**
 * One session, from a connect to the loss of the connection: declares the queues, binds the exchanges, takes messages.
 * Resolves when the relay is told to stop.
 *
 * @throws ConfigError when a queue exists with other arguments
 * @throws anything else when the connection is lost or a queue does not exist. Then a new session may help
 */
export const runSession = async (options: SessionOptions): Promise<void> => {
  const { source, log, timings, view, stopping, aborted } = options
  const lost = new AbortController()
  const open = async (role: string): Promise<ChannelModel> => {
    const shown = `tidings relay ${source.queue.name} ${role}`
    const connecting = connect(source, { name: shown, timeoutMs: timings.connectTimeoutMs, random: Math.random() })
    const connection = await unless(stopping, connecting)
    if (connection === undefined) {
      connecting.then(close).catch(() => {})
      throw new Error('stopped while connecting')
    }
    connection.on('close', (error) => lost.abort(error ?? new Error('the connection was closed')))
    connections.push(connection)
    return connection
  }
  const connections: ChannelModel[] = []
  let closing: Promise<unknown> | undefined
  const closeAll = () => {
    closing ??= Promise.all(connections.map(close))
    return closing
  }
  const { signal } = lost
  try {
    const taking = await open('takes')
    const copying = await open('copies')
    view.connected()
    copying.on('blocked', () => view.blocked(true))
    copying.on('unblocked', () => view.blocked(false))
    // One connection is of no use without the other.
    signal.addEventListener('abort', closeAll)

    await declareQueues(taking, source, createRetryRule(options.options.retry).delaysMs)
    const publisher = await createPublisher(copying)
    if (options.options.ordered) {
      const onWait = () => log.info({}, 'waiting: another connection holds the order lock of this queue')
      await holdOrder(taking, source.queue.name, onWait, AbortSignal.any([stopping, signal]))
    }
    const looked = { connection: taking, queue: source.queue, view }
    await look(looked)
    const onFailure = (error: unknown) => log.warn({ error }, 'the exchanges could not be bound again')
    const looking = keepLooking({ ...looked, rebindMs: options.options.rebindMs, onFailure }, signal)
    try {
      while (!stopping.aborted) {
        const consumption = await consume({ ...options, connection: taking, publisher, earlier: view.underWay })
        view.consumes(consumption)
        const end = await consumption.ended
        if (end.kind === 'failed') throw signal.aborted ? signal.reason : end.error
        await unless(aborted, consumption.settled)
        signal.throwIfAborted()
      }
    } finally {
      lost.abort()
      await looking
    }
  } finally {
    view.disconnected()
    await Promise.race([closeAll(), wait(CLOSE_MS, aborted)])
  }
}

/** A broker that fails may never answer a close. */
const CLOSE_MS = 5000
