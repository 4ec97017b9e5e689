import { cephNotifications } from '../lib/kit/ceph-function.ts'

/** Ceph bucket notifications → CloudEvents. */
export const handler = cephNotifications()
