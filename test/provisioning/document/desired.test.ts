import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DesiredOptions, parseDesired, readDesired } from '../../../lib/provisioning/document/desired.ts'
import { desiredJsonSchema } from '../../../lib/provisioning/document/desired-schema.ts'
import { DesiredError } from '../../../lib/provisioning/document/faults.ts'

const OPTIONS: DesiredOptions = {
  resolve: {
    env: (name) => ({ TOKEN: 's3cret', LOGIN: 'user:s3cret' })[name],
    file: (path) => (path === '/run/secret' ? 'filed\n' : undefined),
  },
  secretsAllowed: false,
}

/** What is wrong with a document, as `path: message`; empty: nothing. */
const issues = (document: unknown, options: Partial<DesiredOptions> = {}): string[] => {
  try {
    const text = typeof document === 'string' ? document : JSON.stringify(document)
    readDesired(parseDesired(text), { ...OPTIONS, ...options })
    return []
  } catch (error) {
    assert.ok(error instanceof DesiredError)
    return error.issues.map(({ path, message }) => `${path}: ${message}`)
  }
}

const topic = (attributes: object, options?: Partial<DesiredOptions>): string[] =>
  issues({ topics: [{ name: 't', ...attributes }] }, options)

const rule = (changes: object): string[] =>
  issues({
    topics: [{ name: 't', endpoint: 'http://h' }],
    buckets: [{ name: 'bucket', rules: [{ id: 'r', topic: 't', ...changes }] }],
  })

test('an empty document desires nothing', () => {
  assert.deepEqual(issues({}), [])
})

test('a whole document of every kind is taken, in YAML', () => {
  const document = `
    prefix: ours-
    topics:
      - { name: web, endpoint: "https://h.example:8443/p?token=\${env:TOKEN}", persistent: true, timeToLive: 1, verifySsl: false, cloudevents: true, ackLevel: "200", policy: { Version: x } }
      - { name: queue, endpoint: "amqps://h/vhost", exchange: e, ackLevel: routable, amqpVersion: 0-9-1, caLocation: /ca }
      - { name: log, endpoint: "kafka://h:9092", brokers: ["a", "b:1"], useSsl: true, mechanism: SCRAM-SHA-512, ackLevel: none }
      - { name: "not.ours", existing: true }
    buckets:
      - name: photos
        create: true
        rules:
          - { id: all, topic: web }
          - { id: some, topic: not.ours, events: ["s3:ObjectCreated:*", ObjectLifecycle:Expiration:AbortMPU, "objectlifecycle:transition:noncurrent"], filter: { prefix: a, suffix: b, regex: "c+", metadata: { x-amz-meta-c: d }, tags: { E: f } } }
      - name: only-there
  `
  assert.deepEqual(issues(document), [])
})

test('a typo is told with the name that was meant', () => {
  assert.deepEqual(
    issues({
      topics: [{ name: 't', 'push-endpoint': 'http://h', time_to_live: 1, OpaqueData: 'x', colour: 'red' }],
      bukets: [],
      buckets: [
        {
          name: 'bucket',
          craete: true,
          rules: [{ id: 'r', topic: 't', event: [], filter: { Prefix: 'a', regexp: 'b' } }],
        },
      ],
    }),
    [
      'topics.0.push-endpoint: there is no such setting here: write endpoint',
      'topics.0.time_to_live: there is no such setting here: write timeToLive',
      'topics.0.OpaqueData: there is no such setting here: write opaqueData',
      'topics.0.colour: there is no such setting here: remove it',
      'buckets.0.rules.0.filter.Prefix: there is no such setting here: write prefix',
      'buckets.0.rules.0.filter.regexp: there is no such setting here: write regex',
      'buckets.0.rules.0.event: there is no such setting here: write events',
      'buckets.0.craete: there is no such setting here: write create',
      'bukets: there is no such setting here: write buckets',
      'buckets.0.rules.0.events: is empty: name events, or remove the setting for ObjectCreated:* and ObjectRemoved:*',
      'topics.0.timeToLive: is about the queue of a persistent topic: add persistent: true, or remove it',
    ],
  )
})

test('values of another type, out of range or empty are told', () => {
  assert.deepEqual(
    issues({
      topics: [{ name: 't', endpoint: '', persistent: 'yes', maxRetries: -1, mechanism: 'TLS' }],
      buckets: [{ name: 'ab', rules: [{ id: 'r', topic: 't', events: [] }] }, { create: true }],
    }),
    [
      'topics.0.endpoint: is empty: write a value, or remove the setting',
      "topics.0.persistent: must be true or false, got 'yes'",
      'topics.0.maxRetries: must be a whole number from 0 to 4294967295, got -1',
      "topics.0.mechanism: must be PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, GSSAPI or OAUTHBEARER, got 'TLS'",
      'buckets.0.rules.0.events: is empty: name events, or remove the setting for ObjectCreated:* and ObjectRemoved:*',
      'buckets.0.name: must be 3 to 63 lower-case letters, digits, dots and dashes, or tenant:bucket',
      'buckets.1.name: is missing: write the name of a bucket, or match with a pattern',
    ],
  )
})

test('a number that no gateway takes is told once, and so is an empty list or an empty name', () => {
  const range = 'must be a whole number from 0 to 4294967295'
  for (const timeToLive of [4_294_967_296, 1e300, -1])
    assert.deepEqual(topic({ endpoint: 'http://h', timeToLive }), [`topics.0.timeToLive: ${range}, got ${timeToLive}`])
  assert.deepEqual(topic({ endpoint: 'kafka://h', brokers: [] }), [
    'topics.0.brokers: is empty: name brokers, or remove the setting',
  ])
  assert.deepEqual(rule({ filter: { tags: { '': 'x' } } }), [
    'buckets.0.rules.0.filter.tags.: has an empty name: write one before the colon',
  ])
})

test('endpoints follow the grammar of RGW', () => {
  const told = [
    'h.example/p',
    'ftp://h',
    'http://',
    'http://under_score/',
    'http://[::1]/',
    'http://h:0/',
    'http://h:port/',
    'http://h?token=x',
    'http://h/#x',
    'http://h/a b',
    'amqp://user@h',
    'http://u:p@ss@h/',
  ].map((endpoint) => topic({ endpoint, ...(endpoint.startsWith('amqp') && { exchange: 'e' }) }).join())
  assert.deepEqual(told, [
    'topics.0.endpoint: has no scheme: begin it with http://, https://, amqp://, amqps:// or kafka://',
    'topics.0.endpoint: must be scheme://[user:password@]host[:port][/path] with http, https, amqp, amqps or kafka',
    'topics.0.endpoint: must be scheme://[user:password@]host[:port][/path] with http, https, amqp, amqps or kafka',
    'topics.0.endpoint: has a host that RGW does not take: it may have letters, digits, dots and dashes, but no underscore',
    'topics.0.endpoint: has an IPv6 address, which RGW does not take: write a host name',
    'topics.0.endpoint: has a port that is not a number from 1 to 65535: correct it',
    'topics.0.endpoint: has a port that is not a number from 1 to 65535: correct it',
    'topics.0.endpoint: has a query without a path, which RGW does not take: write / before the ?',
    'topics.0.endpoint: has a fragment (#), which RGW does not send: remove it',
    'topics.0.endpoint: has a space: write it as %20',
    'topics.0.endpoint: has a user without a password, or a password without a user: write user:password@',
    'topics.0.endpoint: has more than one @: write an @ in a password as %40',
  ])
})

test('attributes have to belong to the endpoint, and to a queue', () => {
  assert.deepEqual(
    topic({ endpoint: 'http://h', exchange: 'e', useSsl: true, verifySsl: false, retrySleepDuration: 1 }),
    [
      'topics.0.retrySleepDuration: is about the queue of a persistent topic: add persistent: true, or remove it',
      'topics.0.exchange: is for amqp, amqps endpoints, and this one is http: remove it',
      'topics.0.useSsl: is for kafka endpoints, and this one is http: remove it',
    ],
  )
  assert.deepEqual(topic({ endpoint: 'amqp://h', cloudevents: true, ackLevel: 'routeable' }), [
    'topics.0.cloudevents: is for http, https endpoints, and this one is amqp: remove it',
    'topics.0.exchange: is missing: name the exchange to which an amqp endpoint publishes',
    'topics.0.ackLevel: of amqp endpoints must be one of none, broker, routable. Did you mean routable?',
  ])
  assert.deepEqual(topic({ endpoint: 'kafka://h', ackLevel: 'routable', brokers: ['a/b'] }), [
    'topics.0.brokers.0: is not a broker: write host or host:port',
    'topics.0.ackLevel: of kafka endpoints must be one of none, broker',
  ])
  assert.deepEqual(topic({ endpoint: 'http://h', ackLevel: 'all', opaqueData: 'a&verify-ssl=false' }), [
    'topics.0.opaqueData: has a &, where RGW would cut it off: use another character',
    'topics.0.ackLevel: of http endpoints must be one of any, non-error, a status from 100 to 599',
  ])
})

test('topics need a name that RGW takes, and an endpoint or somebody else who gave it one', () => {
  assert.deepEqual(
    issues({
      topics: [
        { name: 'a/b', endpoint: 'http://h' },
        { name: 'queues_list_object', endpoint: 'http://h' },
        { name: 'none' },
        { name: 'theirs', existing: true, opaqueData: 'x' },
        { name: 'none', endpoint: 'http://h' },
      ],
    }),
    [
      'topics.4.name: is also the name of another topic: give each topic a name of its own',
      'topics.0.name: must be 1 to 256 letters, digits, - and _ (before Ceph 19 also dots)',
      'topics.1.name: is a name that RGW uses itself: choose another name',
      'topics.2.endpoint: is missing: write where events go, or existing: true for a topic that is not yours',
      'topics.3.opaqueData: has no effect on a topic with existing: true: remove one of the two',
    ],
  )
})

test('of a topic that is named by its ARN, the document has only what it changes', () => {
  const name = 'arn:aws:sns:default:theirs:t'
  const of = (given: object, options = {}) => issues({ topics: [{ name, ...given }] }, options)
  assert.deepEqual(of({ opaqueData: 'x', maxRetries: 3, ackLevel: 'routable' }), [])
  assert.deepEqual(of({}), [
    'topics.0.name: is an ARN: add existing: true to use the topic as it is, or write the settings to change',
  ])
  assert.deepEqual(of({ endpoint: 'amqp://h', cloudevents: true, ackLevel: 'any', declareExchange: true }), [
    'topics.0.cloudevents: is for http, https endpoints, and this one is amqp: remove it',
    'topics.0.ackLevel: of amqp endpoints must be one of none, broker, routable',
    'topics.0.declareExchange: is for a topic that the document declares: remove it',
  ])
  const allowedEndpoints = ['https://*.example.org']
  assert.deepEqual(of({ endpoint: 'http://h', brokers: ['b'] }, { allowedEndpoints }), [
    'topics.0.endpoint: is not one of the allowed endpoints: choose one of them, or add it to ALLOWED_ENDPOINTS',
    'topics.0.brokers.0: is not one of the allowed endpoints: choose one of them, or add it to ALLOWED_ENDPOINTS',
    'topics.0.brokers: is for kafka endpoints, and this one is http: remove it',
  ])
})

test('passwords go to the gateway over TLS only, user name and password together, and to Kafka also without TLS', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
  const amqp = { endpoint: 'amqp://${env:LOGIN}@h', exchange: 'e' }
  assert.deepEqual(topic(amqp), [
    'topics.0.endpoint: holds a password, and RGW takes passwords over TLS only: use an https URL for the gateway, or set RGW_SECRETS_IN_CLEARTEXT=true where the gateway has rgw_allow_notification_secrets_in_cleartext',
  ])
  assert.deepEqual(topic(amqp, { secretsAllowed: true }), [])
  // Half of them makes radosgw 20.2.4 abort.
  assert.deepEqual(topic({ endpoint: 'kafka://h', userName: 'u' }, { secretsAllowed: true }), [
    'topics.0.password: is missing: give both userName and password, or none of them',
  ])
})

test('a bucket is named or matched, and only one that is created has properties', () => {
  const buckets = [
    { name: 'photos', match: '*' },
    { name: 'videos', tags: { a: 'b' } },
    { match: 'logs-*', create: true },
    { name: 'music', objectLock: true, placement: 'cold' },
    { match: 'x*', tags: { a: 'b' } },
    { match: 'x*', tags: { a: 'b' } },
  ]
  assert.deepEqual(issues({ buckets }), [
    'buckets.5.name: is also the name of another entry: write all rules of a bucket in one entry',
    'buckets.0.match: cannot be combined with name: remove one of the two',
    'buckets.1.tags: selects buckets by their tags: add match, for example match: "*"',
    'buckets.2.create: needs a name: a pattern selects buckets that exist',
    'buckets.3.objectLock: applies only to a bucket that apply creates: add create: true, or remove it',
    'buckets.3.placement: applies only to a bucket that apply creates: add create: true, or remove it',
  ])
})

test('references that cannot be resolved are told by name', () => {
  assert.deepEqual(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: references as the document writes them
    topic({ endpoint: 'http://h/${env:NOT_SET}', opaqueData: '${file:/gone}${vault:x}' }),
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
      'topics.0.endpoint: ${env:NOT_SET} is not set: set the environment variable NOT_SET',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
      'topics.0.opaqueData: ${file:/gone} cannot be read, or is empty: provide the file /gone',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: references as the message writes them
      'topics.0.opaqueData: has a reference of an unknown kind: write ${env:NAME} or ${file:PATH}',
    ],
  )
})

test('only allowed endpoints are taken, brokers among them', () => {
  const allowedEndpoints = ['https://*.example.org', 'kafka.local:9092']
  const told = (attributes: object) => topic(attributes, { allowedEndpoints })
  const refused = 'is not one of the allowed endpoints: choose one of them, or add it to ALLOWED_ENDPOINTS'
  assert.deepEqual(
    [
      told({ endpoint: 'https://a.example.org/x' }),
      told({ endpoint: 'http://a.example.org/x' }),
      told({ endpoint: 'https://example.org.evil/x' }),
      told({ endpoint: 'kafka://kafka.local', brokers: ['kafka.local:9093'] }),
      topic({ endpoint: 'http://anywhere' }, { allowedEndpoints: [] }),
    ],
    [
      [],
      [`topics.0.endpoint: ${refused}`],
      [`topics.0.endpoint: ${refused}`],
      [`topics.0.brokers.0: ${refused}`],
      [`topics.0.endpoint: ${refused}`],
    ],
  )
})

test('rules need a known topic, known events and names in lower case', () => {
  assert.deepEqual(rule({ topic: 'other' }), [
    'buckets.0.rules.0.topic: is not the name of a topic in this document: add the topic, with existing: true if it is not yours',
  ])
  assert.deepEqual(rule({ events: ['s3:ObjectCreated:*', 'ObjectCreated:Copied'] }), [
    'buckets.0.rules.0.events.1: RGW has no event ObjectCreated:Copied. Did you mean ObjectCreated:Copy?',
  ])
  assert.deepEqual(rule({ filter: { regex: '(', metadata: { 'X-Amz-Meta-Color': 'a', color: 'b' } } }), [
    'buckets.0.rules.0.filter.metadata.X-Amz-Meta-Color: is not a name of metadata: write x-amz-meta-color',
    'buckets.0.rules.0.filter.metadata.color: is not a name of metadata: write x-amz-meta-color',
    'buckets.0.rules.0.filter.regex: is not a regular expression that RGW can read (ECMAScript as in C++, without lookbehind): correct it',
  ])
  assert.deepEqual(rule({ id: 'r.moving' }), [
    'buckets.0.rules.0.id: ends with .moving, which tidings uses while it moves a rule: change it',
  ])
})

test('rules that RGW would file under one key are told apart', () => {
  const topics = ['b_c', 'c', 'r_c'].map((name) => ({ name, endpoint: 'http://h' }))
  const rules = [
    { id: 'a', topic: 'b_c' },
    { id: 'a_b', topic: 'c' },
    { id: 'a', topic: 'c' },
    { id: 'r', topic: 'c' },
  ]
  assert.deepEqual(issues({ topics, buckets: [{ name: 'bucket', rules }, { name: 'bucket' }] }), [
    'buckets.1.name: is also the name of another entry: write all rules of a bucket in one entry',
    'buckets.0.rules.2.id: is also the id of another rule of this bucket: give each rule an id of its own',
    'buckets.0.rules.1.id: makes the same <id>_<topic> as another rule of this bucket, and RGW would keep only one of them: change the id',
    'buckets.0.rules.3.id: makes <id>_<topic> the name of a declared topic, which RGW before 17.2.7 would overwrite: change the id',
  ])
})

test('persistent topics of amqp are routable unless the document says otherwise', () => {
  const levels = readDesired(
    {
      topics: [
        { name: 'a', endpoint: 'amqp://h', exchange: 'e', persistent: true },
        { name: 'b', endpoint: `amqps://h/\${env:TOKEN}`, exchange: 'e', persistent: true },
        { name: 'c', endpoint: 'amqp://h', exchange: 'e', persistent: true, ackLevel: 'broker' },
        { name: 'd', endpoint: 'amqp://h', exchange: 'e' },
        { name: 'e', endpoint: 'kafka://h', persistent: true },
        { name: 'f', endpoint: 'http://h', persistent: true },
      ],
    },
    OPTIONS,
  ).topics.map(({ attributes }) => attributes.get('ackLevel')?.shown)
  assert.deepEqual(levels, ['routable', 'routable', 'broker', undefined, undefined, undefined])
})

test('of many faults the first 50 are reported, and the number of the others', () => {
  const topics = Array.from({ length: 1000 }, (_, index) => ({ name: `t${index}`, endpoint: 'ftp://h' }))
  const told = issues({ topics })
  assert.deepEqual([told.length, told.at(-1)], [51, ': and 950 more faults'])
})

test('a text that cannot be read is refused without quoting it', () => {
  assert.deepEqual(issues('topics:\n  - name: "s3cret\n'), [
    ': cannot be read as YAML or JSON: a quote, a bracket or a separator is missing',
  ])
})

test('the JSON Schema describes every setting', () => {
  const schema = desiredJsonSchema()
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
  const { topics } = schema.properties as unknown as {
    topics: { items: { additionalProperties: boolean; properties: Record<string, { description?: string }> } }
  } // As JSON Schema has it.
  assert.equal(topics.items.additionalProperties, false)
  assert.deepEqual(
    Object.entries(topics.items.properties).flatMap(([name, { description }]) => (description ? [] : [name])),
    [],
  )
})

test('a document in UTF-16 is refused without its text, which YAML takes for one key', () => {
  const text = Buffer.from('{"topics":[{"endpoint":"amqp://user:s3cret@host"}]}', 'utf16le').toString()
  const found = issues(text).join()
  assert.notEqual(found, '')
  assert.doesNotMatch(found.replaceAll('\0', ''), /s3cret|topics/)
})
