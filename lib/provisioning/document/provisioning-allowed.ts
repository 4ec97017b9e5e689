import { type Endpoint, parseEndpoint } from './provisioning-endpoint.ts'

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
