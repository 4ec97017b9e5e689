import { cephProvisioner } from '../lib/kit/provisioner-function.ts'

/** A document of topics, buckets and rules → RGW. */
export const handler = cephProvisioner()
