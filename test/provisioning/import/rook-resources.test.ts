import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentOfRook, isRook } from '../../../lib/provisioning/import/rook-document.ts'
import { rookResources } from '../../../lib/provisioning/import/rook-resources.ts'

const topics = [
  {
    name: 'web',
    endpoint: 'https://127.0.0.1/in',
    persistent: true,
    opaqueData: 'o',
    verifySsl: false,
    cloudevents: true,
  },
  { name: 'queue', endpoint: 'amqp://127.0.0.1/v', exchange: 'e', ackLevel: 'broker' },
  { name: 'log', endpoint: 'kafka://127.0.0.1', useSsl: true, mechanism: 'SCRAM-SHA-512', ackLevel: 'none' },
]
const filter = { prefix: 'in/', suffix: '.jpg', metadata: { 'x-amz-meta-a': 'b' }, tags: { c: 'd' } }
const buckets = [
  {
    name: 'photos',
    rules: [
      { id: 'all', topic: 'web' },
      { id: 'some', topic: 'queue', events: ['ObjectCreated:Put'], filter },
    ],
  },
  { name: 'logs', rules: [{ id: 'kept', topic: 'log', events: ['ObjectRemoved:*'] }] },
]

const lostIn = (document: object): string[] =>
  rookResources(document)
    .split('\n')
    .filter((line) => line.startsWith('# '))
    .slice(2)
    .map((line) => line.slice(2))

test('a document that was printed for Rook is the same when it is imported', () => {
  const printed = rookResources({ topics, buckets })
  assert.ok(isRook(printed))
  assert.deepEqual(documentOfRook(printed), { topics, buckets })
})

test('each thing that Rook cannot express is named in a comment', () => {
  assert.deepEqual(
    lostIn({ topics: topics.slice(0, 1), buckets: [{ name: 'b-b', rules: [{ id: 'all', topic: 'web' }] }] }),
    [],
  )
  const endpoint = `http://127.0.0.1/?token=\${env:TOKEN}`
  const lost = lostIn({
    topics: [
      { name: 'web', endpoint, persistent: true, retrySleepDuration: 1, maxRetries: 3 },
      { name: 'Odd_name', endpoint: 'amqp://h', exchange: 'e', ackLevel: 'routable', declareExchange: true },
      { name: 'theirs', existing: true },
    ],
    buckets: [
      {
        name: 'photos',
        create: true,
        placement: 'fast',
        rules: [{ id: 'all', topic: 'web', filter: { tags: { a: 'b' } } }],
      },
      { match: 'logs-*', rules: [{ id: 'all', topic: 'theirs' }] },
    ],
  })
  assert.deepEqual(lost, [
    'Topic web: Rook has no setting for maxRetries.',
    'Topic web: Rook has no setting for retrySleepDuration.',
    `Topic web: Rook reads no \${env:…}: write the values.`,
    'Topic Odd_name: Rook has no setting for declareExchange.',
    'Topic Odd_name: Rook has no setting for ackLevel.',
    'Topic Odd_name: Kubernetes takes lower-case letters, digits, dots and dashes in names: choose another name.',
    'Topic theirs belongs to somebody else: it needs a CephBucketTopic of its own in the same namespace.',
    'Bucket photos: Rook has no setting for placement; its storage class decides.',
    'Buckets logs-*: Rook has no patterns: add the labels to each claim.',
    'Rule all of bucket photos: Rook takes tags filters and does not send them to the gateway.',
    'Rule all differs between buckets, and Rook has one notification of a name: the last one is printed.',
  ])
})

test('a document with faults is refused', () => {
  assert.throws(() => rookResources({ topics: [{ nme: 'x' }] }), { code: 'desired_invalid' })
})
