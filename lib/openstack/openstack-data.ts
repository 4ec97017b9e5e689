import type { PayloadOf } from './catalogue/known-events.ts'
import { type Cadf, cadfOf } from './describing/cadf.ts'
import { identityOf } from './describing/identity.ts'
import { kindOf, type Phase } from './describing/kind.ts'
import { serviceOf } from './describing/service.ts'
import { flatten, type ObjectVersion } from './describing/versioned-object.ts'
import { isObject, type Notification } from './reading/notification.ts'

/** `other`: the payload is not an object, or comes from ceilometer or aodh. */
export type Format = 'legacy' | 'versioned' | 'cadf' | 'other'

/**
 * One shape for legacy, versioned and CADF notifications.
 *
 * @typeParam Name of the event, on the wire or canonical, which gives the payload its type
 * @typeParam Service where several services use the name
 */
export type OpenstackEventData<Name extends string = string, Service extends string = string> = {
  /** As in the event's type, e.g. `nova`. `unknown` if nothing tells it. */
  readonly service: string
  /** As on the wire, including blanks. */
  readonly eventType: string
  /** The same for nova's legacy and versioned name, e.g. `instance.create.end`. */
  readonly kind: string
  readonly resource: string
  readonly action: string
  /** `error` also if the priority is error, or the outcome of an audit event is failure. */
  readonly phase: Phase
  /** In lower case. `info` if the sender gave none. */
  readonly priority: string
  readonly publisher?: string
  /** The host of the publisher. */
  readonly host?: string
  /** Id of the caller's project, or of the resource's if nothing tells the caller's. */
  readonly project?: string
  readonly projectName?: string
  /** Id of the project that the resource belongs to. It differs from `project` if an administrator acts. */
  readonly owner?: string
  /** Id of the caller. */
  readonly user?: string
  readonly userName?: string
  /** Id of the domain of the caller's project, or of the domain that the caller acts on. */
  readonly domain?: string
  /** Id of the API request, `req-…`. All notifications that one request to one service causes have it. */
  readonly request?: string
  /** `req-…`, set by a caller of several services: nova passes it to neutron and cinder. */
  readonly globalRequestId?: string
  readonly format: Format
  /** The outcome of an audit event: `success`, `failure` or `pending`. */
  readonly outcome?: string
  readonly cadf?: Cadf
  /** Names and versions of versioned objects, by path. */
  readonly objects?: Readonly<Record<string, ObjectVersion>>
  /**
   * As on the wire without secrets; versioned objects are plain nested fields. Any JSON. A whole number above 2^53 is a
   * `JSON.rawJSON` object: `JSON.stringify` prints it exactly, and `BigInt(number.rawJSON)` makes a number of it.
   */
  readonly payload: string extends Name ? unknown : PayloadOf<Name, Service>
}

/** @param exchange that the message came by, if known */
export const dataOf = (notification: Notification, exchange: string | undefined): OpenstackEventData => {
  const { eventType, publisher, isTelemetry } = notification
  const flat = flatten(notification.payload)
  const payload = flat === undefined ? notification.payload : flat.payload
  const cadf = flat === undefined ? cadfOf(payload) : undefined
  const service = serviceOf({
    namespace: flat?.namespace ?? notification.service,
    exchange,
    publisher,
    observer: cadf?.observer?.typeUri,
    target: cadf?.target?.typeUri,
    eventType,
    payload,
  })
  const priority = (notification.priority ?? 'info').toLowerCase()
  const kind = kindOf({ service, eventType, priority, payload })
  const host = hostOf(notification.host) ?? hostOfPublisher(publisher)
  // One by one, because spreading optional objects takes as long as everything else here.
  const data: { -readonly [Name in keyof OpenstackEventData]: OpenstackEventData[Name] } = {
    service,
    eventType,
    kind: kind.kind,
    resource: kind.resource,
    action: kind.action,
    phase: cadf?.outcome === 'failure' ? 'error' : kind.phase,
    priority,
    format: formatOf(flat !== undefined, cadf !== undefined, isTelemetry, payload),
    payload,
  }
  if (publisher !== undefined) data.publisher = publisher
  if (host !== undefined) data.host = host
  const identity = identityOf(notification.caller, service, kind.resource, payload, cadf)
  if (identity.project !== undefined) data.project = identity.project
  if (identity.projectName !== undefined) data.projectName = identity.projectName
  if (identity.owner !== undefined) data.owner = identity.owner
  if (identity.user !== undefined) data.user = identity.user
  if (identity.userName !== undefined) data.userName = identity.userName
  if (identity.domain !== undefined) data.domain = identity.domain
  if (identity.request !== undefined) data.request = identity.request
  if (identity.globalRequest !== undefined) data.globalRequestId = identity.globalRequest
  if (flat !== undefined) data.objects = flat.objects
  if (cadf !== undefined) {
    data.outcome = cadf.outcome
    data.cadf = cadf
  }
  return data
}

const formatOf = (isVersioned: boolean, isAudit: boolean, isTelemetry: boolean, payload: unknown): Format => {
  if (isTelemetry) return 'other'
  if (isVersioned) return 'versioned'
  if (isAudit) return 'cadf'
  return isObject(payload) ? 'legacy' : 'other'
}

/**
 * The host in a publisher's id: `compute.host1`, `nova-compute:host1`, `volume.host1@backend#pool`, keystone's
 * `identity.identity.host1`, ceilometer's `telemetry.publisher.host1`. Undefined if the id has no host: nova's legacy
 * aggregates put their id or name there, glance says `image.localhost` on every host, and aodh and ceilometer name their
 * programs.
 */
export const hostOfPublisher = (publisher: string | undefined): string | undefined => {
  if (publisher === undefined) return undefined
  const at = separatorIn(publisher)
  if (at < 1) return undefined
  const name = publisher.slice(0, at)
  const rest = publisher.slice(at + 1)
  if (name === 'aggregate' || rest === 'localhost' || PROGRAMS.get(name)?.has(rest)) return undefined
  const prefix = `${PREFIXES.get(name) ?? name}.`
  return hostOf(rest.startsWith(prefix) ? rest.slice(prefix.length) : rest)
}

/** The position of the first dot or colon; -1 if there is neither. */
const separatorIn = (publisher: string): number => {
  const dot = publisher.indexOf('.')
  const colon = publisher.indexOf(':')
  return dot === -1 || (colon !== -1 && colon < dot) ? colon : dot
}

/** A host without the backend that cinder and manila append. */
export const hostOf = (name: string | undefined): string | undefined => {
  const at = name?.indexOf('@') ?? -1
  return (at === -1 ? name : name?.slice(0, at)) || undefined
}

const PREFIXES = new Map([['telemetry', 'publisher']])

const PROGRAMS = new Map([
  ['aodh', new Set(['api', 'evaluator', 'listener', 'notifier'])],
  ['ceilometer', new Set(['api', 'polling', 'notification', 'compute', 'central', 'ipmi'])],
])
