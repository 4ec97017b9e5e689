import type { ConsumeMessage } from 'amqplib'
import { close } from '../broker/connect-broker.ts'
import { copyProperties, toReceived } from '../broker/copy.ts'
import { CopyError, createPublisher, type Publisher } from '../broker/publisher.ts'
import type { Source } from '../options.ts'
import { BrokerError, connectForCommand, type DeadLetterQueue } from './dead-letters.ts'
import { type DeadLetter, type QueuedDeadLetter, toDeadLetter } from './describe-dead-letter.ts'

export type RedriveOptions = {
  readonly source: Source
  readonly isWanted: (deadLetter: DeadLetter) => boolean
  /** True: only report which dead letters would go. */
  readonly dryRun: boolean
  readonly signal: AbortSignal
  /** Called for each dead letter that went, or would go. */
  readonly onRedriven: (deadLetter: DeadLetter) => void
  /** Called when the broker has an alarm: it takes no copies until that is over. */
  readonly onBlocked: () => void
}

/** A confirm takes milliseconds. */
const COPIES_AT_ONCE = 100

/**
 * Puts dead letters back into the queues that they came from, in their order, with the headers of their publishers, as if they
 * had never been tried. A dead letter is removed only once the broker has confirmed the copy. So none is lost whenever this
 * ends, and at most three hundred exist twice: the copies under way, and those whose acks the broker holds back.
 *
 * @throws BrokerError when the broker refuses a copy. The dead letters before it were moved
 */
export const redriveDeadLetters = async (queue: DeadLetterQueue, options: RedriveOptions): Promise<void> => {
  const { source, isWanted, dryRun, signal, onRedriven, onBlocked } = options
  // The broker stops reading from a connection that publishes when it runs out of memory. Acks must still come through.
  const connection = await connectForCommand(source)
  connection.on('blocked', onBlocked)
  try {
    const publisher = await createPublisher(connection)
    const stopped = once(signal)
    if (!dryRun) await Promise.race([untilCopiesAreTaken(publisher, queue.name), stopped])
    if (signal.aborted) return
    await queue.walk(async (message, index) => {
      if (signal.aborted) return 'stop'
      const deadLetter = toDeadLetter(message, index, source)
      if (!isWanted(deadLetter)) return 'back'
      if (!dryRun) {
        const copied = putBack(publisher, message, deadLetter, source).then(() => true)
        if (!(await Promise.race([copied, stopped]))) return 'stop'
      }
      onRedriven(deadLetter)
      return dryRun ? 'back' : 'out'
    }, COPIES_AT_ONCE)
  } finally {
    await close(connection)
  }
}

/** Resolves to false once the signal aborts. */
const once = (signal: AbortSignal): Promise<false> => {
  const { promise, resolve } = Promise.withResolvers<false>()
  if (signal.aborted) resolve(false)
  signal.addEventListener('abort', () => resolve(false), { once: true })
  return promise
}

/**
 * A broker reports its alarm only to a connection that publishes. So this publishes a message that goes to no queue: nothing
 * exists twice if the command is stopped while it waits.
 */
const untilCopiesAreTaken = async (publisher: Publisher, name: string): Promise<void> => {
  try {
    await publisher.publish(`${name}.nobody`, Buffer.of(), {})
  } catch (error) {
    if (error instanceof CopyError && error.kind === 'unroutable') return
    throw new BrokerError(`no dead letter was moved: ${messageOf(error)}`, { cause: error })
  }
}

const putBack = async (
  publisher: Publisher,
  message: ConsumeMessage,
  { id, queue }: QueuedDeadLetter,
  source: Source,
): Promise<void> => {
  const received = toReceived(message, source)
  try {
    await publisher.publish(queue, message.content, copyProperties(received, { attempts: 0, time: new Date() }))
  } catch (cause) {
    throw new BrokerError(`dead letter ${id} was not moved: ${messageOf(cause)}`, { cause })
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'the broker refused the copy')
