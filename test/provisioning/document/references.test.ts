import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { parseDesired, readDesired } from '../../../lib/provisioning/document/desired.ts'
import { planApply } from '../../../lib/provisioning/plan/apply-plan.ts'
import { diffText } from '../../../lib/provisioning/plan/plan.ts'

const SECRETS = { TOKEN: 'token-s3cret', LOGIN: 'user:login-s3cret', PATH: 'path-s3cret' }

const desired = readDesired(
  parseDesired(`
    topics:
      - { name: query, endpoint: "http://h/p?token=\${env:TOKEN}&tier=literal-s3cret", opaqueData: literal-s3cret }
      - { name: login, endpoint: "amqp://\${env:LOGIN}@h/v", exchange: e, opaqueData: "prefix-\${file:/f}" }
      - { name: path, endpoint: "http://h/\${env:PATH}/x" }
      - { name: kafka, endpoint: "kafka://u:literal-s3cret@h", useSsl: true }
  `),
  {
    resolve: { env: (name) => SECRETS[name as keyof typeof SECRETS], file: () => 'file-s3cret\r\n' },
    secretsAllowed: true,
  },
)

const real = (name: string, attributes: Record<string, string>) =>
  [
    name,
    { name, arn: `arn:aws:sns:::${name}`, attributes: new Map(Object.entries(attributes)), olderThan: undefined },
  ] as const

const NOTHING = { topics: new Map(), buckets: new Map() }

test('secrets reach the gateway, and a document that is printed shows none', () => {
  assert.deepEqual(
    desired.topics.map(({ attributes }) => attributes.get('endpoint')?.reveal()),
    [
      'http://h/p?token=token-s3cret&tier=literal-s3cret',
      'amqp://user:login-s3cret@h/v',
      'http://h/path-s3cret/x',
      'kafka://u:literal-s3cret@h',
    ],
  )
  assert.equal(desired.topics[1]?.attributes.get('opaqueData')?.reveal(), 'prefix-file-s3cret')
  const printed = [
    inspect(desired, { depth: 9, showHidden: true }),
    JSON.stringify(desired.topics.map(({ attributes }) => [...attributes])),
    `${desired.topics[0]?.attributes.get('opaqueData')}`,
  ]
  assert.doesNotMatch(printed.join(), /s3cret/)
})

test('a plan shows references as they are written, and no secret of either side', () => {
  const state = {
    topics: new Map([
      real('query', { 'push-endpoint': 'http://h/p?token=old-s3cret&x=old-s3cret', OpaqueData: 'old-s3cret' }),
      real('login', { 'push-endpoint': 'amqp://u:old-s3cret@h/v', 'amqp-exchange': 'e', OpaqueData: 'old-s3cret' }),
      real('path', { 'push-endpoint': 'http://h/old-s3cret' }),
    ]),
    buckets: new Map(),
  }
  const plan = planApply(desired, state)
  assert.equal(
    diffText(plan),
    `~ topic query
    endpoint: http://h/[redacted] -> http://h/p?token=\${env:TOKEN}&tier=[redacted]
    opaqueData: [redacted] -> [redacted]
~ topic login
    endpoint: amqp://[redacted]@h/[redacted] -> amqp://\${env:LOGIN}@h/v
    opaqueData: [redacted] -> prefix-\${file:/f}
~ topic path
    endpoint: http://h/[redacted] -> http://h/\${env:PATH}/x
+ topic kafka
    endpoint: kafka://[redacted]@h
    useSsl: true
1 to create, 3 to update
`,
  )
  assert.doesNotMatch(JSON.stringify([plan, planApply(desired, NOTHING)]), /s3cret/)
})

test('a reference where none is read is a fault, and not a filter for keys that have this text', () => {
  const document = {
    topics: [{ name: 't', endpoint: 'http://h/' }],
    buckets: [
      {
        name: 'photos',
        rules: [{ id: `\${env:ID}`, topic: 't', filter: { prefix: `in/\${env:A}/`, tags: { a: `\${file:/f}` } } }],
      },
      { match: `logs-\${env:A}`, tags: { team: `\${env:A}` } },
    ],
  }
  const options = { resolve: { env: () => 'value', file: () => 'value' }, secretsAllowed: true }
  assert.throws(
    () => readDesired(document, options),
    ({ issues }: { readonly issues: readonly { readonly path: string }[] }) => {
      assert.deepEqual(
        issues.map(({ path }) => path),
        [
          'buckets.0.rules.0.id',
          'buckets.0.rules.0.filter.prefix',
          'buckets.0.rules.0.filter.tags.a',
          'buckets.1.match',
          'buckets.1.tags.team',
        ],
      )
      return true
    },
  )
})
