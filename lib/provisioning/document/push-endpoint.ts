import type { EndpointKind } from './topic-attributes.ts'

/** A push endpoint, taken apart as RGW does. */
export type Endpoint = {
  readonly kind: EndpointKind
  readonly scheme: string
  readonly host: string
  readonly port: string | undefined
  /** Whether `user:password@` stands in it. */
  readonly hasCredentials: boolean
}

const KINDS: Readonly<Record<string, EndpointKind>> = {
  http: 'http',
  https: 'http',
  amqp: 'amqp',
  amqps: 'amqp',
  kafka: 'kafka',
}

/** RGW's own grammar (rgw_url.cc), which is narrower than a URL's: it contacts nothing when a topic is created. */
const GRAMMAR =
  /^(?<scheme>[a-z]+):\/\/(?:(?<user>[^@/?#]+)@)?(?<host>[^/:?#@]+)(?::(?<port>[^/?#]*))?(?<rest>[/?#].*)?$/

/** The endpoint, or what is wrong with it and what to write instead. Says nothing of its value, which may be secret. */
export const parseEndpoint = (text: string): Endpoint | string => {
  const { scheme = '', user, host = '', port, rest = '' } = GRAMMAR.exec(text)?.groups ?? {}
  const kind = Object.hasOwn(KINDS, scheme) ? KINDS[scheme] : undefined
  if (!/^[a-z]+:\/\//.test(text))
    return 'has no scheme: write http://, https://, amqp://, amqps:// or kafka:// before it'
  if (text.split('@').length > 2) return 'has more than one @: RGW takes none in a password, percent-encode it as %40'
  if (/^[a-z]+:\/\/([^@/]*@)?\[/.test(text)) return 'RGW takes no IPv6 address: write a host name'
  if (kind === undefined || host === '')
    return 'is no endpoint: write scheme://[user:password@]host[:port][/path] with http, https, amqp, amqps or kafka'
  if (/\s/.test(text)) return 'holds a space: percent-encode it as %20'
  if (!/^[A-Za-z0-9.-]+$/.test(host)) return 'RGW takes letters, digits, dots and dashes in a host (no underscore)'
  if (port !== undefined && !isPort(port)) return 'the port is none: write a number from 1 to 65535'
  if (user !== undefined && !/^[^:]+:[^:]+$/.test(user)) return 'credentials need both parts: write user:password@'
  if (rest.startsWith('?')) return 'RGW takes a query only after a path: write a / before the ?'
  if (rest.includes('#')) return 'RGW sends no fragment: leave out the # and what follows'
  return { kind, scheme, host, port, hasCredentials: user !== undefined }
}

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

/** Whether the gateway may be told to send events there. */
export type AllowedEndpoints = (endpoint: Endpoint) => boolean

/**
 * From patterns `[scheme://]host[:port]`. A host of `*.example.org` is any host below example.org, `*` is any host at
 * all. What a pattern leaves out may be anything.
 *
 * @throws RangeError naming the first pattern that is none
 */
export const allowedEndpoints = (patterns: readonly string[] | undefined): AllowedEndpoints => {
  if (patterns === undefined) return () => true
  const matchers = patterns.map(matcher)
  return (endpoint) => matchers.some((matches) => matches(endpoint))
}

const PATTERN = /^(?:(?<scheme>[a-z]+):\/\/)?(?<host>\*|(?:\*\.)?[A-Za-z0-9.-]+)(?::(?<port>\d{1,5}))?\/?$/

export const isEndpointPattern = (text: string): boolean => PATTERN.test(text)

const matcher = (pattern: string): AllowedEndpoints => {
  const groups = PATTERN.exec(pattern)?.groups
  if (!groups) throw new RangeError(`${pattern}: is no pattern for endpoints: write [scheme://]host[:port]`)
  const { scheme, host = '', port } = groups
  return (endpoint) =>
    (scheme === undefined || scheme === endpoint.scheme) &&
    matchesHost(host.toLowerCase(), endpoint.host.toLowerCase()) &&
    (port === undefined || port === (endpoint.port ?? DEFAULT_PORTS[endpoint.scheme]))
}

const matchesHost = (pattern: string, host: string): boolean => {
  if (pattern === '*') return true
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  http: '80',
  https: '443',
  amqp: '5672',
  amqps: '5671',
  kafka: '9092',
}

/** A further broker of a Kafka endpoint, `host[:port]`. */
export const brokerEndpoint = (broker: string): Endpoint | undefined => {
  const endpoint = parseEndpoint(`kafka://${broker}`)
  return typeof endpoint === 'string' || /[/@,]/.test(broker) ? undefined : endpoint
}
