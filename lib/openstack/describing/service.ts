import { isObject, type Notification } from '../reading/notification.ts'

/** The parts of a notification that tell the service, the most reliable first. */
export type Clues = Pick<Notification, 'eventType' | 'publisher' | 'payload'> & {
  /** The namespace of the versioned object in the payload. */
  readonly namespace: string | undefined
  readonly exchange: string | undefined
  /** `typeURI` of a CADF event's observer, e.g. `service/security`. */
  readonly observer: string | undefined
  /** The same of its target, e.g. `service/compute/servers`. */
  readonly target?: string | undefined
}

/**
 * The service that sent a notification, or `unknown`. The namespace of its objects tells it, then the exchange (several
 * services share `openstack`), the publisher, the observer and the target of an audit event, and last the name of the event,
 * if only one service uses it.
 */
export const serviceOf = ({ namespace, exchange, publisher, observer, target, eventType, payload }: Clues): string => {
  if (namespace !== undefined && SERVICES.has(namespace)) return namespace
  if (exchange !== undefined) {
    const known = EXCHANGES.get(exchange) ?? (SERVICES.has(exchange) ? exchange : undefined)
    if (known !== undefined) return known
  }
  return (
    (publisher !== undefined ? byPublisher(publisher, eventType) : undefined) ??
    (observer !== undefined ? OBSERVERS.get(observer.toLowerCase()) : undefined) ??
    (target !== undefined ? byTarget(target) : undefined) ??
    EVENT_PREFIXES.get(firstWord(eventType)) ??
    (isFunctionFailure(eventType, payload) ? 'nova' : 'unknown')
  )
}

const list = (words: string): readonly string[] => words.split(' ')

/** Services that use their own name for their exchange, namespace or processes. */
const SERVICES = new Set(
  list(
    'nova neutron glance keystone heat ironic octavia magnum masakari watcher cyborg tacker aodh ceilometer designate ' +
      'cinder manila trove barbican sahara murano mistral blazar zaqar swift placement vitrage magnetodb',
  ),
)

/** ceilometer expects designate on the exchange `dns`. */
const EXCHANGES = new Map([['dns', 'designate']])

/** Maps words to the one service that uses them. */
const table = (services: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(services).flatMap(([service, words]) => list(words).map((word) => [word, service] as const)))

/** The words before `.host` or `:host`. */
const PUBLISHERS = table({
  nova: 'compute api conductor aggregate servergroup compute_task console cells',
  neutron: 'network dhcp_agent l3_agent metering',
  cinder:
    'volume snapshot backup group groupType volumeType cgsnapshot consistencygroup group_snapshot groupSnapshot capacity qosSpecs',
  manila: 'share shareType share_group qosType',
  glance: 'image',
  keystone: 'identity',
  designate: 'central mdns producer worker pool_manager zone_manager dns',
  heat: 'orchestration',
  watcher: 'infra-optim',
  ironic: 'baremetal',
  trove: 'taskmanager dbaas',
  swift: 'ceilometermiddleware objectstore',
  ceilometer: 'telemetry',
})

const byPublisher = (publisher: string, eventType: string): string | undefined => {
  const [name = ''] = publisher.split(/[.:]/, 1)
  if (name === 'scheduler') return byScheduler(eventType)
  const known = PUBLISHERS.get(name)
  if (known !== undefined) return known
  // nova-compute, ironic-conductor, aodh, …
  const [service = ''] = name.split('-', 1)
  return SERVICES.has(service) ? service : undefined
}

/** Three services have a scheduler. The requested action distinguishes them. */
const byScheduler = (eventType: string): string | undefined => {
  const [, asked = ''] = eventType.split('.', 2)
  if (asked.startsWith('select_destinations') || asked.startsWith('run_instance')) return 'nova'
  if (asked.includes('share')) return 'manila'
  return CINDER_ASKS.some((word) => asked.includes(word)) ? 'cinder' : undefined
}

const CINDER_ASKS = ['volume', 'snapshot', 'manage_existing', 'retype']

/** CADF types, as keystonemiddleware's audit maps and the services write them. */
const OBSERVERS = table({
  keystone: 'service/security service/identity',
  nova: 'service/compute',
  neutron: 'service/network',
  glance: 'service/image service/storage/image',
  swift: 'service/storage/object',
  cinder: 'service/storage/block service/volume',
  heat: 'service/orchestration',
  designate: 'service/dns',
  ironic: 'service/baremetal service/compute/baremetal',
  trove: 'service/database',
  manila: 'service/share service/storage/share',
  octavia: 'service/load-balancer',
  barbican: 'service/security/keymanager',
  ceilometer: 'service/bss/metering',
  magnum: 'service/magnum/cluster service/magnum/bay service/magnum',
})

/** keystonemiddleware's audit filter appends the kind of resource to the service. The longest known prefix decides. */
const byTarget = (typeUri: string): string | undefined => {
  const words = typeUri.toLowerCase().split('/', MAX_WORDS)
  for (let count = words.length; count > 1; count--) {
    const service = OBSERVERS.get(words.slice(0, count).join('/'))
    if (service !== undefined) return service
  }
  return undefined
}

/** One more than the longest entry in the table has. */
const MAX_WORDS = 4

/**
 * First words of event types that one service uses. Several services use: action, agent, alarm, audit, cluster, event, flavor,
 * group, host, http, instance, network, notification, policy, port, quota, router, scheduler, segment, service, task.
 */
const EVENT_PREFIXES = table({
  nova: 'compute compute_task aggregate servergroup server_group keypair HostAPI libvirt',
  neutron: 'floatingip security_group security_group_rule subnet subnetpool rbac_policy dhcp_agent l3_agent',
  cinder:
    'volume volume_type backup cgsnapshot consistencygroup image_volume_cache qos_specs group_type group_snapshot',
  manila: 'share share_type share_group qos_type',
  glance: 'image metadef_namespace metadef_object metadef_property metadef_resource_type metadef_tag',
  keystone: 'identity',
  designate: 'dns',
  heat: 'orchestration',
  ironic: 'baremetal ironic hardware',
  trove: 'dbaas trove',
  watcher: 'infra-optim action_plan',
  octavia: 'octavia',
  magnum: 'magnum',
  swift: 'objectstore',
  sahara: 'sahara',
  blazar: 'lease',
  magnetodb: 'magnetodb',
  ceilometer: 'metering telemetry',
})

const firstWord = (eventType: string): string => eventType.split('.', 1)[0] ?? ''

/**
 * Whether nova's decorator around a function sent this. It names the event after the function, and the payload has two fields
 * only.
 */
export const isFunctionFailure = (eventType: string, payload: unknown): boolean => {
  if (eventType.includes('.') || !isObject(payload) || !('args' in payload && 'exception' in payload)) return false
  return Object.keys(payload).length === 2
}
