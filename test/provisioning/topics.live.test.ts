import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAtLeast } from '../services/live.ts'
import { desire } from './desire.ts'
import { openGateway } from './gateway.ts'

const gateway = await openGateway()

test('topics of every kind are created with their attributes, and a second apply writes nothing', async () => {
  const desired = desire(`
    topics:
      - name: kinds-http
        endpoint: https://127.0.0.1:9/hook?token=a&more=b
        opaqueData: what + ever % 1=1
        persistent: true
        verifySsl: false
        ackLevel: non-error
      - name: kinds-amqp
        endpoint: amqp://127.0.0.1:9/vhost
        exchange: events
        ackLevel: routable
        amqpVersion: 0-9-1
      - name: kinds-kafka
        endpoint: kafka://127.0.0.1:9
        useSsl: true
        caLocation: /etc/ssl/ca.pem
        ackLevel: none
        verifySsl: false
  `)
  const first = await gateway.apply(desired)
  assert.deepEqual(
    { done: first.changes.map(({ action, name }) => `${action} ${name}`), drift: first.drift, ignored: first.ignored },
    { done: ['create kinds-http', 'create kinds-amqp', 'create kinds-kafka'], drift: [], ignored: [] },
  )
  assert.deepEqual(gateway.writes(), ['CreateTopic', 'CreateTopic', 'CreateTopic'])

  assert.deepEqual(await gateway.apply(desired), { changes: [], drift: [], ignored: [], kept: [] })
  assert.deepEqual(gateway.writes(), [])
  assert.equal((await gateway.verify(desired)).inSync, true)
})

test('attributes are updated one by one, those left out return to their defaults, and secrets are not shown', async () => {
  await gateway.apply(
    desire(`
      topics:
        - { name: changing, endpoint: http://127.0.0.1:9/?token=old, opaqueData: old, cloudevents: true, persistent: true }
    `),
  )
  const desired = desire(
    `
      topics:
        - { name: changing, endpoint: "http://127.0.0.1:9/?token=\${env:TOKEN}", opaqueData: "\${env:OPAQUE}", persistent: true }
    `,
    { TOKEN: 'new-token', OPAQUE: 'new-opaque' },
  )
  const [change] = (await gateway.plan(desired)).changes
  assert.deepEqual(change, {
    action: 'update',
    kind: 'topic',
    name: 'changing',
    differences: [
      {
        name: 'endpoint',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
        to: 'http://127.0.0.1:9/?token=${env:TOKEN}',
        from: 'http://127.0.0.1:9/[redacted]',
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as the document writes it
      { name: 'opaqueData', from: '[redacted]', to: '${env:OPAQUE}' },
      { name: 'cloudevents', from: 'true' },
    ],
  })
  const { drift } = await gateway.apply(desired)
  assert.deepEqual(drift, [])
  const changed = (await gateway.rgw.listTopics()).find(({ name }) => name === 'changing')
  assert.deepEqual(
    ['push-endpoint', 'OpaqueData', 'persistent', 'cloudevents'].map((name) => changed?.attributes.get(name)),
    ['http://127.0.0.1:9/?token=new-token', 'new-opaque', 'true', undefined],
  )
})

test('attributes for later releases are applied once and named as ignored by verify', async () => {
  const desired = desire(`
    topics:
      - name: ahead
        endpoint: http://127.0.0.1:9/
        persistent: true
        cloudevents: true
        timeToLive: 3600
        maxRetries: 0
        retrySleepDuration: 2
        policy: { Version: "2012-10-17", Statement: [] }
  `)
  const { drift } = await gateway.apply(desired)
  gateway.writes()
  const again = await gateway.apply(desired)
  const { inSync, ignored } = await gateway.verify(desired)
  const ofRelease = isAtLeast(19)
    ? []
    : ['timeToLive', 'maxRetries', 'retrySleepDuration', 'policy', ...(isAtLeast(17) ? [] : ['cloudevents'])]
  assert.deepEqual(
    { drift, again: again.changes, writes: gateway.writes(), inSync, ignored: ignored.map((one) => one.attribute) },
    { drift: [], again: [], writes: [], inSync: ofRelease.length === 0, ignored: ofRelease },
  )
})

test('150 topics are all seen', async () => {
  const names = Array.from({ length: 150 }, (_, index) => `many-${index}`)
  const desired = desire(JSON.stringify({ topics: names.map((name) => ({ name, endpoint: 'http://127.0.0.1:9/' })) }))
  await gateway.apply(desired)
  gateway.writes()
  assert.equal((await gateway.verify(desired)).inSync, true)
  await gateway.apply(desired)
  assert.deepEqual(gateway.writes(), [])
  const { changes } = await gateway.destroy(desired)
  assert.equal(changes.length, 150)
  const left = (await gateway.rgw.listTopics()).filter(({ name }) => name.startsWith('many-'))
  assert.deepEqual(left, [])
})

test('a topic of others can be used and is never touched; without it nothing is applied', async () => {
  const desired = desire(`
    topics: [{ name: of-others, existing: true }]
    buckets: [{ name: uses-others, create: true, rules: [{ id: theirs, topic: of-others }] }]
  `)
  await assert.rejects(gateway.apply(desired), { code: 'desired_unmet', field: 'topics.0' })
  assert.deepEqual(gateway.writes(), [])

  const arn = await gateway.rgw.createTopic('of-others', new Map([['push-endpoint', 'http://127.0.0.1:9/']]))
  gateway.writes()
  await gateway.apply(desired)
  await gateway.destroy(desired)
  assert.deepEqual(gateway.writes(), [
    'CreateBucket',
    'PutBucketNotificationConfiguration',
    'DeleteBucketNotificationConfiguration',
  ])
  await gateway.rgw.deleteTopic(arn)
})
