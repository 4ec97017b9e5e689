import { suggestion } from '../../process/did-you-mean.ts'
import type { EndpointKind } from './topic.ts'

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

/** The endpoint, or what is wrong with it and what to write instead. Quotes nothing of it, since it may hold a secret. */
export const parseEndpoint = (text: string): Endpoint | string => {
  const { scheme = '', user, host = '', port, rest = '' } = GRAMMAR.exec(text)?.groups ?? {}
  const kind = Object.hasOwn(KINDS, scheme) ? KINDS[scheme] : undefined
  if (!/^[a-z]+:\/\//.test(text)) return 'has no scheme: begin it with http://, https://, amqp://, amqps:// or kafka://'
  if (text.split('@').length > 2) return 'has more than one @: write an @ in a password as %40'
  if (/^[a-z]+:\/\/([^@/]*@)?\[/.test(text)) return 'has an IPv6 address, which RGW does not take: write a host name'
  if (/^kafka:\/\/[^/]*,/.test(text))
    return 'names several brokers: write one in the endpoint and the others as a list in brokers (Ceph 20 and later)'
  if (kind === undefined || host === '')
    return `must be scheme://[user:password@]host[:port][/path] with http, https, amqp, amqps or kafka${schemeMeant(text)}`
  if (/\s/.test(text)) return 'has a space: write it as %20'
  if (!/^[A-Za-z0-9.-]+$/.test(host))
    return 'has a host that RGW does not take: it may have letters, digits, dots and dashes, but no underscore'
  if (port !== undefined && !isPort(port)) return 'has a port that is not a number from 1 to 65535: correct it'
  if (user !== undefined && !/^[^:]+:[^:]+$/.test(user))
    return 'has a user without a password, or a password without a user: write user:password@'
  if (rest.startsWith('?')) return 'has a query without a path, which RGW does not take: write / before the ?'
  if (rest.includes('#')) return 'has a fragment (#), which RGW does not send: remove it'
  return { kind, scheme, host, port, hasCredentials: user !== undefined }
}

/** A scheme stands before everything that may be secret. */
const schemeMeant = (text: string): string => {
  const [, scheme = ''] = /^([a-z]{1,12}):\/\//.exec(text) ?? []
  const known = Object.keys(KINDS)
  return known.includes(scheme) ? '' : suggestion(scheme, known).replace(/^ /, '. ')
}

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

/** Whether the gateway may send events there. */
export type AllowedEndpoints = (endpoint: Endpoint) => boolean

/**
 * From patterns `[scheme://]host[:port]`. A host of `*.example.org` is any host below example.org, `*` is any host at
 * all. A part that a pattern leaves out may have any value.
 *
 * @throws RangeError naming the first pattern that is malformed
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
  if (!groups) throw new RangeError(`${pattern} is not a pattern for endpoints: write [scheme://]host[:port]`)
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
