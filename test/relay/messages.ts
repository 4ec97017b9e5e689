import type { RelayMessage } from '../../lib/relay/relay-message.ts'

/** A message as it comes from a queue; `tag` tells it from others. */
export const messageOf = (tag: number, given: Partial<RelayMessage> = {}): RelayMessage => ({
  body: Buffer.from(`{"number":${tag}}`),
  queue: 'tidings',
  vhost: '/',
  exchange: 'nova',
  routingKey: 'notifications.info',
  redelivered: false,
  deliveryTag: tag,
  properties: { contentType: 'application/json', headers: {}, deliveryMode: 2 },
  ...given,
})

export const messages = (count: number): readonly RelayMessage[] =>
  Array.from({ length: count }, (_, index) => messageOf(index + 1))
