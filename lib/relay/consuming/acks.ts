import type { Channel, Message } from 'amqplib'

export type Acks = {
  /** Counts one more message as delivered. */
  deliver(): void
  /** The message needs nothing more. Its ack goes out soon. */
  settle(tag: number): void
  flush(): void
  /** The number of unacked messages. */
  readonly open: number
}

/**
 * Acks the settled messages, as many as possible in one frame.
 *
 * @param lingerMs how long an ack waits for the acks of earlier messages
 */
export const createAcks = (channel: Channel, lingerMs: number): Acks => {
  const window = createAckWindow()
  let isFlushDue = false
  let timer: NodeJS.Timeout | undefined

  const send = (tag: number, allUpTo: boolean) => {
    try {
      // amqplib reads nothing but the tag of the message.
      channel.ack({ fields: { deliveryTag: tag } } as Message, allUpTo)
    } catch {
      // The channel is closed, which others are told by its event. The queue has the messages back.
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

/**
 * Which messages of a channel may be acked together. Tags count up from 1. An ack frame with `multiple` covers all messages
 * up to its tag, so it may only go as far as everything is settled.
 */
export type AckWindow = {
  /** Notes one more message; its tag is one more than the last. */
  deliver(): void
  settle(tag: number): void
  /** The tag up to which all may be acked in one frame. Undefined when there is nothing new. */
  advance(): number | undefined
  /** The settled messages behind one that is not settled. They have to be acked one by one. */
  takeStragglers(): readonly number[]
  readonly stragglers: number
  /** Delivered and not settled. */
  readonly open: number
}

export const createAckWindow = (): AckWindow => {
  let low = 0
  let open = 0
  const settled = new Set<number>()
  /** Tags that were acked one by one. The broker closes a channel that acks up to a tag that was acked before. */
  const acked = new Set<number>()

  return {
    deliver() {
      open++
    },
    settle(tag) {
      open--
      settled.add(tag)
    },
    advance() {
      let upTo: number | undefined
      for (;;) {
        const tag = low + 1
        if (settled.delete(tag)) upTo = tag
        else if (!acked.delete(tag)) return upTo
        low = tag
      }
    },
    takeStragglers() {
      const tags = [...settled]
      settled.clear()
      for (const tag of tags) acked.add(tag)
      return tags
    },
    get stragglers() {
      return settled.size
    },
    get open() {
      return open
    },
  }
}
