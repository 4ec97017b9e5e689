import { accessSync, constants } from 'node:fs'
import { ConfigError, hasCode } from '../../process/errors.ts'
import {
  type Environment,
  type Given,
  readGiven,
  readSettings,
  together,
  type Values,
  withDefaults,
} from '../../process/settings.ts'
import type { OwnQueue, Source, TlsFiles } from '../options.ts'
import { type AmqpUrl, parseAmqpUrl } from './amqp-url.ts'
import { VARIABLE_OF_FLAG } from './relay-settings.ts'
import {
  BROKER_SETTINGS,
  flagOf,
  IGNORED_IN_QUERY,
  QUERY_ALIASES,
  SOURCE_SETTINGS,
  type SourceSetting,
} from './source-settings.ts'

/** The key for everything that is published to an exchange, remote procedure calls included. */
const EVERYTHING = '#'

/**
 * The brokers and virtual hosts to take messages from.
 *
 * @throws ConfigError
 */
export const readSources = (environment: Environment, fromFlags: Environment): readonly Source[] => {
  const { flagged, general, urls } = together({
    flagged: () => readGiven(SOURCE_SETTINGS, fromFlags),
    general: () => readGiven(SOURCE_SETTINGS, environment),
    urls: () => readUrls(environment, fromFlags),
  })
  const read = urls.map((text, index) => {
    const where = urls.length === 1 ? 'AMQP_URL' : `AMQP_URL, number ${index + 1},`
    return [where, () => readSource(text, where, [flagged, general])] as const
  })
  const sources = Object.values(together(Object.fromEntries(read)))
  const places = sources.map(({ hosts, vhost, queue }) => JSON.stringify([hosts, vhost, queue.name]))
  if (new Set(places).size < places.length)
    throw new ConfigError('AMQP_URL names the same queue of the same broker twice: give each URL a queue of its own')
  return sources
}

const readUrls = (environment: Environment, fromFlags: Environment): readonly string[] => {
  const { AMQP_URL = '' } = readSettings(BROKER_SETTINGS, {
    ...environment,
    ...(fromFlags.AMQP_URL && { AMQP_URL: fromFlags.AMQP_URL }),
  })
  const urls = AMQP_URL.split(/\s+/).filter(Boolean)
  if (urls.length === 0)
    throw new ConfigError('AMQP_URL is missing: set the URL of RabbitMQ, such as amqp://user:password@host:5672/vhost')
  return urls
}

const readSource = (text: string, where: string, levels: Levels): Source => {
  const url = parseAmqpUrl(text, where)
  return toSource(url, [readQuery(url.query, where), ...levels], where)
}

type GivenToSource = Given<typeof SOURCE_SETTINGS>

/** The settings of each place; the place that counts most comes first. */
type Levels = readonly GivenToSource[]

const readQuery = (query: URLSearchParams, where: string): GivenToSource => {
  const given: Record<string, string> = {}
  for (const [name, value] of query) {
    const variable = QUERY_ALIASES[name] ?? VARIABLE_OF_FLAG[name.replaceAll('_', '-')]
    if (variable !== undefined && Object.hasOwn(SOURCE_SETTINGS, variable)) given[variable] = value
    else if (!IGNORED_IN_QUERY.test(name)) throw unknownOption(name, query, where)
  }
  try {
    // A password with an unescaped `?` looks like a query.
    return readGiven(SOURCE_SETTINGS, given, false)
  } catch (error) {
    if (!hasCode<ConfigError>(error, 'config_invalid')) throw error
    const message = error.message.replaceAll(/\b(RELAY|AMQP)_[A-Z_]+(?= must )/g, queryName)
    throw new ConfigError(`${where} has a wrong query: ${message}`)
  }
}

/** If a password has an unescaped `?`, the `@` is in the query: such a name is not shown. */
const unknownOption = (name: string, query: URLSearchParams, where: string): ConfigError => {
  const isShown = OPTION_NAME.test(name) && !query.toString().includes(encodeURIComponent('@'))
  return new ConfigError(
    `${where} has an unknown option in its query${isShown ? `, '${name}'` : ''}: remove it, or use one of ` +
      Object.keys(SOURCE_SETTINGS).map(queryName).join(', '),
  )
}

const OPTION_NAME = /^[A-Za-z][\w-]{0,63}$/

const queryName = (variable: string): string => flagOf(variable).replaceAll('-', '_')

const toSource = (url: AmqpUrl, levels: Levels, where: string): Source => {
  const first = <Name extends SourceSetting>(name: Name): GivenToSource[Name] =>
    levels.find((level) => level[name] !== undefined)?.[name]
  const names = Object.keys(SOURCE_SETTINGS) as SourceSetting[] // Those of the table.
  const values = withDefaults(SOURCE_SETTINGS, Object.fromEntries(names.map((name) => [name, first(name)])))
  const { hosts, username, password, vhost } = url
  const tls = (): TlsFiles =>
    checkTls(
      {
        caFile: values.AMQP_CA_FILE,
        certFile: values.AMQP_CERT_FILE,
        keyFile: values.AMQP_KEY_FILE,
        serverName: values.AMQP_SERVER_NAME,
      },
      where,
    )
  return {
    hosts,
    username,
    password,
    vhost,
    heartbeatSeconds: values.AMQP_HEARTBEAT_SECONDS,
    ...(url.isTls && { tls: tls() }),
    queue: toQueue(levels, values, where),
  }
}

const checkTls = (files: TlsFiles, where: string): TlsFiles => {
  if ((files.certFile === undefined) !== (files.keyFile === undefined))
    throw new ConfigError(`${where} has only one of AMQP_CERT_FILE and AMQP_KEY_FILE: set both or neither`)
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
    throw new ConfigError(`${variable} must name a PEM file that this process may read`, { cause })
  }
}

type SourceValues = Values<typeof SOURCE_SETTINGS>

const toQueue = (levels: Levels, values: SourceValues, where: string): Source['queue'] => {
  const naming = levels.find((level) => level.RELAY_QUEUE || level.RELAY_QUEUE_DECLARED)
  if (naming?.RELAY_QUEUE && naming.RELAY_QUEUE_DECLARED)
    throw new ConfigError(
      `${where} has both RELAY_QUEUE, which the relay declares, and RELAY_QUEUE_DECLARED, which it does not: set one of them`,
    )
  if (naming?.RELAY_QUEUE_DECLARED) {
    const binding = BINDING.find((name) => levels.slice(0, levels.indexOf(naming) + 1).some((level) => level[name]))
    if (binding !== undefined)
      throw new ConfigError(
        `${where} has ${binding} beside RELAY_QUEUE_DECLARED, a queue that the relay does not bind: remove one of them`,
      )
    return { kind: 'foreign', name: naming.RELAY_QUEUE_DECLARED }
  }
  return {
    kind: 'own',
    name: values.RELAY_QUEUE,
    type: values.RELAY_QUEUE_TYPE,
    ...toBindings(levels, values, where),
    ttlMs: values.RELAY_QUEUE_TTL_MS,
    maxLength: values.RELAY_QUEUE_MAX_LENGTH,
    overflow: values.RELAY_QUEUE_OVERFLOW,
    deliveryLimit: values.RELAY_DELIVERY_LIMIT,
  }
}

/** A place that counts less may have them for the queues of other URLs. */
const BINDING = ['RELAY_EXCHANGES', 'RELAY_BINDING_KEYS', 'RELAY_COMPAT'] as const

/** Exchanges may come from one place and keys from another. RELAY_COMPAT is both, so one place decides about it. */
const toBindings = (
  levels: Levels,
  values: SourceValues,
  where: string,
): Pick<OwnQueue, 'exchanges' | 'bindingKeys' | 'dropsRpc'> => {
  const choosing = levels.find((level) => level.RELAY_COMPAT || level.RELAY_EXCHANGES || level.RELAY_BINDING_KEYS)
  if (choosing?.RELAY_COMPAT === undefined)
    return { exchanges: values.RELAY_EXCHANGES, bindingKeys: values.RELAY_BINDING_KEYS, dropsRpc: false }
  if (choosing.RELAY_EXCHANGES || choosing.RELAY_BINDING_KEYS)
    throw new ConfigError(
      `${where} has RELAY_COMPAT, which stands for exchanges with the key #, beside RELAY_EXCHANGES or RELAY_BINDING_KEYS: set one or the other`,
    )
  return { exchanges: choosing.RELAY_COMPAT, bindingKeys: [EVERYTHING], dropsRpc: true }
}
