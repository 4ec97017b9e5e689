import type { Channel, Message } from 'amqplib'
import { createAckWindow } from './ack-window.ts'

export type Acks = {
  /** Notes one more message. */
  deliver(): void
  /** The message needs nothing more. Its ack goes out soon. */
  settle(tag: number): void
  flush(): void
  /** Unacked messages. */
  readonly open: number
}

/**
 * Acks what is settled, as much as possible in one frame.
 *
 * @param lingerMs how long an ack waits for those of earlier messages
 */
export const createAcks = (channel: Channel, lingerMs: number): Acks => {
  const window = createAckWindow()
  let isFlushDue = false
  let timer: NodeJS.Timeout | undefined

  const send = (tag: number, allUpTo: boolean) => {
    try {
      // Of the message, amqplib reads nothing but the tag.
      channel.ack({ fields: { deliveryTag: tag } } as Message, allUpTo)
    } catch {
      // The channel is closed, and says so itself: the queue has the messages back.
    }
  }
  const advance = () => {
    isFlushDue = false
    const upTo = window.advance()
    if (upTo !== undefined) send(upTo, true)
    if (window.stragglers > 0) timer ??= setTimeout(flush, lingerMs)
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    advance()
    for (const tag of window.takeStragglers()) send(tag, false)
  }
  return {
    deliver: window.deliver,
    settle(tag) {
      window.settle(tag)
      if (isFlushDue) return
      isFlushDue = true
      setImmediate(advance)
    },
    flush,
    get open() {
      return window.open
    },
  }
}
