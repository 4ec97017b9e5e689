import type { Logger } from '../../process/log.ts'

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
