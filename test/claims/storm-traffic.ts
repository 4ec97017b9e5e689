import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { distinctNotifications, type Notification } from '../relay/distinct.ts'

/** The notifications between two kills. */
export type Gust = {
  /** How many events it has. */
  readonly count: number
  /** Ids of the events. Those of photos that the gateway notifies of are not known before. */
  readonly ids: readonly string[]
  /** For the queue of the relays. */
  readonly queued: readonly Notification[]
  /** Bodies for the hosts. */
  readonly posted: readonly string[]
  /** Keys of objects that are stored in the gateway, which notifies of each. */
  readonly photos: readonly string[]
}

/**
 * Half of the notifications are Ceph's, half OpenStack's for the relays. A fourth of those of OpenStack is sent twice, and another
 * fourth goes to the hosts as well. Where the gateway does not send those of Ceph itself, the hosts get all of them, a fourth twice.
 */
export const gustsOf = (count: number, gusts: number, isFromGateway: boolean): readonly Gust[] => {
  const decode = createCephDecoder([])
  const keys = Array.from({ length: count / 2 }, (_, index) => `photo-${index}`)
  const messages = distinctNotifications('storm', count / 2)
  const part = <Item>(items: readonly Item[], at: number) =>
    items.slice(Math.floor((items.length * at) / gusts), Math.floor((items.length * (at + 1)) / gusts))
  const everyFourth = <Item>(items: readonly Item[], from: number) => items.filter((_, index) => index % 4 === from)
  return Array.from({ length: gusts }, (_, at) => {
    const photos = part(keys, at)
    const bodies = isFromGateway ? [] : photos.map((key) => notification(wireRecord(key)))
    const queued = part(messages, at)
    const told = bodies.flatMap(
      (body) => decode({ body: Buffer.from(body), headers: {}, origin: { kind: 'direct' } }).events,
    )
    return {
      count: photos.length + queued.length,
      ids: [...told.map(({ id }) => id), ...queued.map(({ id }) => id)],
      queued: [...queued, ...everyFourth(queued, 0)],
      posted: [...bodies, ...everyFourth(bodies, 0), ...everyFourth(queued, 1).map(({ body }) => String(body))],
      photos: isFromGateway ? photos : [],
    }
  })
}
