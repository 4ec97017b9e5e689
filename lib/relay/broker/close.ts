import type { Channel, ChannelModel } from 'amqplib'

/**
 * Closes a channel or a connection. Resolves once it is closed, whoever closed it;
 * at once where it was told to close before.
 *
 * amqplib never settles a `close` whose connection is lost before the broker answers; the event comes all the same.
 */
export const close = (open: Channel | ChannelModel): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = () => resolve()
  open.once('close', done)
  // It rejects where it was closed before.
  open.close().then(done, done)
  return promise
}
