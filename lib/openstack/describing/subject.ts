import { isObject, textOrNothing } from '../reading/notification.ts'
import type { Cadf } from './cadf.ts'

/** The parts of a notification that tell its subject. */
export type Described = {
  readonly service: string
  readonly resource: string
  readonly payload: unknown
  readonly cadf?: Cadf | undefined
}

/** The id of the resource of a notification, if the payload has it. */
export const subjectOf = ({ service, resource, payload, cadf }: Described): string | undefined => {
  if (!isObject(payload)) return undefined
  // keystone has it in CADF and in its basic format.
  const info = textOrNothing(payload.resource_info)
  if (info !== undefined) return info
  return cadf === undefined ? byName(service, resource, payload) : auditSubject(payload, cadf)
}

type Payload = Readonly<Record<string, unknown>>

/** keystone makes up the target's id if the action is about a user: who got a role, who showed a password. */
const auditSubject = ({ user, group }: Payload, { initiator, target }: Cadf): string | undefined => {
  const actor = target?.typeUri === 'service/security/account/user' ? (initiator?.user ?? initiator?.id) : undefined
  return textOrNothing(user) ?? textOrNothing(group) ?? actor ?? target?.id
}

const byName = (service: string, resource: string, payload: Payload): string | undefined => {
  for (const { id, own, uuid, plural } of namesOf(NAMED_OTHERWISE[service]?.[resource] ?? resource)) {
    const found =
      textOrNothing(payload[id]) ?? idIn(payload[own]) ?? textOrNothing(payload[uuid]) ?? idIn(payload[plural])
    if (found !== undefined) return found
  }
  for (const field of FIELDS) {
    const id = textOrNothing(payload[field])
    if (id !== undefined) return id
  }
  return idIn(instanceIn(payload))
}

/** neutron nests the resource under its name; cinder and manila nest their types under the plural. */
const idIn = (value: unknown): string | undefined =>
  isObject(value) ? (textOrNothing(value.uuid) ?? textOrNothing(value.id)) : undefined

/** The instance in nova's payloads: an argument of a function that failed, or what the scheduler is to place. */
export const instanceIn = ({ args, request_spec: spec }: Payload): unknown => {
  if (isObject(args)) return args.instance
  return isObject(spec) ? spec.instance_properties : undefined
}

/** Resources whose fields have another name, by service: cinder's image cache reports an image. */
const NAMED_OTHERWISE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cinder: { image_volume_cache: 'image' },
  ceilometer: { ceilometer: 'resource' },
}

/** Fields that are tried in this order if no field is named after the resource. */
const FIELDS = [
  'uuid',
  'id',
  'resource_id',
  'stack_identity',
  // ironic's sensors and inspector, where the instance on the node is beside it.
  'node_uuid',
  'instance_id',
  'instance_uuid',
  'flavorid',
  'key_name',
  'name',
  'namespace',
  'parent_resource_id',
]

export type Names = { readonly id: string; readonly own: string; readonly uuid: string; readonly plural: string }

/** The resources seen so far: few, and always the same. */
const cache = new Map<string, readonly Names[]>()
const MAX_CACHED = 1000
const MAX_LENGTH = 200

/** The names that a resource can have in a payload. For `router.interface`: router_interface, router, interface. */
export const namesOf = (resource: string): readonly Names[] => {
  const known = cache.get(resource)
  if (known !== undefined) return known
  const words = resource.split('.')
  const names = [...new Set([words.join('_'), words[0] ?? '', words.at(-1) ?? ''])].map((own) => ({
    id: `${own}_id`,
    own,
    uuid: `${own}_uuid`,
    plural: `${own}s`,
  }))
  if (cache.size < MAX_CACHED && resource.length < MAX_LENGTH) cache.set(resource, names)
  return names
}
