// Compiled by `npm run check`, never run: what the catalogue promises to an editor.

import {
  isEvent,
  type OpenstackCloudEventType,
  type OpenstackEventType,
  type OpenstackService,
  type PayloadOf,
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
// A service sends the events of its libraries.
export const library: OpenstackCloudEventType = 'org.openstack.neutron.audit.http.request'
// @ts-expect-error: a library is not a service.
export const service: OpenstackService = 'oslo.messaging'

// Events that no catalogue knows are accepted too.
isEvent(event, 'nova', 'instance.teleport.end')
isEvent(event, 'teleporter', 'instance.teleport.end')

if (isEvent(event, 'nova', 'instance.create.end')) {
  const narrowed: 'nova' = event.data.service
  console.log(narrowed)
}

// The payload has the type that the samples of this event show.
declare const legacy: OpenstackEvent<'compute.instance.create.end'>
export const instance: string = legacy.data.payload.instance_id
// More fields than the samples have are allowed, and nothing is known about them.
export const more: unknown = legacy.data.payload.added_by_a_later_release
// @ts-expect-error: it is a text.
export const noNumber: number = legacy.data.payload.instance_id

// A canonical kind covers nova's legacy and versioned form: a field that only one of them has may be missing.
declare const either: OpenstackEvent<'instance.create.end'>
export const tenant: string = either.data.payload.tenant_id
export const uuid: string | undefined = either.data.payload.uuid
// @ts-expect-error: the legacy form has none.
export const noUuid: string = either.data.payload.uuid
export const vcpus: number | undefined = either.data.payload.flavor?.vcpus

// Several services have ports. Named alone, the payload can be that of each of them.
export const portOfAny: string | undefined = ({} as PayloadOf<'port.create.end'>).port?.id
export const port: string = ({} as PayloadOf<'port.create.end', 'neutron'>).port.id
if (isEvent(event, 'neutron', 'port.create.end')) console.log(event.data.payload.port.mac_address.length)

// Without samples, or with a name that is known only at run time, the payload is any record, and of an event of any name, any JSON.
export const unknownName: Readonly<Record<string, unknown>> = {} as PayloadOf<'teleport.end'>
export const anyName: Readonly<Record<string, unknown>> = {} as PayloadOf<string>
export const general: OpenstackEvent = legacy
