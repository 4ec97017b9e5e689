import { randomUUID } from 'node:crypto'
import type { OpenstackEventType, OrAny, PayloadOf } from '../openstack/catalogue/known-events.ts'
import captured from './openstack-samples.json' with { type: 'json' }

/** By service; written by `npm run catalogue` from captured notifications and the catalogue of event types. */
export type OpenstackSamples = Readonly<
  Record<
    string,
    {
      /** `_context_*`, as the service sends it with every message. */
      readonly context: Readonly<Record<string, unknown>>
      readonly payloads: readonly unknown[]
      /** By event type. Publisher and payload are absent where no notification was captured; the payload is an index. */
      readonly events: Readonly<Record<string, Known>>
    }
  >
>

type Known = { readonly priority: string; readonly publisher?: string; readonly payload?: number }

const samples: OpenstackSamples = captured

/** The parts of an OpenStack notification that a test may choose. */
export type OpenstackSampleOptions<Type extends string = string> = {
  /** Where several services send the same event type, such as `agent.update.end`. */
  readonly service?: string
  /** The project's id, in the context and in the payload. */
  readonly project?: string
  /** Fields that replace or join those of the payload. Of a versioned payload: of its `nova_object.data`. */
  readonly payload?: Partial<PayloadOf<Type>>
  readonly publisherId?: string
  readonly priority?: string
  /** Default: now. */
  readonly time?: Date
}

/** A notification as oslo.messaging's Notifier makes it, without the transport's envelope. */
export type OpenstackSample = {
  readonly message_id: string
  readonly publisher_id: string
  readonly event_type: string
  readonly priority: string
  readonly payload: unknown
  /** Naive UTC. */
  readonly timestamp: string
  readonly _unique_id: string
} & Readonly<Record<`_context_${string}`, unknown>>

/**
 * A notification of an OpenStack service. The payload and the context are those of a captured message of this event type; where no
 * message was captured, of one about the same resource; else the payload holds only what `options.payload` says. Every sample is an event
 * of its own: no two have the same message id.
 *
 * ```ts
 * openstackSample('compute.instance.create.end', { payload: { display_name: 'web-1' } })
 * ```
 *
 * @param eventType as on the wire; an editor completes the known ones
 */
export const openstackSample = <Type extends OrAny<OpenstackEventType>>(
  eventType: Type,
  options: OpenstackSampleOptions<Type> = {},
): OpenstackSample => {
  const service = options.service ?? serviceOf(eventType)
  const { context = {}, payloads = [], events = {} } = samples[service] ?? {}
  const own = events[eventType]
  const like = own?.publisher === undefined ? relativeOf(eventType, events) : own
  const message: OpenstackSample = {
    message_id: randomUUID(),
    publisher_id: options.publisherId ?? like?.publisher ?? `${service}.host1`,
    event_type: eventType,
    priority: options.priority ?? own?.priority ?? 'INFO',
    payload: like?.payload === undefined ? {} : payloads[like.payload],
    timestamp: (options.time ?? new Date()).toISOString().replace('T', ' ').replace('Z', '000'),
    _unique_id: randomUUID().replaceAll('-', ''),
    ...context,
  }
  const ofProject = options.project === undefined ? message : withProject(message, options.project)
  return { ...ofProject, payload: merged(ofProject.payload, options.payload ?? {}) }
}

/** Every event type that is known, by service. */
export const openstackSampleTypes = (): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(samples).map(([service, { events }]) => [service, Object.keys(events)]))

/** Several services may send a type. One that was seen to send it goes first. */
const serviceOf = (eventType: string): string => {
  const services = Object.keys(samples).filter((service) => eventType in (samples[service]?.events ?? {}))
  const seen = services.find((service) => samples[service]?.events[eventType]?.publisher !== undefined)
  return seen ?? services[0] ?? eventType.split('.', 1)[0] ?? eventType
}

/** About the same resource: `compute.instance.reboot.end` is like `compute.instance.pause.end`. */
const relativeOf = (eventType: string, events: Readonly<Record<string, Known>>): Known | undefined => {
  const resource = resourceOf(eventType)
  const entries = resource === '' ? [] : Object.entries(events)
  return entries.find(([name, { publisher }]) => publisher !== undefined && resourceOf(name) === resource)?.[1]
}

const resourceOf = (eventType: string): string =>
  eventType
    .replace(/\.(start|end|error)$/, '')
    .split('.')
    .slice(0, -1)
    .join('.')

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The field of a versioned payload that holds its values: `nova_object.data`, `ironic_object.data` … */
const dataField = (payload: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(payload).find((name) => name.endsWith('_object.data'))

const merged = (payload: unknown, changes: Readonly<Record<string, unknown>>): unknown => {
  if (!isObject(payload)) return Object.keys(changes).length > 0 ? changes : payload
  const field = dataField(payload)
  return field === undefined ? { ...payload, ...changes } : { ...payload, [field]: merged(payload[field], changes) }
}

/** The id stands in several places, and the same everywhere. */
const withProject = (message: OpenstackSample, project: string): OpenstackSample => {
  const payload = isObject(message.payload) ? message.payload : {}
  const places = [message, payload, payload[dataField(payload) ?? ''], payload.initiator].filter(isObject)
  const ids = places
    .flatMap((place) => PROJECT_FIELDS.map((name) => place[name]))
    .filter((id) => typeof id === 'string')
  let text = JSON.stringify(message)
  for (const id of new Set(ids)) text = text.replaceAll(JSON.stringify(id), JSON.stringify(project))
  return { ...JSON.parse(text), _context_project_id: project }
}

const PROJECT_FIELDS = ['_context_project_id', '_context_tenant', 'project_id', 'tenant_id']
