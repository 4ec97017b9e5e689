import { isFunctionFailure } from './service.ts'

/** The step of an action that a notification reports. */
export type Phase = 'start' | 'end' | 'error' | 'none'

/** The name of an event in terms that do not depend on the format. */
export type Kind = {
  /** Resource, action and, if the name has it, the phase: `instance.create.end`. */
  readonly kind: string
  readonly resource: string
  readonly action: string
  readonly phase: Phase
}

export type Named = {
  readonly service: string
  readonly eventType: string
  readonly priority: string
  readonly payload: unknown
}

/**
 * Splits the name of an event, without the name of its service. nova's two names of one event give one kind, the name of the
 * versioned notification: `compute.instance.resize.confirm.end` is `instance.resize_confirm.end`.
 */
export const kindOf = (named: Named): Kind => {
  const { service, eventType, priority, payload } = named
  // The event type is the name of a function, which does not tell that it failed.
  if (isFunctionFailure(eventType, payload)) return computeKind(named)
  const known = kinds.get(eventType)
  if (known?.service === service && known.priority === priority) return known.kind
  const kind = computeKind(named)
  if (kinds.size < MAX_KINDS && eventType.length < MAX_LENGTH) kinds.set(eventType, { service, priority, kind })
  return kind
}

/** The kinds seen so far: few, and always the same. Senders choose the names, so the cache has a limit. */
const kinds = new Map<string, { readonly service: string; readonly priority: string; readonly kind: Kind }>()
const MAX_KINDS = 5000
const MAX_LENGTH = 200

const computeKind = (named: Named): Kind => {
  const kind = named.service === 'nova' ? novaKind(named) : plainKind(named.service, named.eventType)
  const words = kind.split('.')
  const suffix = words.length > 1 ? PHASES.get(words.at(-1) ?? '') : undefined
  const phase = suffix ?? (named.priority === 'error' || named.priority === 'critical' ? 'error' : 'none')
  if (suffix !== undefined) words.pop()
  const action = words.pop() ?? kind
  return { kind, resource: words.join('.') || named.service, action, phase }
}

const PHASES = new Map<string, Phase>([
  ['start', 'start'],
  ['end', 'end'],
  ['success', 'end'],
  ['error', 'error'],
  // aggregate.cache_images.progress comes between start and end.
  ['progress', 'none'],
])

/** First words that repeat the name of the service. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  keystone: 'identity',
  heat: 'orchestration',
  designate: 'dns',
  ironic: 'baremetal',
  swift: 'objectstore',
  watcher: 'infra-optim',
}

const plainKind = (service: string, eventType: string): string => {
  // trove joins resource and action with an underscore: dbaas.instance_create.
  if (service === 'trove' && eventType.startsWith('dbaas.')) return eventType.slice('dbaas.'.length).replace('_', '.')
  const own = OWN_NAMES[service] ?? service
  const kind = eventType.startsWith(`${own}.`) ? eventType.slice(own.length + 1) : eventType
  // keystone's extensions have a prefix: identity.OS-TRUST:trust.created. The resource `project tag` has a blank.
  return service === 'keystone' ? kind.replace(/^OS-\w+:/, '').replaceAll(' ', '_') : kind
}

/** Legacy names that follow no rule. */
const NOVA_NAMES = new Map([
  ['compute.libvirt.error', 'libvirt.connect.error'],
  ['compute.metrics.update', 'metrics.update'],
  ['servergroup.addmember', 'server_group.add_member'],
  ['compute.instance.volume.attach', 'instance.volume_attach.end'],
  ['compute.instance.volume.detach', 'instance.volume_detach.end'],
  ['compute.instance.finish_resize.start', 'instance.resize_finish.start'],
  ['compute.instance.finish_resize.end', 'instance.resize_finish.end'],
])

const AGGREGATE = /^aggregate\.(add|remove|update)(host|metadata|prop)\b/

const novaKind = ({ eventType, payload }: Named): string => {
  const known = NOVA_NAMES.get(eventType)
  if (known !== undefined) return known
  if (eventType.startsWith('compute.instance.')) return instanceKind(eventType.slice('compute.'.length))
  if (eventType.startsWith('servergroup.')) return eventType.replace('servergroup', 'server_group')
  if (AGGREGATE.test(eventType)) return eventType.replace(AGGREGATE, 'aggregate.$1_$2')
  // The legacy form has no suffix, and reports failures only.
  if (/^compute_task\.\w+$/.test(eventType)) return `${eventType}.error`
  return isFunctionFailure(eventType, payload) ? 'compute.exception' : eventType
}

/** Dots and extra underscores between `instance` and the phase become one underscore: live_migration._post, volume.attach. */
const instanceKind = (name: string): string => {
  const words = name.split('.')
  const phase = PHASES.has(words.at(-1) ?? '') ? words.pop() : undefined
  const [resource, ...action] = words
  const kind = `${resource}.${action.join('_').replaceAll('__', '_')}`
  return phase === undefined ? kind : `${kind}.${phase}`
}
