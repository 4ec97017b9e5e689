import { openstackCaptures } from '../fixtures.ts'
import { distinctNotifications, type Notification } from './distinct.ts'

export type MixedTraffic = {
  /** In the order in which they are to be published. */
  readonly messages: readonly Notification[]
  /** Ids of the notifications that have to be handled once. */
  readonly good: readonly string[]
  /** Notifications that no function takes. */
  readonly poison: ReadonlySet<string>
  /** Messages that are not JSON. */
  readonly broken: ReadonlySet<string>
}

const RPC_EVERY = 10
const POISON_EVERY = 500
const BROKEN_EVERY = 400

/** So many captured notifications, with poison, broken messages and captured remote procedure calls between. */
export const mixedTraffic = (prefix: string, count: number): MixedTraffic => {
  const rpc = openstackCaptures().filter(({ name }) => name.includes('-rpc/'))
  const notifications = distinctNotifications(prefix, count)
  const poison = new Set(notifications.filter((_, index) => index % POISON_EVERY === 7).map(({ id }) => id))
  const broken = new Set<string>()
  const messages = notifications.flatMap((notification, index) => {
    const between: Notification[] = []
    if (index % RPC_EVERY === 3) {
      const call = rpc[((index / RPC_EVERY) % rpc.length) | 0]
      const { exchange } = notification
      if (call)
        between.push({
          id: `${prefix}-rpc-${index}`,
          exchange,
          routingKey: call.routingKey,
          body: Buffer.from(call.body),
        })
    }
    if (index % BROKEN_EVERY === 11) {
      const id = `${prefix}-broken-${index}`
      broken.add(id)
      between.push({ ...notification, id, body: Buffer.from(`{"oslo.message": "{\\"message_id\\": \\"${id}\\", `) })
    }
    return [notification, ...between]
  })
  return { messages, good: notifications.filter(({ id }) => !poison.has(id)).map(({ id }) => id), poison, broken }
}
