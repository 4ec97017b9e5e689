import { type Caller, isObject, textOrNothing } from '../reading/notification.ts'
import type { Cadf } from './cadf.ts'
import { instanceIn, namesOf } from './subject.ts'

/** The caller, and the owner of the resource. A member is undefined if no part of the notification tells it. */
export type Identity = Omit<Caller, 'projectOrName'> & {
  /** The project of the resource. It differs from the caller's if an administrator acts. */
  readonly owner: string | undefined
}

/** Reads the context of the request first, then the initiator of an audit event, then the payload. */
export const identityOf = (
  caller: Caller,
  service: string,
  resource: string,
  payload: unknown,
  cadf: Cadf | undefined,
): Identity => {
  const fields = isObject(payload) ? payload : NOTHING
  const actor = cadf?.initiator
  const owner = ownerOf(service, resource, fields)
  return {
    // `project` and `tenant` of a context can be names (heat), so ids come first.
    project: caller.project ?? actor?.project ?? owner ?? caller.projectOrName,
    projectName: caller.projectName,
    user: caller.user ?? actor?.user ?? textOrNothing(fields.user_id) ?? actor?.id,
    userName: caller.userName ?? actor?.name,
    domain: caller.domain ?? actor?.domain,
    request: caller.request ?? actor?.request ?? textOrNothing(fields.request_id),
    globalRequest: caller.globalRequest,
    owner,
  }
}

type Fields = Readonly<Record<string, unknown>>

const NOTHING: Fields = {}

const ownerOf = (service: string, resource: string, payload: Fields): string | undefined =>
  projectIn(payload, service) ?? nestedOwner(service, resource, payload) ?? projectIn(instanceIn(payload), service)

/** The services whose field `owner` is the id of a project. */
const OWNING = new Set(['glance', 'ironic'])

const projectIn = (value: unknown, service: string): string | undefined => {
  if (!isObject(value)) return undefined
  const project = textOrNothing(value.project_id) ?? textOrNothing(value.tenant_id)
  if (project !== undefined || !OWNING.has(service)) return project
  return textOrNothing(value.owner) ?? textOrNothing(value.owner_id)
}

/**
 * neutron nests the resource under its name, or several under the plural. nova has `request_spec` for instances that are to be
 * scheduled.
 */
const nestedOwner = (service: string, resource: string, payload: Fields): string | undefined => {
  for (const { own, plural } of namesOf(resource)) {
    const project = projectIn(payload[own], service) ?? sameProject(payload[plural], service)
    if (project !== undefined) return project
  }
  return projectIn(payload.request_spec, service)
}

const sameProject = (items: unknown, service: string): string | undefined => {
  if (!Array.isArray(items)) return undefined
  const project = projectIn(items[0], service)
  return items.every((item) => projectIn(item, service) === project) ? project : undefined
}
