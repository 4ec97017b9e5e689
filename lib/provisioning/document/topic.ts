/** `arn:aws:sns:<zonegroup>:<tenant or account>:<name>` */
const ARN = /^arn:aws:sns:(?<zonegroup>[^:]*):(?<account>[^:]*):(?<name>[^:]+)$/

/** The prefix of topics in which custom resources keep the names of their topics and rules. Documents do not see these topics. */
export const RECORD_PREFIX = 'tidings-resource-'

export const isTopicArn = (text: string): boolean => ARN.test(text)

/** The name in an ARN; any other text is a name itself. */
export const topicNameIn = (arn: string): string => ARN.exec(arn)?.groups?.name ?? arn

/** Whether two ARNs are of one topic. The gateway does not look at the zone group in them. */
export const isSameTopic = (one: string, other: string): boolean => topicKey(one) === topicKey(other)

/** The part of an ARN that tells topics apart. */
export const topicKey = (arn: string): string => {
  const { account = '', name = arn } = ARN.exec(arn)?.groups ?? {}
  return `${account}:${name}`
}

/**
 * The attributes of an RGW topic: our names beside the gateway's, which are case-sensitive and follow no common rule.
 *
 * Sources: https://docs.ceph.com/en/latest/radosgw/notifications/#create-a-topic and RGW's rgw_pubsub_push.cc.
 */
export type EndpointKind = 'http' | 'amqp' | 'kafka'

export type TopicAttribute = {
  /** The gateway's name; `ackLevel` has one for each kind of endpoint. */
  readonly wire: string | Readonly<Record<EndpointKind, string>>
  /** The gateway's default. Empty: the gateway has none. `None`: the gateway's configuration decides. */
  readonly fallback: string | Readonly<Record<EndpointKind, string>>
  /** The schemes of endpoints it is for; all of them where absent. */
  readonly schemes?: readonly string[]
  /** The first release of Ceph that knows it, where some release that we work with does not. Others ignore it. */
  readonly since?: number
  /** Printed as `[redacted]`. */
  readonly secret?: true
  /** Only persistent topics have a queue that it could be about. */
  readonly ofQueue?: true
}

const HTTP = ['http', 'https']
const AMQP = ['amqp', 'amqps']
const KAFKA = ['kafka']

/** In the order in which differences are reported. */
export const TOPIC_ATTRIBUTES = {
  endpoint: { wire: 'push-endpoint', fallback: '' },
  opaqueData: { wire: 'OpaqueData', fallback: '', secret: true },
  persistent: { wire: 'persistent', fallback: 'false' },
  timeToLive: { wire: 'time_to_live', fallback: 'None', ofQueue: true, since: 19 },
  maxRetries: { wire: 'max_retries', fallback: 'None', ofQueue: true, since: 19 },
  retrySleepDuration: { wire: 'retry_sleep_duration', fallback: 'None', ofQueue: true, since: 19 },
  policy: { wire: 'Policy', fallback: '', since: 19 },
  verifySsl: { wire: 'verify-ssl', fallback: 'true' },
  cloudevents: { wire: 'cloudevents', fallback: 'false', schemes: HTTP, since: 17 },
  ackLevel: {
    wire: { http: 'http-ack-level', amqp: 'amqp-ack-level', kafka: 'kafka-ack-level' },
    fallback: { http: 'any', amqp: 'broker', kafka: 'broker' },
  },
  exchange: { wire: 'amqp-exchange', fallback: '', schemes: AMQP },
  amqpVersion: { wire: 'amqp-version', fallback: '0-9-1', schemes: AMQP },
  caLocation: { wire: 'ca-location', fallback: '', schemes: ['amqps', ...KAFKA] },
  useSsl: { wire: 'use-ssl', fallback: 'false', schemes: KAFKA },
  mechanism: { wire: 'mechanism', fallback: 'PLAIN', schemes: KAFKA, since: 18 },
  userName: { wire: 'user-name', fallback: '', schemes: KAFKA, secret: true, since: 20 },
  password: { wire: 'password', fallback: '', schemes: KAFKA, secret: true, since: 20 },
  brokers: { wire: 'kafka-brokers', fallback: '', schemes: KAFKA, since: 20 },
  sslCertificateLocation: { wire: 'ssl-certificate-location', fallback: '', schemes: KAFKA, since: 20 },
  sslKeyLocation: { wire: 'ssl-key-location', fallback: '', schemes: KAFKA, since: 20 },
  sslKeyPassword: { wire: 'ssl-key-password', fallback: '', schemes: KAFKA, secret: true, since: 20 },
} as const satisfies Readonly<Record<string, TopicAttribute>>

export type AttributeName = keyof typeof TOPIC_ATTRIBUTES

export const ATTRIBUTE_NAMES = Object.keys(TOPIC_ATTRIBUTES) as readonly AttributeName[] // Object.keys forgets them.

export const attributeOf = (name: AttributeName): TopicAttribute => TOPIC_ATTRIBUTES[name]

export const wireNameOf = (name: AttributeName, kind: EndpointKind): string => ofKind(attributeOf(name).wire, kind)

export const fallbackOf = (name: AttributeName, kind: EndpointKind): string => ofKind(attributeOf(name).fallback, kind)

const ofKind = (text: string | Readonly<Record<EndpointKind, string>>, kind: EndpointKind): string =>
  typeof text === 'string' ? text : text[kind]
