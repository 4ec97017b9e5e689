import * as z from 'zod/mini'

/**
 * The desired state: topics, buckets and the rules that bind them, in YAML or JSON.
 *
 * ```yaml
 * prefix: tidings-
 * topics:
 *   - name: tidings-uploads
 *     endpoint: https://functions.example.org/ceph-notifications?token=${env:TOKEN}
 *     persistent: true
 *     retrySleepDuration: 1
 * buckets:
 *   - name: photos
 *     create: true
 *     rules:
 *       - id: tidings-uploads
 *         topic: tidings-uploads
 *         events: [ObjectCreated:*]
 *         filter: { prefix: incoming/, suffix: .jpg }
 * ```
 *
 * Unknown settings are errors, so that a typo is not ignored. Nothing is transformed: zod returns the document as it was.
 * Checks that need more than one value are in desired-checks.ts.
 */
const MAX_UINT32 = 4_294_967_295

const text = z.string().check(z.minLength(1, 'is empty: write a value, or remove the setting'))
const range = `must be a whole number from 0 to ${MAX_UINT32}`
const uint32 = z.int({ error: range, abort: true }).check(z.gte(0, range), z.lte(MAX_UINT32, range))
const described = <T extends z.ZodMiniType>(type: T, description: string) =>
  z.optional(type).check(z.describe(description))
const count = (description: string) => described(uint32, description)
const flag = (description: string) => described(z.boolean(), description)
const optional = (description: string) => described(text, description)

export const Topic = z
  .strictObject({
    name: text.check(
      z.describe('Letters, digits, - and _ (before Ceph 19 also dots), up to 256. Or the ARN of a topic'),
    ),
    existing: described(z.literal(true), 'The topic belongs to somebody else: use it, never touch it'),
    endpoint: optional(
      'Where events go: http://, https://, amqp://, amqps:// or kafka://[user:password@]host[:port][/path]',
    ),
    opaqueData: optional('Sent with every event. Its receiver can take it for a shared secret'),
    persistent: flag('Queue events in the cluster and try again until the endpoint takes them. Default: false'),
    timeToLive: count('Seconds until an event in the queue is given up; 0: never. Ceph 19 and later'),
    maxRetries: count('Attempts after the first until an event is given up; 0: no limit. Ceph 19 and later'),
    retrySleepDuration: count('Seconds between attempts; 0: at once, in a hot loop. Ceph 19 and later'),
    policy: described(
      z.union([text, z.record(z.string(), z.json())], 'must be an IAM policy: a mapping, or its JSON as text'),
      'Who else may use the topic: an IAM policy, as a mapping or as JSON text. Ceph 19 and later',
    ),
    verifySsl: flag('Whether the certificate of the endpoint is checked, where it uses TLS. Default: true'),
    cloudevents: flag('Send CloudEvents headers to an http endpoint. Default: false. Ignored before Ceph 17'),
    ackLevel: optional(
      'amqp: none, broker, routable; kafka: none, broker; http: any, non-error, 100 to 599. ' +
        'Default: routable for persistent amqp topics, else broker; http: any',
    ),
    exchange: optional('amqp, mandatory there: the exchange to publish to. The routing key is the name of the topic'),
    declareExchange: flag(
      'amqp: apply declares the exchange (topic, durable) where the broker does not have it, from where tidings runs. Default: false',
    ),
    amqpVersion: described(
      z.literal('0-9-1', 'must be 0-9-1, the only version that RGW speaks'),
      'amqp: the protocol. Default: 0-9-1',
    ),
    caLocation: optional('amqps, kafka: path of a CA certificate on the host of the gateway'),
    useSsl: flag('kafka: connect over TLS. Default: false'),
    mechanism: described(
      z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'GSSAPI', 'OAUTHBEARER']),
      'kafka: SASL mechanism. Default: PLAIN. Ceph 18 and later',
    ),
    userName: optional('kafka: in place of the user in the endpoint. Ceph 20 and later'),
    password: optional('kafka: in place of the password in the endpoint. Ceph 20 and later'),
    brokers: described(
      z.array(text).check(z.minLength(1, 'is empty: name brokers, or remove the setting')),
      'kafka: more brokers, each host[:port]. Ceph 20 and later',
    ),
    sslCertificateLocation: optional('kafka: path of a client certificate on the host of the gateway. Ceph 20.2'),
    sslKeyLocation: optional('kafka: path of its key on the host of the gateway. Ceph 20.2'),
    sslKeyPassword: optional('kafka: passphrase of that key. Ceph 20.2'),
  })
  .check(z.describe(`Texts may hold \${env:NAME} and \${file:PATH}, whose values are never printed`))

export const Filter = z
  .strictObject({
    prefix: optional('What the key begins with'),
    suffix: optional('What the key ends with'),
    regex: optional('ECMAScript; matches the whole key'),
    metadata: described(z.record(text, z.string()), 'Metadata by name, with x-amz-meta- and in lower case'),
    tags: described(z.record(text, z.string()), 'Tags of the object by key'),
  })
  .check(z.describe('All of it has to match'))

export const Rule = z.strictObject({
  id: text.check(
    z.maxLength(255, 'must be 255 characters or less'),
    z.describe('Unique in its bucket; events carry it as configurationId'),
  ),
  topic: text.check(z.describe('The name of one of the topics above, as it is written there')),
  events: described(
    z
      .array(text)
      .check(z.minLength(1, 'is empty: name events, or remove the setting for ObjectCreated:* and ObjectRemoved:*')),
    'With or without s3:. Default: ObjectCreated:* and ObjectRemoved:*',
  ),
  filter: z.optional(Filter),
})

export const Bucket = z.strictObject({
  name: optional('May be tenant:bucket'),
  match: optional('In place of name: all buckets of the user whose names match; * is any text, ? any character'),
  tags: described(z.record(text, z.string()), 'With match: only buckets that have all of these tags'),
  create: flag('Create the bucket where it does not exist. Default: false, it has to exist'),
  objectLock: flag('With create: the new bucket has object lock (and versions). Default: false'),
  placement: optional('With create: the placement target of the new bucket, placement or zonegroup:placement'),
  rules: z.optional(z.array(Rule)),
})

export const DesiredDocument = z.strictObject({
  prefix: optional('What the names of our topics and rules begin with: prune removes those that are not in here'),
  topics: z.optional(z.array(Topic)),
  buckets: z.optional(z.array(Bucket)),
})

export type DesiredDocument = z.infer<typeof DesiredDocument>
export type TopicDocument = z.infer<typeof Topic>
export type BucketDocument = z.infer<typeof Bucket>
export type RuleDocument = z.infer<typeof Rule>
export type FilterDocument = z.infer<typeof Filter>

/** The JSON schema for editors and for docs/. */
export const desiredJsonSchema = () =>
  z.toJSONSchema(DesiredDocument.check(z.meta({ title: 'tidings: desired topics, buckets and rules' })), {
    io: 'input',
  })
