import { openstackNotifications } from '../lib/openstack-notifications.ts'

/** OpenStack notifications → CloudEvents. */
export const handler = openstackNotifications()
