import type { Logger } from '../../process/log.ts'
import type { Source } from '../options.ts'

/** oslo.messaging publishes a notification as `<topic>.<priority>`. */
const NOTIFICATION = /\.(audit|debug|info|warn|error|critical|sample)$/i

/**
 * Whether a message is a remote procedure call that a broad binding matched. It looks only at queues whose bindings match
 * such calls (RELAY_COMPAT), and only at messages that came through an exchange. The function reads all others.
 */
export const createIsRpc = ({ queue }: Source): ((message: { exchange: string; routingKey: string }) => boolean) => {
  if (queue.kind === 'foreign' || !queue.dropsRpc) return () => false
  return ({ exchange, routingKey }) => exchange !== '' && !NOTIFICATION.test(routingKey)
}

/** Where a message was published to. */
export type Published = { readonly exchange: string; readonly routingKey: string }

/** Routing keys. A cloud has one for each host, and one for each process that waits for replies. */
const MAX_KEYS = 100

/** Logs the first dropped message of each routing key. */
export const createDroppedRpc = (name: string, log: Logger): ((published: Published) => void) => {
  const told = new Set<string>()
  return ({ exchange, routingKey }) => {
    const key = JSON.stringify([exchange, routingKey])
    if (told.size >= MAX_KEYS || told.has(key)) return
    told.add(key)
    log.info({ source: name, exchange, routingKey }, DROPPED)
    if (told.size === MAX_KEYS) log.info({ source: name }, 'no further routing keys of dropped messages are logged')
  }
}

const DROPPED =
  'a message was dropped unread: its routing key is not that of a notification (--compat); others with this key are only counted'
