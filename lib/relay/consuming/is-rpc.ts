import type { Source } from '../options.ts'

/** oslo.messaging publishes a notification as `<topic>.<priority>`. */
const NOTIFICATION = /\.(audit|debug|info|warn|error|critical|sample)$/i

/**
 * Whether a message is a remote procedure call that a broad binding copied along. Only asked of what came to the
 * relay's own queue through an exchange: who put it into another queue knew what it was. A key that is bound as it is
 * was asked for.
 */
export const createIsRpc = ({ queue }: Source): ((message: { exchange: string; routingKey: string }) => boolean) => {
  if (queue.kind === 'foreign') return () => false
  const asked = new Set(queue.bindingKeys)
  return ({ exchange, routingKey }) => exchange !== '' && !NOTIFICATION.test(routingKey) && !asked.has(routingKey)
}
