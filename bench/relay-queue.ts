// A queue as the relay declares it, filled with real notifications of 2 to 5 kB.
import amqp from 'amqplib'
import { declareQueues } from '../lib/relay/broker/queues.ts'
import { createRetryRule } from '../lib/relay/consuming/settle.ts'
import { readRelayConfig } from '../lib/relay/settings/relay-config.ts'
import { distinctNotifications, type Notification } from '../test/relay/distinct.ts'

/** As relay-drain.ts has it. */
export const relayFlags = (queue: string) => ({ queue, exchanges: 'bench' })

export const notifications = (prefix: string, count: number): readonly Notification[] =>
  distinctNotifications(prefix, count, ({ body }) => {
    const bytes = Buffer.byteLength(body)
    return bytes >= 2000 && bytes <= 5000 && body.includes('oslo.message')
  })

/** With confirms; the exchange is `bench`, whatever the notification's own. */
export const fill = async (url: string, queue: string, filling: readonly Notification[]): Promise<void> => {
  const { sources, retry } = readRelayConfig({ AMQP_URL: url }, relayFlags(queue)).relay
  const connection = await amqp.connect(url)
  for (const source of sources) await declareQueues(connection, source, createRetryRule(retry).delaysMs)
  const channel = await connection.createConfirmChannel()
  await channel.assertExchange('bench', 'topic', { durable: true })
  await channel.bindQueue(queue, 'bench', 'notifications.*')
  const properties = { persistent: true, contentType: 'application/json' }
  for (const [index, { body }] of filling.entries()) {
    channel.publish('bench', 'notifications.info', body, properties)
    if (index % 1000 === 999) await channel.waitForConfirms()
  }
  await channel.waitForConfirms()
  await channel.unbindQueue(queue, 'bench', 'notifications.*')
  await connection.close()
}

export const remove = async (url: string, queue: string): Promise<void> => {
  const connection = await amqp.connect(url)
  const channel = await connection.createChannel()
  await channel.deleteQueue(queue)
  await connection.close()
}
