import type { Source } from '../options.ts'

/** oslo.messaging publishes a notification as `<topic>.<priority>`. */
const NOTIFICATION = /\.(audit|debug|info|warn|error|critical|sample)$/i

/**
 * Whether a message is a remote procedure call that a broad binding copied along. Only asked where the bindings take such
 * calls in (RELAY_COMPAT), and only of what came through an exchange: everything else is the function's to read.
 */
export const createIsRpc = ({ queue }: Source): ((message: { exchange: string; routingKey: string }) => boolean) => {
  if (queue.kind === 'foreign' || !queue.dropsRpc) return () => false
  return ({ exchange, routingKey }) => exchange !== '' && !NOTIFICATION.test(routingKey)
}
