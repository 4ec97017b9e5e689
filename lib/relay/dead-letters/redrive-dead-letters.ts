import { BrokerError } from '../broker/broker-error.ts'
import { copyProperties } from '../broker/copy.ts'
import { createPublisher } from '../broker/publisher.ts'
import { toReceived } from '../broker/received.ts'
import type { Source } from '../options.ts'
import { type DeadLetter, originOf, toDeadLetter } from './dead-letter.ts'
import type { DeadLetterQueue } from './dead-letters.ts'

export type RedriveOptions = {
  readonly source: Source
  readonly isWanted: (deadLetter: DeadLetter) => boolean
  /** Only tells which ones would go. */
  readonly dryRun: boolean
  readonly signal: AbortSignal
  /** Told of each one that went, or would go. */
  readonly onRedriven: (deadLetter: DeadLetter) => void
}

/** A confirm takes milliseconds. */
const COPIES_AT_ONCE = 100

/**
 * Puts dead letters back into the queues that they came from, in their order, with the headers that their publishers gave
 * them, as if they had never been tried. A dead letter goes only once the broker has confirmed the copy: whenever this ends,
 * none is lost, and a hundred are there twice at most.
 *
 * @throws BrokerError when the broker does not take one; those before it have gone
 */
export const redriveDeadLetters = async (
  queue: DeadLetterQueue,
  { source, isWanted, dryRun, signal, onRedriven }: RedriveOptions,
): Promise<void> => {
  const publisher = await createPublisher(queue.connection)
  await queue.walk(async (message, index) => {
    if (signal.aborted) return 'stop'
    const deadLetter = toDeadLetter(message, index, source)
    if (!isWanted(deadLetter)) return 'back'
    if (!dryRun) {
      const { properties, content, fields } = message
      const received = toReceived(message, source)
      const origin = originOf(properties.headers ?? {}, fields)
      const again = { ...received, message: { ...received.message, ...origin }, firstQueue: deadLetter.queue }
      const copy = copyProperties(again, { attempts: 0, time: new Date() })
      await publisher.publish(deadLetter.queue, content, copy).catch((cause: unknown) => {
        throw new BrokerError(`dead letter ${deadLetter.id} stays where it is: ${messageOf(cause)}`, { cause })
      })
    }
    onRedriven(deadLetter)
    return dryRun ? 'back' : 'out'
  }, COPIES_AT_ONCE)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'the broker did not take it')
