import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { distinctNotifications, type Notification } from '../relay/distinct.ts'

/** What comes between two kills. */
export type Gust = {
  /** Of the events. */
  readonly ids: readonly string[]
  /** For the queue of the relays. */
  readonly queued: readonly Notification[]
  /** Bodies for the hosts. */
  readonly posted: readonly string[]
}

/**
 * Half of the notifications are Ceph's for the hosts, half OpenStack's for the relays. A fourth of either is sent twice, and of those
 * of OpenStack another fourth goes to the hosts as well.
 */
export const gustsOf = (count: number, gusts: number): readonly Gust[] => {
  const decode = createCephDecoder([])
  const photos = Array.from({ length: count / 2 }, (_, index) => notification(wireRecord(`photo-${index}`)))
  const messages = distinctNotifications('storm', count / 2)
  const part = <Item>(items: readonly Item[], at: number) =>
    items.slice(Math.floor((items.length * at) / gusts), Math.floor((items.length * (at + 1)) / gusts))
  const everyFourth = <Item>(items: readonly Item[], from: number) => items.filter((_, index) => index % 4 === from)
  return Array.from({ length: gusts }, (_, at) => {
    const bodies = part(photos, at)
    const queued = part(messages, at)
    const ids = bodies.flatMap(
      (body) => decode({ body: Buffer.from(body), headers: {}, origin: { kind: 'direct' } }).events,
    )
    return {
      ids: [...ids.map(({ id }) => id), ...queued.map(({ id }) => id)],
      queued: [...queued, ...everyFourth(queued, 0)],
      posted: [...bodies, ...everyFourth(bodies, 0), ...everyFourth(queued, 1).map(({ body }) => String(body))],
    }
  })
}
