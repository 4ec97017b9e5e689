import type { Channel, ChannelModel, GetMessage } from 'amqplib'

/** AMQP 0-9-1 reply codes, as amqplib puts them into `code`. */
export const NOT_FOUND = 404
export const RESOURCE_LOCKED = 405
export const PRECONDITION_FAILED = 406

export const replyCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** A channel for one step that may fail: the broker closes a channel whenever it refuses something. */
export const throwAway = async (connection: ChannelModel): Promise<Channel> => {
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  return channel
}

/**
 * Closes a channel or a connection. Resolves once it is closed, whoever closed it, or at once if it was told to close
 * before.
 *
 * If the connection is lost before the broker answers, amqplib never settles `close()`, but it still emits the event.
 */
export const close = (open: Channel | ChannelModel): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = () => resolve()
  open.once('close', done)
  // It rejects where it was closed before.
  open.close().then(done, done)
  return promise
}

/**
 * Takes one message of a queue, unacked. Returns false if the queue is empty.
 *
 * If the connection is lost between the answer and the message, amqplib never settles `get()`.
 *
 * @throws Error when the channel is lost first, or the broker closes it
 */
export const get = async (channel: Channel, queue: string): Promise<GetMessage | false> => {
  const { promise: lost, reject } = Promise.withResolvers<never>()
  const lose = () => reject(new Error('the channel was lost before it gave a message'))
  channel.once('close', lose)
  try {
    return await Promise.race([channel.get(queue), lost])
  } finally {
    channel.off('close', lose)
  }
}

/**
 * Resolves once the queue has applied every ack that was sent on the channel.
 *
 * RabbitMQ (3.10 to 4.3) holds acks for a quorum queue back while 32 commands of a channel are on their way to it, and drops
 * what it holds back when the channel is closed (rabbit_fifo_client: `slow`, `unsent_commands`). A basic.get passes through
 * the queue's log behind the commands that were sent. So the first one releases what was held back, and the second one
 * comes after that. If it takes a message, that message is unacked like others and goes back with the channel.
 */
export const acksTaken = async (channel: Channel, queue: string): Promise<void> => {
  await get(channel, queue)
  await get(channel, queue)
}
