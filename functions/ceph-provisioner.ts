import { cephProvisioner } from '../lib/ceph-provisioner.ts'

/** A document of topics, buckets and rules → RGW. */
export const handler = cephProvisioner()
