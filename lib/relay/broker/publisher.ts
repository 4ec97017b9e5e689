import type { ChannelModel, Options } from 'amqplib'
import { HEADERS } from './copy.ts'

export type Publisher = {
  /**
   * Publishes to a queue, and resolves once the broker has the message in safe hands.
   *
   * @throws CopyError when it does not
   */
  publish(queue: string, body: Buffer, properties: Options.Publish): Promise<void>
}

/** Error thrown when the broker did not take a copy. */
export class CopyError extends Error {
  override readonly name = 'CopyError'
  /**
   * `refused`: it may take it later. `unroutable`: there is no such queue. `lost`: nobody knows, as the connection is
   * gone.
   */
  readonly kind: 'refused' | 'unroutable' | 'lost'

  constructor(kind: CopyError['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/**
 * Takes a connection of its own: the broker stops reading from one that publishes when it runs out of memory, and acks
 * must still come through.
 */
export const createPublisher = async (connection: ChannelModel): Promise<Publisher> => {
  const channel = await connection.createConfirmChannel()
  let isOpen = true
  /** Why the broker closed the channel. */
  let cause: unknown
  let copies = 0
  const returned = new Set<string>()
  channel.on('error', (error) => {
    cause = error
  })
  channel.on('close', () => {
    isOpen = false
  })
  // A message that no queue took comes back first, and is confirmed then.
  channel.on('return', ({ properties }) => returned.add(String(properties.headers?.[HEADERS.copy])))

  const failure = (queue: string): CopyError =>
    isOpen
      ? new CopyError('refused', `the broker does not take a copy for queue ${queue}`)
      : new CopyError('lost', `the channel was lost before queue ${queue} had a copy`, { cause })

  return {
    publish(queue, body, properties) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const copy = String(++copies)
      const headers = { ...properties.headers, [HEADERS.copy]: copy }
      const confirmed = (error: unknown) => {
        if (returned.delete(copy)) reject(new CopyError('unroutable', `queue ${queue} is gone`))
        else if (!error) resolve()
        // When the channel is closed, amqplib tells this before it tells why.
        else setImmediate(() => reject(failure(queue)))
      }
      try {
        channel.publish('', queue, body, { ...properties, headers, mandatory: true }, confirmed)
      } catch (error) {
        // Also what amqplib cannot write, such as headers of more than one frame.
        const kind = isOpen ? 'refused' : 'lost'
        reject(new CopyError(kind, `a copy for queue ${queue} could not be sent`, { cause: cause ?? error }))
      }
      return promise
    },
  }
}
