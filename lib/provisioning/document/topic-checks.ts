import type { TopicDocument } from './desired-schema.ts'
import type { Issue } from './faults.ts'
import { type AllowedEndpoints, brokerEndpoint, type Endpoint, parseEndpoint } from './push-endpoint.ts'
import { isTopicArn, RECORD_PREFIX } from './topic-arn.ts'
import { ATTRIBUTE_NAMES, type AttributeName, attributeOf, type EndpointKind } from './topic-attributes.ts'

export type TopicContext = {
  /** Whether a password may be sent to the gateway: it takes one over TLS only. */
  readonly secretsAllowed: boolean
  readonly isAllowed: AllowedEndpoints
}

const ACK_LEVELS: Readonly<Record<EndpointKind, { readonly pattern: RegExp; readonly remedy: string }>> = {
  http: { pattern: /^(any|non-error|[1-5]\d\d)$/, remedy: 'use any, non-error or a status from 100 to 599' },
  // Documents of Ceph write routeable, which RGW refuses.
  amqp: { pattern: /^(none|broker|routable)$/, remedy: 'use none, broker or routable' },
  kafka: { pattern: /^(none|broker)$/, remedy: 'use none or broker' },
}

export const checkTopic = (topic: TopicDocument, path: string, context: TopicContext): Issue[] => {
  const at = (name: string, message: string): Issue => ({ path: `${path}.${name}`, message })
  if (topic.existing) {
    const isOdd = topic.name.startsWith('arn:') && !isTopicArn(topic.name)
    const issues = isOdd
      ? [at('name', 'is no ARN of a topic: write arn:aws:sns:<zonegroup>:<tenant or account>:<name>')]
      : []
    return [
      ...issues,
      ...given(topic).map((name) => at(name, 'the topic is existing, so this changes nothing: take it away')),
    ]
  }
  if (topic.endpoint === undefined) {
    return [...checkName(topic.name, at), at('endpoint', 'is missing: say where events go, or existing: true')]
  }
  const endpoint = parseEndpoint(topic.endpoint)
  if (typeof endpoint === 'string') return [...checkName(topic.name, at), at('endpoint', endpoint)]
  return [
    ...checkName(topic.name, at),
    ...checkEgress(topic, endpoint, context.isAllowed, at),
    ...given(topic).flatMap((name) => checkBelongs(name, topic, endpoint, at)),
    ...checkKind(topic, endpoint, at),
    ...checkSecrets(topic, endpoint, context.secretsAllowed, at),
  ]
}

type At = (name: string, message: string) => Issue

const given = (topic: TopicDocument): AttributeName[] => ATTRIBUTE_NAMES.filter((name) => topic[name] !== undefined)

const checkName = (name: string, at: At): Issue[] => {
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) return [at('name', 'use letters, digits, - and _, 256 at most')]
  if (name.startsWith(RECORD_PREFIX))
    return [at('name', `names that begin with ${RECORD_PREFIX} are for tidings itself`)]
  return name === 'queues_list_object' ? [at('name', 'RGW keeps this name for itself: choose another')] : []
}

const checkEgress = (topic: TopicDocument, endpoint: Endpoint, isAllowed: AllowedEndpoints, at: At): Issue[] => {
  const issues: Issue[] = []
  const remedy = 'is not among the allowed endpoints: choose one of these, or have it allowed'
  if (!isAllowed(endpoint)) issues.push(at('endpoint', remedy))
  for (const [index, broker] of (topic.brokers ?? []).entries()) {
    const other = brokerEndpoint(broker)
    if (other === undefined) issues.push(at(`brokers.${index}`, 'is no broker: write host or host:port'))
    else if (!isAllowed(other)) issues.push(at(`brokers.${index}`, remedy))
  }
  return issues
}

const checkBelongs = (name: AttributeName, topic: TopicDocument, { scheme }: Endpoint, at: At): Issue[] => {
  const { schemes, ofQueue } = attributeOf(name)
  if (schemes && !schemes.includes(scheme)) {
    return [at(name, `means nothing to ${scheme} endpoints, only to ${schemes.join(', ')}: take it away`)]
  }
  if (ofQueue && topic.persistent !== true) return [at(name, 'is about the queue of a topic: add persistent: true')]
  // RGW keeps attributes as an unencoded query string, and would take what follows for another attribute.
  const value = topic[name]
  if (name !== 'endpoint' && typeof value === 'string' && value.includes('&')) {
    return [at(name, 'holds a &, at which RGW would cut it: use another character')]
  }
  return []
}

const checkKind = (topic: TopicDocument, { kind }: Endpoint, at: At): Issue[] => {
  const issues: Issue[] = []
  if (kind === 'amqp' && topic.exchange === undefined) {
    issues.push(at('exchange', 'is missing: name the exchange that an amqp endpoint publishes to'))
  }
  const { pattern, remedy } = ACK_LEVELS[kind]
  if (topic.ackLevel !== undefined && !pattern.test(topic.ackLevel)) issues.push(at('ackLevel', remedy))
  if ((topic.userName === undefined) !== (topic.password === undefined)) {
    const missing = topic.userName === undefined ? 'userName' : 'password'
    issues.push(at(missing, 'is missing: give both userName and password'))
  }
  return issues
}

const SECRETS = ['userName', 'password', 'sslKeyPassword'] as const

const checkSecrets = (topic: TopicDocument, endpoint: Endpoint, allowed: boolean, at: At): Issue[] => {
  const names = SECRETS.filter((name) => topic[name] !== undefined)
  const holders = endpoint.hasCredentials ? ['endpoint', ...names] : names
  const issues = allowed
    ? []
    : holders.map((name) => at(name, 'RGW takes passwords over TLS only: use an https URL for the gateway'))
  if (endpoint.kind === 'kafka' && holders.some((name) => name !== 'sslKeyPassword') && topic.useSsl !== true) {
    issues.push(at('useSsl', 'RGW sends Kafka credentials over TLS only: add useSsl: true'))
  }
  return issues
}
