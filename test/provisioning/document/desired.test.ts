import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DesiredOptions, readDesired } from '../../../lib/provisioning/document/desired.ts'
import { desiredJsonSchema } from '../../../lib/provisioning/document/desired-schema.ts'
import { DesiredError } from '../../../lib/provisioning/document/faults.ts'
import { parseDesired } from '../../../lib/provisioning/document/parse-desired.ts'

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
      'topics.0.colour: there is no such setting here: take it away',
      'buckets.0.rules.0.filter.Prefix: there is no such setting here: write prefix',
      'buckets.0.rules.0.filter.regexp: there is no such setting here: write regex',
      'buckets.0.rules.0.event: there is no such setting here: write events',
      'buckets.0.craete: there is no such setting here: write create',
      'bukets: there is no such setting here: write buckets',
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
      'topics.0.endpoint: is empty: leave it out, or write a value',
      'topics.0.persistent: is missing or of another type: write a boolean',
      'topics.0.maxRetries: use 0 or more',
      'topics.0.mechanism: use PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, GSSAPI, OAUTHBEARER',
      'buckets.0.name: RGW takes bucket names of 3 characters or more',
      'buckets.0.rules.0.events: is empty: leave it out for ObjectCreated:* and ObjectRemoved:*',
      'buckets.1.name: is missing or of another type: write a string',
    ],
  )
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
    'topics.0.endpoint: has no scheme: write http://, https://, amqp://, amqps:// or kafka:// before it',
    'topics.0.endpoint: is no endpoint: write scheme://[user:password@]host[:port][/path] with http, https, amqp, amqps or kafka',
    'topics.0.endpoint: is no endpoint: write scheme://[user:password@]host[:port][/path] with http, https, amqp, amqps or kafka',
    'topics.0.endpoint: RGW takes letters, digits, dots and dashes in a host (no underscore)',
    'topics.0.endpoint: RGW takes no IPv6 address: write a host name',
    'topics.0.endpoint: the port is none: write a number from 1 to 65535',
    'topics.0.endpoint: the port is none: write a number from 1 to 65535',
    'topics.0.endpoint: RGW takes a query only after a path: write a / before the ?',
    'topics.0.endpoint: RGW sends no fragment: leave out the # and what follows',
    'topics.0.endpoint: holds a space: percent-encode it as %20',
    'topics.0.endpoint: credentials need both parts: write user:password@',
    'topics.0.endpoint: has more than one @: RGW takes none in a password, percent-encode it as %40',
  ])
})

test('attributes have to belong to the endpoint, and to a queue', () => {
  assert.deepEqual(
    topic({ endpoint: 'http://h', exchange: 'e', useSsl: true, verifySsl: false, retrySleepDuration: 1 }),
    [
      'topics.0.retrySleepDuration: is about the queue of a topic: add persistent: true',
      'topics.0.verifySsl: means nothing to http endpoints, only to https, amqps, kafka: take it away',
      'topics.0.exchange: means nothing to http endpoints, only to amqp, amqps: take it away',
      'topics.0.useSsl: means nothing to http endpoints, only to kafka: take it away',
    ],
  )
  assert.deepEqual(topic({ endpoint: 'amqp://h', cloudevents: true, ackLevel: 'routeable' }), [
    'topics.0.cloudevents: means nothing to amqp endpoints, only to http, https: take it away',
    'topics.0.exchange: is missing: name the exchange that an amqp endpoint publishes to',
    'topics.0.ackLevel: use none, broker or routable',
  ])
  assert.deepEqual(topic({ endpoint: 'kafka://h', ackLevel: 'routable', brokers: ['a/b'] }), [
    'topics.0.brokers.0: is no broker: write host or host:port',
    'topics.0.ackLevel: use none or broker',
  ])
  assert.deepEqual(topic({ endpoint: 'http://h', ackLevel: 'all', opaqueData: 'a&verify-ssl=false' }), [
    'topics.0.opaqueData: holds a &, at which RGW would cut it: use another character',
    'topics.0.ackLevel: use any, non-error or a status from 100 to 599',
  ])
})

test('topics need a name that RGW takes, and an endpoint or somebody else who gave it one', () => {
  assert.deepEqual(
    issues({
      topics: [
        { name: 'a.b', endpoint: 'http://h' },
        { name: 'queues_list_object', endpoint: 'http://h' },
        { name: 'none' },
        { name: 'theirs', existing: true, opaqueData: 'x' },
        { name: 'none', endpoint: 'http://h' },
      ],
    }),
    [
      'topics.4.name: another topic has this name: topics need names of their own',
      'topics.0.name: use letters, digits, - and _, 256 at most',
      'topics.1.name: RGW keeps this name for itself: choose another',
      'topics.2.endpoint: is missing: say where events go, or existing: true',
      'topics.3.opaqueData: the topic is existing, so this changes nothing: take it away',
    ],
  )
})

test('passwords go to the gateway over TLS only, user name and password together, and to Kafka over TLS only', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
  const amqp = { endpoint: 'amqp://${env:LOGIN}@h', exchange: 'e' }
  assert.deepEqual(topic(amqp), [
    'topics.0.endpoint: RGW takes passwords over TLS only: use an https URL for the gateway',
  ])
  assert.deepEqual(topic(amqp, { secretsAllowed: true }), [])
  // Half of them makes radosgw 20.2.4 abort.
  assert.deepEqual(topic({ endpoint: 'kafka://h', userName: 'u' }, { secretsAllowed: true }), [
    'topics.0.password: is missing: give both userName and password',
    'topics.0.useSsl: RGW sends Kafka credentials over TLS only: add useSsl: true',
  ])
})

test('references that cannot be resolved are told by name', () => {
  assert.deepEqual(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: references as the document writes them
    topic({ endpoint: 'http://h/${env:NOT_SET}', opaqueData: '${file:/gone}${vault:x}' }),
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
      'topics.0.endpoint: ${env:NOT_SET} is not set: set the variable NOT_SET',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
      'topics.0.opaqueData: ${file:/gone} cannot be read: provide /gone',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: references as the message writes them
      'topics.0.opaqueData: holds a reference of no known kind: write ${env:NAME} or ${file:PATH}',
    ],
  )
})

test('only allowed endpoints are taken, brokers among them', () => {
  const allowedEndpoints = ['https://*.example.org', 'kafka.local:9092']
  const told = (attributes: object) => topic(attributes, { allowedEndpoints })
  const refused = 'is not among the allowed endpoints: choose one of these, or have it allowed'
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
    'buckets.0.rules.0.topic: no such topic is declared: add it to topics (with existing: true if it is not yours)',
  ])
  assert.deepEqual(rule({ events: ['s3:ObjectCreated:*', 'ObjectCreated:Copied'] }), [
    'buckets.0.rules.0.events.1: RGW has no such event: write one such as ObjectCreated:* or ObjectRemoved:Delete',
  ])
  assert.deepEqual(rule({ filter: { regex: '(', metadata: { 'X-Amz-Meta-Color': 'a', color: 'b' } } }), [
    'buckets.0.rules.0.filter.metadata.X-Amz-Meta-Color: no metadata has such a name: write x-amz-meta-color',
    'buckets.0.rules.0.filter.metadata.color: no metadata has such a name: write x-amz-meta-color',
    'buckets.0.rules.0.filter.regex: is no ECMAScript regular expression (C++ knows no lookbehind)',
  ])
  assert.deepEqual(rule({ id: 'r.moving' }), [
    'buckets.0.rules.0.id: ends with .moving, as rules on the move do: change it',
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
    'buckets.1.name: another entry names this bucket: put its rules together',
    'buckets.0.rules.2.id: another rule of this bucket has this id: rules need ids of their own',
    'buckets.0.rules.1.id: with its topic it reads like another rule, and RGW keeps one of both (<id>_<topic>): change the id',
    'buckets.0.rules.3.id: an older RGW writes the rule over the topic named <id>_<topic>, which is declared: change the id',
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

test('of many faults the first ones are told, and how many more there are', () => {
  const topics = Array.from({ length: 1000 }, (_, index) => ({ name: `t${index}`, endpoint: 'ftp://h' }))
  const told = issues({ topics })
  assert.deepEqual([told.length, told.at(-1)], [51, ': and 950 more faults'])
})

test('what is no YAML is told by its line, without quoting it', () => {
  assert.deepEqual(issues('topics:\n  - name: "s3cret\n'), [': is neither YAML nor JSON (line 3)'])
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
