import type { Issue } from '../../documents/document-issues.ts'
import { suggestion } from '../../process/did-you-mean.ts'
import type { TopicDocument } from './desired-schema.ts'
import { type AllowedEndpoints, brokerEndpoint, type Endpoint, parseEndpoint } from './push-endpoint.ts'
import {
  ATTRIBUTE_NAMES,
  type AttributeName,
  attributeOf,
  type EndpointKind,
  isTopicArn,
  RECORD_PREFIX,
} from './topic.ts'

export type TopicContext = {
  /** Whether a password may be sent to the gateway: it takes one over TLS only. */
  readonly secretsAllowed: boolean
  readonly isAllowed: AllowedEndpoints
}

const ACK_LEVELS: Readonly<Record<EndpointKind, { readonly pattern: RegExp; readonly words: readonly string[] }>> = {
  http: { pattern: /^(any|non-error|[1-5]\d\d)$/, words: ['any', 'non-error', 'a status from 100 to 599'] },
  // Ceph's own documents say routeable, which RGW refuses.
  amqp: { pattern: /^(none|broker|routable)$/, words: ['none', 'broker', 'routable'] },
  kafka: { pattern: /^(none|broker)$/, words: ['none', 'broker'] },
}

export const checkTopic = (topic: TopicDocument, path: string, context: TopicContext): Issue[] => {
  const at = (name: string, message: string): Issue => ({ path: `${path}.${name}`, message })
  if (topic.existing) return checkExisting(topic, at)
  if (isTopicArn(topic.name)) return checkByArn(topic, context, at)
  if (topic.endpoint === undefined) {
    const message = 'is missing: write where events go, or existing: true for a topic that is not yours'
    return [...checkName(topic.name, at), at('endpoint', message)]
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

const checkExisting = (topic: TopicDocument, at: At): Issue[] => {
  const isOdd = topic.name.startsWith('arn:') && !isTopicArn(topic.name)
  return [
    ...(isOdd
      ? [at('name', 'is not the ARN of a topic: write arn:aws:sns:<zonegroup>:<tenant or account>:<name>')]
      : []),
    ...given(topic).map((name) => at(name, 'has no effect on a topic with existing: true: remove one of the two')),
  ]
}

/** Of a topic that is named by its ARN the document has only what it changes. */
const checkByArn = (topic: TopicDocument, { isAllowed, secretsAllowed }: TopicContext, at: At): Issue[] => {
  const names = given(topic)
  if (names.length === 0) {
    const message = 'is an ARN: add existing: true to use the topic as it is, or write the settings to change'
    return [at('name', message)]
  }
  const endpoint = topic.endpoint === undefined ? undefined : parseEndpoint(topic.endpoint)
  if (typeof endpoint === 'string') return [at('endpoint', endpoint)]
  const kinds = endpoint ? [endpoint.kind] : (['http', 'amqp', 'kafka'] as const)
  return [
    ...checkEgress(topic, endpoint, isAllowed, at),
    ...names.flatMap((name) => [...checkScheme(name, endpoint, at), ...checkText(name, topic, at)]),
    ...checkAckLevel(topic, kinds, at),
    ...(topic.declareExchange ? [at('declareExchange', 'is for a topic that the document declares: remove it')] : []),
    ...checkSecrets(topic, endpoint, secretsAllowed, at),
  ]
}

type At = (name: string, message: string) => Issue

const given = (topic: TopicDocument): AttributeName[] => ATTRIBUTE_NAMES.filter((name) => topic[name] !== undefined)

/** 19 and later take no dots; the gateway itself says so, since nothing else tells its release before the first topic. */
const checkName = (name: string, at: At): Issue[] => {
  if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name))
    return [at('name', 'must be 1 to 256 letters, digits, - and _ (before Ceph 19 also dots)')]
  if (name.startsWith(RECORD_PREFIX))
    return [at('name', `begins with ${RECORD_PREFIX}, which tidings uses itself: choose another name`)]
  return name === 'queues_list_object' ? [at('name', 'is a name that RGW uses itself: choose another name')] : []
}

const checkEgress = (
  topic: TopicDocument,
  endpoint: Endpoint | undefined,
  isAllowed: AllowedEndpoints,
  at: At,
): Issue[] => {
  const issues: Issue[] = []
  const remedy = 'is not one of the allowed endpoints: choose one of them, or add it to ALLOWED_ENDPOINTS'
  if (endpoint && !isAllowed(endpoint)) issues.push(at('endpoint', remedy))
  for (const [index, broker] of (topic.brokers ?? []).entries()) {
    const other = brokerEndpoint(broker)
    if (other === undefined) issues.push(at(`brokers.${index}`, 'is not a broker: write host or host:port'))
    else if (!isAllowed(other)) issues.push(at(`brokers.${index}`, remedy))
  }
  return issues
}

const checkBelongs = (name: AttributeName, topic: TopicDocument, endpoint: Endpoint, at: At): Issue[] => {
  const ofScheme = checkScheme(name, endpoint, at)
  if (ofScheme.length > 0) return ofScheme
  if (attributeOf(name).ofQueue && topic.persistent !== true)
    return [at(name, 'is about the queue of a persistent topic: add persistent: true, or remove it')]
  return checkText(name, topic, at)
}

const checkScheme = (name: AttributeName, endpoint: Endpoint | undefined, at: At): Issue[] => {
  const { schemes } = attributeOf(name)
  if (endpoint === undefined || !schemes || schemes.includes(endpoint.scheme)) return []
  return [at(name, `is for ${schemes.join(', ')} endpoints, and this one is ${endpoint.scheme}: remove it`)]
}

const checkText = (name: AttributeName, topic: TopicDocument, at: At): Issue[] => {
  const value = topic[name]
  if (name === 'policy') return typeof value === 'string' ? checkPolicy(value, at) : []
  // RGW keeps attributes as an unencoded query string, and would read the rest as another attribute.
  if (name !== 'endpoint' && typeof value === 'string' && value.includes('&')) {
    return [at(name, 'has a &, where RGW would cut it off: use another character')]
  }
  return []
}

const checkPolicy = (text: string, at: At): Issue[] => {
  try {
    if (typeof JSON.parse(text) === 'object') return []
  } catch {}
  return [at('policy', 'is text that is not a JSON object: write the policy as a mapping, or as JSON')]
}

const checkKind = (topic: TopicDocument, { kind }: Endpoint, at: At): Issue[] => {
  const issues: Issue[] = []
  if (kind === 'amqp' && topic.exchange === undefined) {
    issues.push(at('exchange', 'is missing: name the exchange to which an amqp endpoint publishes'))
  }
  if (kind !== 'amqp' && topic.declareExchange)
    issues.push(at('declareExchange', `is for amqp, amqps endpoints, and this one is ${kind}: remove it`))
  issues.push(...checkAckLevel(topic, [kind], at))
  if ((topic.userName === undefined) !== (topic.password === undefined)) {
    const missing = topic.userName === undefined ? 'userName' : 'password'
    issues.push(at(missing, 'is missing: give both userName and password, or none of them'))
  }
  return issues
}

/** @param kinds that the endpoint may be of */
const checkAckLevel = ({ ackLevel }: TopicDocument, kinds: readonly EndpointKind[], at: At): Issue[] => {
  if (ackLevel === undefined || kinds.some((kind) => ACK_LEVELS[kind].pattern.test(ackLevel))) return []
  const words = [...new Set(kinds.flatMap((kind) => ACK_LEVELS[kind].words))]
  const meant = suggestion(ackLevel, words).replace(/^ /, '. ')
  return [at('ackLevel', `of ${kinds.join(', ')} endpoints must be one of ${words.join(', ')}${meant}`)]
}

const SECRETS = ['userName', 'password', 'sslKeyPassword'] as const

const checkSecrets = (topic: TopicDocument, endpoint: Endpoint | undefined, allowed: boolean, at: At): Issue[] => {
  if (allowed) return []
  const message =
    'holds a password, and RGW takes passwords over TLS only: use an https URL for the gateway, or set ' +
    'RGW_SECRETS_IN_CLEARTEXT=true where the gateway has rgw_allow_notification_secrets_in_cleartext'
  return secretHolders(topic, endpoint).map((name) => at(name, message))
}

const secretHolders = (topic: TopicDocument, endpoint: Endpoint | undefined): string[] => [
  ...(endpoint?.hasCredentials ? ['endpoint'] : []),
  ...SECRETS.filter((name) => topic[name] !== undefined),
]

/** Warnings about settings that the gateway accepts but that may be a mistake. */
export const topicWarnings = (topic: TopicDocument, path: string): Issue[] => {
  const endpoint = parseEndpoint(topic.endpoint ?? '')
  if (typeof endpoint === 'string') return []
  const { scheme, kind } = endpoint
  const isPlain = ['http', 'amqp'].includes(scheme) || (kind === 'kafka' && topic.useSsl !== true)
  const isSasl = secretHolders(topic, endpoint).some((name) => name !== 'sslKeyPassword')
  const warnings: Issue[] = []
  if (topic.verifySsl !== undefined && isPlain)
    warnings.push({ path: `${path}.verifySsl`, message: `has no effect, since this ${scheme} endpoint uses no TLS` })
  if (kind === 'kafka' && isSasl && topic.useSsl !== true)
    warnings.push({ path: `${path}.useSsl`, message: 'must be true, or the password goes to the brokers without TLS' })
  return warnings
}
