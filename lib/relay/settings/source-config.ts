import { accessSync, constants } from 'node:fs'
import { ConfigError, hasCode } from '../../process/errors.ts'
import { readSecret } from '../../process/secret-files.ts'
import { type Environment, list, readVariables } from '../../process/variables.ts'
import { EXCHANGE_IN_KEY, type OwnQueue, type Source, type TlsFiles } from '../options.ts'
import { type AmqpUrl, parseAmqpUrl } from './amqp-url.ts'
import {
  flagOf,
  IGNORED_IN_QUERY,
  QUERY_ALIASES,
  SOURCE_RULES,
  type SourceSetting,
  VARIABLE_OF_FLAG,
} from './relay-settings.ts'

/**
 * Every exchange that a service notifies by: its `control_exchange`. By default that is the service's own name, or
 * `openstack` (cinder, manila, barbican, trove). Deployment tools set the own name for these too, and ceilometer looks for
 * designate in `dns`. An exchange that is not there costs little: it is looked for, never declared.
 */
const EXCHANGES = [
  ...['nova', 'neutron', 'cinder', 'glance', 'keystone', 'heat', 'ironic', 'designate', 'openstack', 'octavia'],
  ...['magnum', 'masakari', 'watcher', 'tacker', 'aodh', 'trove', 'swift', 'barbican', 'dns', 'cyborg', 'ceilometer'],
]

/** In AMQP a `*` stands for a whole word, so the topics that are named for a service need a key for each exchange. */
const BINDING_KEYS = [
  ...['notifications.*', 'versioned_notifications.*', 'ironic_versioned_notifications.*'],
  `${EXCHANGE_IN_KEY}_versioned_notifications.*`,
]

/** Everything that is published to an exchange, remote procedure calls too. */
const EVERYTHING = '#'

/**
 * The brokers and virtual hosts to take messages from.
 *
 * @throws ConfigError
 */
export const readSources = (environment: Environment, fromFlags: Environment): readonly Source[] => {
  const flagged = readVariables(SOURCE_RULES, fromFlags)
  const general = readVariables(SOURCE_RULES, environment)
  const urls = (fromFlags.AMQP_URL || readSecret(environment, 'AMQP_URL') || '').split(/\s+/).filter(Boolean)
  if (urls.length === 0)
    throw new ConfigError('AMQP_URL: say where RabbitMQ is, for example amqp://user:password@host:5672/vhost')
  const sources = urls.map((text, index) => {
    const where = urls.length === 1 ? 'AMQP_URL' : `AMQP_URL, number ${index + 1}`
    const url = parseAmqpUrl(text, where)
    return toSource(url, [readQuery(url.query, where), flagged, general], where)
  })
  const places = sources.map(({ hosts, vhost, queue }) => JSON.stringify([hosts, vhost, queue.name]))
  if (new Set(places).size < places.length)
    throw new ConfigError(
      'AMQP_URL: names the same queue of the same broker twice: give each its own queue, or one URL',
    )
  return sources
}

/** What each place gives, the one that is worth most first. */
type Levels = readonly Readonly<Partial<Record<SourceSetting, string>>>[]

const readQuery = (query: URLSearchParams, where: string): Levels[number] => {
  const given: Record<string, string> = {}
  for (const [name, value] of query) {
    const variable = QUERY_ALIASES[name] ?? VARIABLE_OF_FLAG[name.replaceAll('_', '-')]
    if (variable !== undefined && Object.hasOwn(SOURCE_RULES, variable)) given[variable] = value
    else if (!IGNORED_IN_QUERY.test(name)) throw unknownOption(name, query, where)
  }
  try {
    return readVariables(SOURCE_RULES, given)
  } catch (error) {
    if (!hasCode<ConfigError>(error, 'config_invalid')) throw error
    throw new ConfigError(
      `${where}, in its query: ${error.message.replaceAll(/\b(RELAY|AMQP)_[A-Z_]+(?=: )/g, queryName)}`,
    )
  }
}

/** A password with an unescaped `?` looks like a query, and then its `@` is in there: such a name is not shown. */
const unknownOption = (name: string, query: URLSearchParams, where: string): ConfigError => {
  const isShown = OPTION_NAME.test(name) && !query.toString().includes(encodeURIComponent('@'))
  return new ConfigError(
    `${where}: its query has an unknown option${isShown ? ` '${name}'` : ''}: remove it, or use one of ` +
      Object.keys(SOURCE_RULES).map(queryName).join(', '),
  )
}

const OPTION_NAME = /^[A-Za-z][\w-]{0,63}$/

const queryName = (variable: string): string => flagOf(variable).replaceAll('-', '_')

const toSource = (url: AmqpUrl, levels: Levels, where: string): Source => {
  const first = (name: SourceSetting): string | undefined => levels.find((level) => level[name])?.[name]
  const { hosts, username, password, vhost } = url
  return {
    hosts,
    username,
    password,
    vhost,
    heartbeatSeconds: Number(first('AMQP_HEARTBEAT_SECONDS') ?? 60),
    ...(url.isTls && {
      tls: readTls(
        {
          caFile: first('AMQP_CA_FILE'),
          certFile: first('AMQP_CERT_FILE'),
          keyFile: first('AMQP_KEY_FILE'),
          serverName: first('AMQP_SERVER_NAME'),
        },
        where,
      ),
    }),
    queue: readQueue(levels, first, where),
  }
}

const readTls = (files: TlsFiles, where: string): TlsFiles => {
  if ((files.certFile === undefined) !== (files.keyFile === undefined))
    throw new ConfigError(`${where}: AMQP_CERT_FILE and AMQP_KEY_FILE go together: give both or none`)
  const variables = { AMQP_CA_FILE: files.caFile, AMQP_CERT_FILE: files.certFile, AMQP_KEY_FILE: files.keyFile }
  for (const [variable, path] of Object.entries(variables)) {
    if (path !== undefined) checkReadable(variable, path)
  }
  return files
}

const checkReadable = (variable: string, path: string): void => {
  try {
    accessSync(path, constants.R_OK)
  } catch (cause) {
    throw new ConfigError(`${variable}: cannot be read: name a PEM file that this process may read`, { cause })
  }
}

const readQueue = (
  levels: Levels,
  first: (name: SourceSetting) => string | undefined,
  where: string,
): Source['queue'] => {
  const naming = levels.find((level) => level.RELAY_QUEUE || level.RELAY_QUEUE_DECLARED)
  if (naming?.RELAY_QUEUE && naming.RELAY_QUEUE_DECLARED)
    throw new ConfigError(`${where}: RELAY_QUEUE is declared here, RELAY_QUEUE_DECLARED elsewhere: give one of them`)
  if (naming?.RELAY_QUEUE_DECLARED) return { kind: 'foreign', name: naming.RELAY_QUEUE_DECLARED }
  return {
    kind: 'own',
    name: naming?.RELAY_QUEUE ?? 'tidings',
    type: (first('RELAY_QUEUE_TYPE') as OwnQueue['type'] | undefined) ?? 'quorum', // By its rule.
    ...readBindings(levels, first, where),
    ttlMs: Number(first('RELAY_QUEUE_TTL_MS') ?? 259_200_000),
    maxLength: Number(first('RELAY_QUEUE_MAX_LENGTH') ?? 1_000_000),
    overflow: first('RELAY_QUEUE_OVERFLOW') === 'reject-publish' ? 'reject-publish' : 'drop-head',
    deliveryLimit: Number(first('RELAY_DELIVERY_LIMIT') ?? 20),
  }
}

/** Exchanges may come from one place and keys from another; RELAY_COMPAT is both, so it stands or falls as one. */
const readBindings = (
  levels: Levels,
  first: (name: SourceSetting) => string | undefined,
  where: string,
): Pick<OwnQueue, 'exchanges' | 'bindingKeys' | 'dropsRpc'> => {
  const choosing = levels.find((level) => level.RELAY_COMPAT || level.RELAY_EXCHANGES || level.RELAY_BINDING_KEYS)
  if (choosing?.RELAY_COMPAT === undefined)
    return {
      exchanges: list(first('RELAY_EXCHANGES')) ?? EXCHANGES,
      bindingKeys: list(first('RELAY_BINDING_KEYS')) ?? BINDING_KEYS,
      dropsRpc: false,
    }
  if (choosing.RELAY_EXCHANGES || choosing.RELAY_BINDING_KEYS)
    throw new ConfigError(
      `${where}: RELAY_COMPAT stands for exchanges with the key #: give it, or RELAY_EXCHANGES and RELAY_BINDING_KEYS`,
    )
  return { exchanges: list(choosing.RELAY_COMPAT) ?? [], bindingKeys: [EVERYTHING], dropsRpc: true }
}
