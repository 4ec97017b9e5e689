import { readConfig } from '../../lib/config.ts'
import { openstackNotifications } from '../../lib/openstack-notifications.ts'
import { settings, throughEveryDoor } from './doors.ts'
import type { Kinds } from './growth.ts'

const KIB = 1024

export const kinds: Kinds = throughEveryDoor(openstackNotifications({ config: readConfig(settings) }), {
  'a payload that is one long text': (scale) =>
    Buffer.from(JSON.stringify({ event_type: 'x', payload: 'a'.repeat(scale * 255 * KIB) })),
  'a text that is not JSON': (scale) => Buffer.from('{"event_type":"x","payload":"'.padEnd(scale * 256 * KIB, 'a')),
})
