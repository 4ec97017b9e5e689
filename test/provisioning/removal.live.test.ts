import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as s3 from '../services/s3.ts'
import { desire } from './desire.ts'
import { openGateway } from './gateway.ts'

const gateway = await openGateway()
const { client } = gateway

const DOCUMENT = `
  topics: [{ name: goes, endpoint: "http://127.0.0.1:9/" }]
  buckets: [{ name: goes-away, create: true, rules: [{ id: goes-away, topic: goes }, { id: goes-too, topic: goes }] }]
`

test('destroy removes rules before topics, keeps the bucket, and has nothing to do the second time', async () => {
  await gateway.apply(desire(DOCUMENT))
  gateway.writes()
  const { changes } = await gateway.destroy(desire(DOCUMENT))
  assert.deepEqual(
    changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`),
    ['remove rule goes-away', 'remove rule goes-too', 'remove topic goes'],
  )
  assert.equal(gateway.writes().at(-1), 'DeleteTopic')
  assert.deepEqual(await gateway.rgw.readRules('goes-away'), [])

  assert.deepEqual((await gateway.destroy(desire(DOCUMENT))).changes, [])
  assert.deepEqual(gateway.writes(), [])
})

test('destroy of what never was succeeds', async () => {
  const desired = desire(`
    topics: [{ name: never, endpoint: "http://127.0.0.1:9/" }]
    buckets: [{ name: never-was, rules: [{ id: never, topic: never }] }]
  `)
  assert.deepEqual(await gateway.destroy(desired), { changes: [], ignored: [], kept: [], drift: [] })
})

test('a topic that a rule of others is bound to is kept, and named', async () => {
  const desired = desire(`
    topics: [{ name: popular, endpoint: "http://127.0.0.1:9/" }]
    buckets: [{ name: popular, create: true, rules: [{ id: mine, topic: popular }] }]
  `)
  await gateway.apply(desired)
  const topicArn = (await gateway.rgw.listTopics()).find(({ name }) => name === 'popular')?.arn ?? ''
  await s3.putNotification(client, 'popular', [{ id: 'theirs', topicArn }])
  const { kept } = await gateway.destroy(desired)
  assert.deepEqual(kept, [{ topic: 'popular', usedBy: [{ bucket: 'popular', rule: 'theirs' }] }])
  assert.deepEqual(
    (await gateway.rgw.readRules('popular'))?.map(({ id }) => id),
    ['theirs'],
  )
})

test('prune removes what carries the prefix and is no longer declared, in every bucket', async () => {
  await gateway.apply(
    desire(`
      topics: [{ name: pruned-old, endpoint: "http://127.0.0.1:9/" }, { name: pruned-new, endpoint: "http://127.0.0.1:9/" }]
      buckets:
        - { name: pruned-one, create: true, rules: [{ id: pruned-a, topic: pruned-old }, { id: other, topic: pruned-new }] }
        - { name: pruned-two, create: true, rules: [{ id: pruned-b, topic: pruned-old }] }
    `),
  )
  const desired = desire(`
    prefix: pruned-
    topics: [{ name: pruned-new, endpoint: "http://127.0.0.1:9/" }]
    buckets: [{ name: pruned-two, rules: [{ id: pruned-c, topic: pruned-new }] }]
  `)
  await gateway.apply(desired)
  const planned = await gateway.planPrune(desired)
  const { changes } = await gateway.prune(desired)
  assert.deepEqual(changes, planned.changes)
  assert.deepEqual(changes.map(({ kind, bucket = '', name }) => `${kind} ${bucket} ${name}`).sort(), [
    'rule pruned-one pruned-a',
    'rule pruned-two pruned-b',
    'topic  pruned-old',
  ])
  const left = [await gateway.rgw.readRules('pruned-one'), await gateway.rgw.readRules('pruned-two')]
  assert.deepEqual(
    left.map((rules) => rules?.map(({ id }) => id)),
    [['other'], ['pruned-c']],
  )
  await assert.rejects(gateway.prune(desire(DOCUMENT)), { code: 'desired_invalid', field: 'prefix' })
})
