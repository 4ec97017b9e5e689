import type { Logger } from '../../process/log.ts'
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

/** Where a message was published to. */
export type Published = { readonly exchange: string; readonly routingKey: string }

/** Routing keys. There is one for each host of a cloud, and one for each process that waits for replies. */
const MAX_KEYS = 100

/** Tells of the first message with each routing key that is dropped as a remote procedure call. */
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
  'a message is dropped unread, as its routing key is not one of a notification (--compat); more with this key are only counted'
