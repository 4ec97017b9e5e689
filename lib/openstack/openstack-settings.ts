import { oneOf } from '../process/setting-rules.ts'
import type { Table } from '../process/settings.ts'
import { NOVA_NOTIFICATIONS } from './nova-dialects.ts'

export const OPENSTACK_SETTINGS = {
  NOVA_NOTIFICATIONS: {
    rule: oneOf(...NOVA_NOTIFICATIONS),
    default: 'both',
    meaning: 'The dialects of nova that become events.',
  },
} as const satisfies Table
