import type { ChannelModel } from 'amqplib'
import { ConfigError } from '../../process/errors.ts'
import type { OwnQueue, Source } from '../options.ts'
import { close, PRECONDITION_FAILED, replyCode } from './channels.ts'

/**
 * A queue as it is declared. All of them are durable: transient ones that are not exclusive are refused from RabbitMQ
 * 4.3 on.
 */
export type QueueDeclaration = {
  readonly name: string
  readonly arguments: Readonly<Record<string, string | number>>
}

/** Messages. When there are more, the oldest dead letter goes, so that a forgotten queue does not fill the broker. */
const DEAD_LETTERS_MAX_LENGTH = 100_000

/** RabbitMQ 3 has no number for `no limit`. */
const NO_DELIVERY_LIMIT = 1_000_000_000

/** Messages. When there are more, the queue takes no further copy, and the relay holds what it has. */
const RETRY_MAX_LENGTH = 100_000

/**
 * The queue itself, where it is ours. What expires or overflows in it, or kills the relay too often, goes to the dead
 * letters.
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
    // RabbitMQ 4 drops a message that was looked at 20 times, if nothing says otherwise.
    ...(typeOf(queue) === 'quorum' && { 'x-delivery-limit': NO_DELIVERY_LIMIT }),
  },
})

/** Where a message waits for its next try. When its time is over, it goes back to the main queue. */
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
 * Messages that are handled with no other in hand, ahead of those in the main queue. The relay itself counts how often a
 * process ended over one of them.
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

/** Of the relay that keeps the order of a queue, as long as it is connected. */
export const orderQueueName = (queue: string): string => `${queue}.order`

export const retryQueueName = (queue: string, delayMs: number): string => `${queue}.retry.${delayMs}`

/** Leads to the queue that is named like the routing key. */
const DEFAULT_EXCHANGE = ''

/**
 * A message leaves its queue only when the next one has it; only with `reject-publish`, and only in quorum queues, from
 * 3.10 on.
 */
const AT_LEAST_ONCE = { 'x-dead-letter-strategy': 'at-least-once' } as const

const typeOf = (queue: Source['queue']): OwnQueue['type'] => (queue.kind === 'own' ? queue.type : 'quorum')

/**
 * Declares what is the relay's own: its queue, the dead letters, the messages handled alone, the retries.
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
  // What went wrong is told by the call that fails.
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
 * What the broker says when a queue exists with other arguments, as 3.10.8 does: `inequivalent arg 'x-max-length' for
 * queue 'q' in vhost '/': received '10' but current is '20'`. Where one side has none: `received none but current is
 * the value '20' of type 'byte'`.
 */
const VALUE = /(?:the value )?'?(.*?)'?(?: of type '\w+')?/
const INEQUIVALENT = new RegExp(
  `inequivalent arg '([^']*)' for queue .*: received ${VALUE.source} but current is ${VALUE.source}(?:"|$)`,
)

/** A fault that no waiting mends, or undefined: then trying again may help. */
export const declarationFault = (error: unknown, queue: string, vhost: string): ConfigError | undefined => {
  if (replyCode(error) !== PRECONDITION_FAILED) return undefined
  const text = error instanceof Error ? error.message : ''
  const [, name, wanted, current] = INEQUIVALENT.exec(text) ?? []
  if (name === undefined)
    return new ConfigError(`the broker refuses queue ${queue} of vhost ${vhost}: see the cause`, { cause: error })
  return new ConfigError(
    `queue ${queue} of vhost ${vhost} exists with other arguments: its ${name} is ${current}, and ${wanted} is wanted. ` +
      'Delete it once it is empty, and it is declared anew; or set what it has; or take another name',
    { cause: error },
  )
}
