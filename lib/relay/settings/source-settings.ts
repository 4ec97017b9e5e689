import { HOUR_MS, list, oneOf, path, type Rule, secret, type Table, text, wholeNumber } from '../../process/settings.ts'
import { EXCHANGE_IN_KEY } from '../options.ts'

const DAY_MS = 24 * HOUR_MS

/** RabbitMQ reserves names that begin with amq., and AMQP's short string has 255 bytes, of which the relay's suffixes need some. */
const queueName: Rule<string> = {
  expected: 'a name of up to 200 bytes that does not begin with amq.',
  read: (given) =>
    given.trim() !== '' && Buffer.byteLength(given) <= 200 && !given.startsWith('amq.') ? given : undefined,
}

const names: Rule<readonly string[]> = {
  expected: 'a list of names separated by commas',
  read: (given) => {
    const items = list.read(given) ?? []
    return items.length > 0 ? items : undefined
  },
}

/**
 * Every exchange that a service notifies by: its `control_exchange`. By default that is the service's own name, or
 * `openstack` (cinder, manila, barbican, trove). Deployment tools set the own name for these too, and ceilometer looks for
 * designate in `dns`. An exchange that is not there costs little: the relay looks for it and never declares it.
 */
const EXCHANGES: readonly string[] = [
  ...['nova', 'neutron', 'cinder', 'glance', 'keystone', 'heat', 'ironic', 'designate', 'openstack', 'octavia'],
  ...['magnum', 'masakari', 'watcher', 'tacker', 'aodh', 'trove', 'swift', 'barbican', 'dns', 'cyborg', 'ceilometer'],
]

/** In AMQP a `*` stands for a whole word, so the topics that are named for a service need a key for each exchange. */
const BINDING_KEYS: readonly string[] = [
  ...['notifications.*', 'versioned_notifications.*', 'ironic_versioned_notifications.*'],
  `${EXCHANGE_IN_KEY}_versioned_notifications.*`,
]

/** Where RabbitMQ is. */
export const BROKER_SETTINGS = {
  AMQP_URL: {
    rule: secret,
    meaning:
      'One URL of RabbitMQ or several, separated by blanks: `amqp://`, `amqps://`, or `rabbit://` as oslo.messaging writes it.',
  },
} as const satisfies Table

/** Settings of one source. They may also stand in the query of its URL, under the name of the flag with `_` for `-`. */
export const SOURCE_SETTINGS = {
  RELAY_QUEUE: { rule: queueName, default: 'tidings', meaning: 'The queue that the relay declares, binds and reads.' },
  RELAY_QUEUE_DECLARED: {
    rule: queueName,
    meaning: 'A queue that somebody else declared, to be read as it is, in place of `RELAY_QUEUE`.',
  },
  RELAY_EXCHANGES: {
    rule: names,
    default: EXCHANGES,
    meaning: 'The exchanges that the queue is bound to.',
  },
  RELAY_BINDING_KEYS: {
    rule: names,
    default: BINDING_KEYS,
    meaning: 'The binding keys for each exchange; `<exchange>` stands for its name.',
  },
  RELAY_COMPAT: {
    rule: names,
    meaning:
      'Exchanges that are bound with the key `#`, in place of the two settings above; remote procedure calls are dropped.',
  },
  RELAY_QUEUE_TYPE: { rule: oneOf('quorum', 'classic'), default: 'quorum', meaning: 'The type of the queue.' },
  RELAY_QUEUE_TTL_MS: {
    rule: wholeNumber(1000, 30 * DAY_MS),
    default: 3 * DAY_MS,
    meaning: 'How long a message waits for a relay at most, in milliseconds.',
  },
  RELAY_QUEUE_MAX_LENGTH: {
    rule: wholeNumber(1, 1_000_000_000),
    default: 1_000_000,
    meaning: 'How many messages wait in the queue at most.',
  },
  RELAY_QUEUE_OVERFLOW: {
    rule: oneOf('drop-head', 'reject-publish'),
    default: 'drop-head',
    meaning:
      'Which message a full queue gives up: the oldest one (it becomes a dead letter), or the new one (its publisher is told).',
  },
  RELAY_DELIVERY_LIMIT: {
    rule: wholeNumber(1, 1_000_000),
    default: 20,
    meaning: 'How often a quorum queue delivers a message that nobody settles.',
  },
  AMQP_HEARTBEAT_SECONDS: {
    rule: wholeNumber(0, 3600),
    default: 60,
    meaning: 'The interval of heartbeats, in seconds; `0` turns them off.',
  },
  AMQP_CA_FILE: {
    rule: path,
    meaning: 'A file of certificates to trust, in PEM, in place of those that Node.js trusts.',
  },
  AMQP_CERT_FILE: { rule: path, meaning: "A file with the client's certificate, in PEM." },
  AMQP_KEY_FILE: { rule: path, meaning: 'A file with the key of that certificate, in PEM.' },
  AMQP_SERVER_NAME: {
    rule: text,
    otherwise: 'the host of the URL',
    meaning: "The name that the broker's certificate must have.",
  },
} as const satisfies Table

export type SourceSetting = keyof typeof SOURCE_SETTINGS

/** `RELAY_QUEUE_TYPE` is `--queue-type`, `AMQP_URL` is `--url`, `PORT` is `--port`. */
export const flagOf = (variable: string): string =>
  variable
    .replace(/^(RELAY|AMQP)_/, '')
    .toLowerCase()
    .replaceAll('_', '-')

/** As others call a setting in a URL: RabbitMQ's URI query parameters, and oslo.messaging's options. */
export const QUERY_ALIASES: Readonly<Record<string, SourceSetting>> = {
  heartbeat: 'AMQP_HEARTBEAT_SECONDS',
  heartbeat_timeout_threshold: 'AMQP_HEARTBEAT_SECONDS',
  ssl_ca_file: 'AMQP_CA_FILE',
  cacertfile: 'AMQP_CA_FILE',
  ssl_cert_file: 'AMQP_CERT_FILE',
  certfile: 'AMQP_CERT_FILE',
  ssl_key_file: 'AMQP_KEY_FILE',
  keyfile: 'AMQP_KEY_FILE',
  server_name_indication: 'AMQP_SERVER_NAME',
}

/** Options of oslo.messaging that say how a service publishes. They come along with a transport_url and mean nothing here. */
export const IGNORED_IN_QUERY =
  /^(ssl|ssl_version|ssl_enforce_fips_mode|(rabbit|kombu|amqp|rpc|conn_pool|heartbeat)_\w+|hostname|processname|use_queue_manager|direct_mandatory_flag|enable_cancel_on_failover)$/
