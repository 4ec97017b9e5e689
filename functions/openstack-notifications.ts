import { openstackNotifications } from '../lib/kit/openstack-function.ts'

/** OpenStack notifications → CloudEvents. */
export const handler = openstackNotifications()
