import { cephNotifications } from '../lib/ceph-notifications.ts'

/** Ceph bucket notifications → CloudEvents. */
export const handler = cephNotifications()
