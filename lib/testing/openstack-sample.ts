import { randomUUID } from 'node:crypto'
import type { OpenstackEventType, OrAny } from '../openstack/catalogue/known-events.ts'
import captured from './openstack-samples.json' with { type: 'json' }

/** By service; written by `npm run samples` from captured messages and the catalogue of event types. */
export type OpenstackSamples = Readonly<
  Record<
    string,
    {
      /** `_context_*`, as the service sends it with every message. */
      readonly context: Readonly<Record<string, unknown>>
      /** Captured, by event type. */
      readonly seen: Readonly<Record<string, Seen>>
      /** The priorities of the event types that were not captured. */
      readonly known: Readonly<Record<string, string>>
    }
  >
>
type Seen = { readonly publisher_id: string; readonly priority: string; readonly payload: unknown }

const samples: OpenstackSamples = captured

/** The parts of an OpenStack notification that a test may choose. */
export type OpenstackSampleOptions = {
  /** Where several services send the same event type, such as `agent.update.end`. */
  readonly service?: string
  /** The project's id, in the context and in the payload. */
  readonly project?: string
  /** Fields that replace or join those of the payload. Of a versioned payload: of its `nova_object.data`. */
  readonly payload?: Readonly<Record<string, unknown>>
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
 * @param eventType as on the wire; the known ones are completed by an editor
 */
export const openstackSample = (
  eventType: OrAny<OpenstackEventType>,
  options: OpenstackSampleOptions = {},
): OpenstackSample => {
  const service = options.service ?? serviceOf(eventType)
  const { context = {}, seen = {}, known = {} } = samples[service] ?? {}
  const like = seen[eventType] ?? Object.entries(seen).find(([name]) => isAlike(name, eventType))?.[1]
  const message: OpenstackSample = {
    message_id: randomUUID(),
    publisher_id: options.publisherId ?? like?.publisher_id ?? `${service}.host1`,
    event_type: eventType,
    priority: options.priority ?? seen[eventType]?.priority ?? known[eventType] ?? 'INFO',
    payload: like?.payload ?? {},
    timestamp: (options.time ?? new Date()).toISOString().replace('T', ' ').replace('Z', '000'),
    _unique_id: randomUUID().replaceAll('-', ''),
    ...context,
  }
  const ofProject = options.project === undefined ? message : withProject(message, options.project)
  return { ...ofProject, payload: merged(ofProject.payload, options.payload ?? {}) }
}

/** Every event type that is known, by service: those with a captured message first. */
export const openstackSampleTypes = (): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(samples).map(([service, { seen, known }]) => [service, Object.keys({ ...seen, ...known })]))

const serviceOf = (eventType: string): string => {
  const has = (place: 'seen' | 'known') =>
    Object.keys(samples).find((name) => eventType in (samples[name]?.[place] ?? {}))
  return has('seen') ?? has('known') ?? eventType.split('.', 1)[0] ?? eventType
}

/** About the same resource: `compute.instance.reboot.end` is like `compute.instance.pause.end`. */
const isAlike = (name: string, eventType: string): boolean => {
  const resource = resourceOf(eventType)
  return resource !== '' && resource === resourceOf(name)
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
