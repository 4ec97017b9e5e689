import type { Channel, ConsumeMessage, GetMessage } from 'amqplib'
import { type Received, type Taken, toTaken } from '../broker/copy.ts'
import type { Source } from '../options.ts'
import { createAcks } from './acks.ts'

/** How much a relay takes at once. The number of unsettled messages is limited, and so is the size of their bodies. */
export type Intake = {
  /** How many messages to ask the broker for: fewer while messages are large. */
  readonly prefetch: number
  readonly maxBytes: number
  seen(bytes: number): void
}

/** After a large message, the next one is expected to have this part of its size. */
const MEMORY = 0.99

export const createIntake = (prefetch: number, maxBytes: number): Intake => {
  let large = 0
  return {
    maxBytes,
    get prefetch() {
      return Math.min(prefetch, Math.max(1, Math.floor(maxBytes / Math.max(large, 1))))
    },
    seen(bytes) {
      large = Math.max(bytes, large * MEMORY)
    },
  }
}

/** The messages of one channel that were taken and are not acked yet. */
export type InHand = {
  /** Counts one more message as taken. */
  take(message: ConsumeMessage | GetMessage): Taken
  /** The message needs nothing more. Its ack goes out soon. */
  done(received: Received): void
  /** Sends the acks that are due. */
  flush(): void
  readonly count: number
  /** The size of their bodies. */
  readonly bytes: number
}

/** @param ackLingerMs how long an ack waits for the acks of earlier messages */
export const createInHand = (channel: Channel, source: Source, intake: Intake, ackLingerMs: number): InHand => {
  const acks = createAcks(channel, ackLingerMs)
  let bytes = 0
  return {
    take(message) {
      acks.deliver()
      bytes += message.content.length
      intake.seen(message.content.length)
      return toTaken(message, source)
    },
    done({ message }) {
      bytes -= message.body.length
      acks.settle(message.deliveryTag)
    },
    flush: acks.flush,
    get count() {
      return acks.open
    },
    get bytes() {
      return bytes
    },
  }
}
