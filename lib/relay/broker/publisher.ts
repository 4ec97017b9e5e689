import type { ChannelModel, Options } from 'amqplib'
import { HEADERS } from './copy.ts'

export type Publisher = {
  /**
   * Publishes to a queue. Resolves once the broker has confirmed the message.
   *
   * @throws CopyError when the broker does not confirm it
   */
  publish(queue: string, body: Buffer, properties: Options.Publish): Promise<void>
}

/** Error thrown when the broker did not confirm a copy. */
export class CopyError extends Error {
  override readonly name = 'CopyError'
  /**
   * `refused`: the broker may accept it later. `unroutable`: there is no such queue. `lost`: the connection was lost, so
   * nobody knows.
   */
  readonly kind: 'refused' | 'unroutable' | 'lost'

  constructor(kind: CopyError['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/**
 * Opens a publisher on a connection of its own. A broker that runs out of memory stops reading from a connection that
 * publishes, and acks must still come through.
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
  // The broker returns a message that has no queue, and then confirms it.
  channel.on('return', ({ properties }) => returned.add(String(properties.headers?.[HEADERS.copy])))

  const failure = (queue: string): CopyError =>
    isOpen
      ? new CopyError('refused', `the broker refused a copy for queue ${queue}`)
      : new CopyError('lost', `the channel closed before the broker confirmed a copy for queue ${queue}`, { cause })

  return {
    publish(queue, body, properties) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const copy = String(++copies)
      const headers = { ...properties.headers, [HEADERS.copy]: copy }
      const confirmed = (error: unknown) => {
        if (returned.delete(copy)) reject(new CopyError('unroutable', `queue ${queue} does not exist any more`))
        else if (!error) resolve()
        // When the channel closes, amqplib calls this before it reports the reason.
        else setImmediate(() => reject(failure(queue)))
      }
      try {
        channel.publish('', queue, body, { ...properties, headers, mandatory: true }, confirmed)
      } catch (error) {
        // amqplib also throws if it cannot write the message, for example when the headers do not fit into a frame.
        const kind = isOpen ? 'refused' : 'lost'
        reject(new CopyError(kind, `a copy for queue ${queue} could not be sent`, { cause: cause ?? error }))
      }
      return promise
    },
  }
}
