// Compiled by `npm run check`, never run: what the catalogue promises to an editor.

import {
  isEvent,
  type OpenstackCloudEventType,
  type OpenstackEventType,
  type OpenstackService,
} from '../../lib/openstack/catalogue/known-events.ts'
import type { OpenstackEvent } from '../../lib/openstack/openstack-event.ts'

declare const event: OpenstackEvent

// Both dialects of nova, bare function names, spaces and colons are known.
export const names: OpenstackEventType<'nova'>[] = [
  'instance.create.end',
  'compute.instance.create.end',
  'reboot_instance',
  'HostAPI.power_action.start',
]
export const odd: OpenstackEventType<'keystone'>[] = ['identity.project tag.created', 'identity.OS-TRUST:trust.created']
// @ts-expect-error: of another service.
export const foreign: OpenstackEventType<'nova'> = 'identity.project.created'
export const ofAny: OpenstackEventType = 'identity.project.created'

// A placeholder is a template.
export const metrics: OpenstackEventType<'ironic'> = 'hardware.ipmi.metrics'
// @ts-expect-error: not of that template.
export const noMetrics: OpenstackEventType<'ironic'> = 'hardware.ipmi.numbers'

export const type: OpenstackCloudEventType = 'org.openstack.neutron.port.create.end'
export const types: OpenstackCloudEventType<'glance'> = 'org.openstack.glance.image.upload'
// @ts-expect-error: glance has no ports.
export const noType: OpenstackCloudEventType<'glance'> = 'org.openstack.glance.port.create.end'
export const blank: OpenstackCloudEventType = 'org.openstack.keystone.identity.project_tag.created'
// What a library sends, some service sends.
export const library: OpenstackCloudEventType = 'org.openstack.neutron.audit.http.request'
// @ts-expect-error: a library is no service.
export const service: OpenstackService = 'oslo.messaging'

// What nobody knows yet is taken too.
isEvent(event, 'nova', 'instance.teleport.end')
isEvent(event, 'teleporter', 'instance.teleport.end')

if (isEvent(event, 'nova', 'instance.create.end')) {
  const narrowed: 'nova' = event.data.service
  console.log(narrowed)
}
