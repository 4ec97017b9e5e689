import type { ChannelModel } from 'amqplib'
import { ConfigError } from '../../process/errors.ts'
import type { OwnQueue, Source } from '../options.ts'
import { close, PRECONDITION_FAILED, replyCode } from './connect-broker.ts'

/**
 * A queue as it is declared. All of them are durable: RabbitMQ 4.3 and later refuse transient queues that are not
 * exclusive.
 */
export type QueueDeclaration = {
  readonly name: string
  readonly arguments: Readonly<Record<string, string | number>>
}

/** Messages. A full queue drops its oldest dead letter, so that a forgotten queue does not fill the broker. */
const DEAD_LETTERS_MAX_LENGTH = 100_000

/** RabbitMQ 3 has no value that means `no limit`. */
const NO_DELIVERY_LIMIT = 1_000_000_000

/** Messages. A full queue refuses further copies, and the relay holds the messages that it has. */
const RETRY_MAX_LENGTH = 100_000

/**
 * The relay's own queue. A message that expires, that does not fit any more, or that was delivered too often, goes to the
 * dead letters.
 */
export const mainQueue = (queue: OwnQueue): QueueDeclaration => ({
  name: queue.name,
  arguments: {
    'x-queue-type': queue.type,
    'x-message-ttl': queue.ttlMs,
    'x-max-length': queue.maxLength,
    'x-overflow': queue.overflow,
    'x-dead-letter-exchange': DEFAULT_EXCHANGE,
    'x-dead-letter-routing-key': deadLettersOf(queue.name),
    ...(queue.type === 'quorum' && { 'x-delivery-limit': queue.deliveryLimit }),
    ...(queue.type === 'quorum' && queue.overflow === 'reject-publish' && AT_LEAST_ONCE),
  },
})

export const deadLetterQueue = (queue: Source['queue']): QueueDeclaration => ({
  name: deadLettersOf(queue.name),
  arguments: {
    'x-queue-type': typeOf(queue),
    'x-max-length': DEAD_LETTERS_MAX_LENGTH,
    'x-overflow': 'drop-head',
    // By default RabbitMQ 4 drops a message that was delivered 20 times, and looking at a message counts as a delivery.
    ...(typeOf(queue) === 'quorum' && { 'x-delivery-limit': NO_DELIVERY_LIMIT }),
  },
})

/** A message waits here for its next try. When its time is over, the broker moves it back to the main queue. */
export const retryQueue = (queue: Source['queue'], delayMs: number): QueueDeclaration => ({
  name: retryQueueName(queue.name, delayMs),
  arguments: {
    'x-queue-type': typeOf(queue),
    'x-message-ttl': delayMs,
    'x-max-length': RETRY_MAX_LENGTH,
    'x-overflow': 'reject-publish',
    'x-dead-letter-exchange': DEFAULT_EXCHANGE,
    'x-dead-letter-routing-key': queue.name,
    ...(typeOf(queue) === 'quorum' && AT_LEAST_ONCE),
  },
})

/**
 * Messages that are handled alone, with no other message in hand, before those of the main queue. The relay itself counts
 * how often a process ended while it handled one of them.
 */
export const aloneQueue = (queue: Source['queue']): QueueDeclaration => ({
  name: aloneQueueName(queue.name),
  arguments: {
    'x-queue-type': typeOf(queue),
    ...(typeOf(queue) === 'quorum' && { 'x-delivery-limit': NO_DELIVERY_LIMIT }),
  },
})

export const deadLettersOf = (queue: string): string => `${queue}.dead-letters`

export const aloneQueueName = (queue: string): string => `${queue}.alone`

/** The lock of the relay that keeps the order of a queue. It exists while that relay is connected. */
export const orderQueueName = (queue: string): string => `${queue}.order`

export const retryQueueName = (queue: string, delayMs: number): string => `${queue}.retry.${delayMs}`

/** It routes to the queue whose name is the routing key. */
const DEFAULT_EXCHANGE = ''

/**
 * A message leaves its queue only when the next queue has it. RabbitMQ 3.10 and later offer this for quorum queues with
 * `reject-publish`.
 */
const AT_LEAST_ONCE = { 'x-dead-letter-strategy': 'at-least-once' } as const

const typeOf = (queue: Source['queue']): OwnQueue['type'] => (queue.kind === 'own' ? queue.type : 'quorum')

/**
 * Declares the relay's own queues: the main queue, the dead letters, the messages that are handled alone, the retries.
 *
 * @throws ConfigError when one exists with other arguments
 * @throws Error of amqplib for anything else
 */
export const declareQueues = async (
  connection: ChannelModel,
  { queue, vhost }: Source,
  delaysMs: readonly number[],
): Promise<void> => {
  const ours: readonly QueueDeclaration[] = [
    deadLetterQueue(queue),
    ...(queue.kind === 'own' ? [mainQueue(queue)] : []),
    aloneQueue(queue),
    ...delaysMs.map((delayMs) => retryQueue(queue, delayMs)),
  ]
  const channel = await connection.createChannel()
  // The call that fails reports the error.
  channel.on('error', () => {})
  for (const declaration of ours) {
    try {
      await channel.assertQueue(declaration.name, { durable: true, arguments: declaration.arguments })
    } catch (error) {
      throw declarationFault(error, declaration.name, vhost) ?? error
    }
  }
  await close(channel)
}

/**
 * The broker's words when a queue exists with other arguments (seen with 3.10.8): `inequivalent arg 'x-max-length' for queue
 * 'q' in vhost '/': received '10' but current is '20'`. If one side has no value: `received none but current is the value
 * '20' of type 'byte'`.
 */
const VALUE = /(?:the value )?'?(.*?)'?(?: of type '\w+')?/
const INEQUIVALENT = new RegExp(
  `inequivalent arg '([^']*)' for queue .*: received ${VALUE.source} but current is ${VALUE.source}(?:"|$)`,
)

/** The fault that a person has to correct. Undefined if trying again may help. */
export const declarationFault = (error: unknown, queue: string, vhost: string): ConfigError | undefined => {
  if (replyCode(error) !== PRECONDITION_FAILED) return undefined
  const text = error instanceof Error ? error.message : ''
  const [, name, wanted, current] = INEQUIVALENT.exec(text) ?? []
  if (name === undefined)
    return new ConfigError(`the broker refuses to declare queue ${queue} of vhost ${vhost}: see the cause`, {
      cause: error,
    })
  return new ConfigError(
    `queue ${queue} of vhost ${vhost} exists with other arguments: its ${name} is ${current}, and the relay ` +
      `wants ${wanted}. Delete it once it is empty, so that the relay declares it anew; or set the value that it has; or use another name`,
    { cause: error },
  )
}
