import { EventEmitter, once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import amqp, { type ConfirmChannel } from 'amqplib'
import { close } from '../../lib/relay/broker/connect-broker.ts'
import type { Notification } from './distinct.ts'

export type StubbornPublisher = {
  /** Resolves once the broker has confirmed all of them, however often it goes away. */
  publish(notifications: readonly Notification[]): Promise<void>
  /** Ids of those that were published again, since nobody knows what became of their first time. */
  readonly again: ReadonlySet<string>
  /** Until the broker says, from now on, that it takes no messages. */
  untilBlocked(): Promise<void>
  close(): Promise<void>
}

/** As oslo.messaging does: connects again, and publishes again what was not confirmed. Messages are persistent. */
export const createStubbornPublisher = (url: string): StubbornPublisher => {
  const again = new Set<string>()
  const told = new EventEmitter()
  let channel: ConfirmChannel | undefined
  let isClosed = false

  const open = async (): Promise<ConfirmChannel> => {
    const connection = await amqp.connect(url)
    connection.on('error', () => {})
    connection.on('blocked', () => told.emit('blocked'))
    const opened = await connection.createConfirmChannel()
    opened.on('error', () => {})
    opened.on('close', () => {
      channel = undefined
    })
    return opened
  }

  const publishOnce = async (notifications: readonly Notification[]): Promise<readonly Notification[]> => {
    const confirmed = new Set<string>()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const closed = () => reject(new Error('closed'))
    try {
      channel ??= await open()
      channel.once('close', closed)
      let left = notifications.length
      for (const { id, exchange, routingKey, body } of notifications) {
        channel.publish(exchange, routingKey, body, { persistent: true, contentType: 'application/json' }, (error) => {
          if (!error) confirmed.add(id)
          left--
          if (left === 0) resolve()
        })
      }
      await promise
    } catch {
      channel?.off('close', closed)
      // Where it was closed before anybody listened, nothing else tells.
      channel = undefined
      await pause(50)
    }
    channel?.off('close', closed)
    return notifications.filter(({ id }) => !confirmed.has(id))
  }

  return {
    again,
    untilBlocked: async () => {
      await once(told, 'blocked')
    },
    publish: async (notifications) => {
      for (let left = await publishOnce(notifications); left.length > 0; left = await publishOnce(left)) {
        if (isClosed) throw new Error('the publisher was closed')
        for (const { id } of left) again.add(id)
      }
    },
    close: async () => {
      isClosed = true
      if (channel) await close(channel)
    },
  }
}
