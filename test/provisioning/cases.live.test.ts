// What operators have written in documents, on a real gateway of either release.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startReceiver } from '../receiver.ts'
import { isAtLeast } from '../services/live.ts'
import { putObject } from '../services/s3.ts'
import { desire } from './desire.ts'
import { openGateway } from './gateway.ts'

const gateway = await openGateway()
const { client } = gateway

/** Applies a document; afterwards nothing differs. */
const applied = async (text: string, env: Readonly<Record<string, string>> = {}) => {
  const desired = desire(text, env)
  const { drift } = await gateway.apply(desired)
  assert.deepEqual(drift, [])
  assert.deepEqual((await gateway.plan(desired)).changes, [])
  return desired
}

const realTopic = async (name: string) => (await gateway.rgw.listTopics()).find((topic) => topic.name === name)

test('a rule on a plain topic whose endpoint fails, and one on a persistent topic in the same bucket', async () => {
  const receiver = await startReceiver()
  after(() => receiver.close())
  const { promise, resolve } = Promise.withResolvers<void>()
  receiver.answer = ({ body }) => {
    if (body.includes('"good-order"')) resolve()
    return { status: 204 }
  }
  const document = `
    topics:
      - { name: keep, endpoint: "${receiver.url}", persistent: true }
      - { name: plain, endpoint: "http://127.0.0.1:9/nobody" }
    buckets:
      - name: bad-order
        create: true
        rules: [{ id: a-plain, topic: plain }, { id: b-keep, topic: keep }]
      - name: good-order
        create: true
        rules: [{ id: a-keep, topic: keep }, { id: b-plain, topic: plain }]
  `
  const desired = await applied(document)
  const { notes = [] } = await gateway.plan(desired)
  assert.equal(notes.length, 1)
  assert.match(
    notes[0] ?? '',
    /^bucket bad-order: rule a-plain is on a topic that is not persistent and comes before b-keep/,
  )

  await putObject(client, 'bad-order', 'k', 'x')
  await putObject(client, 'good-order', 'k', 'x')
  await promise
  const told = (bucket: string): boolean => receiver.requests.some(({ body }) => body.includes(`"${bucket}"`))
  assert.equal(told('bad-order'), false)
})

test('a name with dots is taken before 19, and later refused with the reason', async () => {
  const document = 'topics: [{ name: uploads.photos.v1, endpoint: "http://127.0.0.1:9/" }]'
  if (isAtLeast(19))
    await assert.rejects(applied(document), /or the dot in the name, which Ceph 19 and later do not take/)
  else await applied(document)
})

test('verifySsl may be set where there is no TLS, with a warning', async () => {
  const desired = await applied(`
    topics:
      - { name: plain-http, endpoint: "http://127.0.0.1:9/", verifySsl: false }
      - { name: plain-amqp, endpoint: "amqp://127.0.0.1:9/", exchange: e, verifySsl: true }
  `)
  assert.deepEqual((await gateway.plan(desired)).notes, [
    'topics.0.verifySsl: has no effect, since this http endpoint uses no TLS',
    'topics.1.verifySsl: has no effect, since this amqp endpoint uses no TLS',
  ])
})

test('a policy is a text or a mapping, and may hold any character', async () => {
  const arn = `arn:aws:sns:default:${gateway.tenant}:of-policy`
  const statement = { Sid: 'a & b=c', Effect: 'Allow', Principal: '*', Action: ['sns:Publish'], Resource: [arn] }
  const policy = { Version: '2012-10-17', Statement: [statement] }
  const topic = { name: 'of-policy', endpoint: 'http://127.0.0.1:9/' }
  for (const written of [policy, JSON.stringify(policy)]) {
    await applied(JSON.stringify({ topics: [{ ...topic, policy: written }] }))
    const real = await realTopic('of-policy')
    assert.deepEqual(JSON.parse(real?.attributes.get('Policy') ?? '{}'), policy)
  }
})

test('SASL without TLS is left to the gateway where passwords may be sent to it', async () => {
  const { topics, warnings } = desire(
    'topics: [{ name: sasl, endpoint: "kafka://user:pw@127.0.0.1:9", mechanism: SCRAM-SHA-512, persistent: true }]',
    {},
    true,
  )
  assert.equal(topics.length, 1)
  assert.deepEqual(warnings, [
    { path: 'topics.0.useSsl', message: 'must be true, or the password goes to the brokers without TLS' },
  ])
})

test('the name of a bucket comes from the environment, as an ObjectBucketClaim gives it', async () => {
  const env = { BUCKET_NAME: 'of-claim-7f3a', TOPIC: 'of-claim' }
  const document = `
    topics: [{ name: "\${env:TOPIC}", endpoint: "http://127.0.0.1:9/" }]
    buckets: [{ name: "\${env:BUCKET_NAME}", create: true, rules: [{ id: n, topic: "\${env:TOPIC}" }] }]
  `
  await applied(document, env)
  assert.deepEqual(
    (await gateway.rgw.readRules('of-claim-7f3a'))?.map(({ id, topic }) => [id, topic]),
    [['n', 'of-claim']],
  )
})

test('an event that the release does not know is refused with its name, and it helps to remove it', async () => {
  const document = (events: string) => `
    topics: [{ name: of-events, endpoint: "http://127.0.0.1:9/" }]
    buckets: [{ name: of-events, create: true, rules: [{ id: r, topic: of-events, events: [${events}] }] }]
  `
  await assert.rejects(
    gateway.apply(desire(document('"s3:ObjectRestore:Delete", "ObjectCreated:*"'))),
    /likely an event that this release does not know: use others than .*ObjectRestore:Delete/,
  )
  await applied(document('"ObjectCreated:*"'))
})

test('an event of lifecycles is refused by name before 17, and taken since', async () => {
  const document = `
    topics: [{ name: t27, endpoint: "http://127.0.0.1:9/", persistent: true, cloudevents: true }]
    buckets:
      - name: d27
        create: true
        rules: [{ id: lc, topic: t27, events: ["s3:ObjectLifecycle:Expiration:*"] }, { id: ok, topic: t27 }]
  `
  if (isAtLeast(17)) await applied(document)
  else
    await assert.rejects(
      gateway.apply(desire(document)),
      /likely an event that this release does not know: use others than .*ObjectLifecycle:Expiration:\*/,
    )
})

test('a bucket that RGW would not create is refused before anything is sent', async () => {
  gateway.writes()
  const desired = desire(`
    topics: [{ name: of-bad-name, endpoint: "http://127.0.0.1:9/" }]
    buckets: [{ name: Bad_Name, create: true, rules: [{ id: r, topic: of-bad-name }] }]
  `)
  await assert.rejects(gateway.apply(desired), {
    code: 'desired_unmet',
    message: /RGW does not create a bucket of this name/,
  })
  assert.deepEqual(gateway.writes(), [])
})

test('rules for all buckets that match, by name and by tag, also for those that come later', async () => {
  for (const name of ['logs-a', 'logs-b', 'other-a']) await gateway.rgw.createBucket({ name })
  const body = '<Tagging><TagSet><Tag><Key>team</Key><Value>x</Value></Tag></TagSet></Tagging>'
  await client.send({ method: 'PUT', path: '/other-a', query: { tagging: '' }, body })
  const desired = desire(`
    topics: [{ name: of-match, endpoint: "http://127.0.0.1:9/" }]
    buckets:
      - { match: "logs-*", rules: [{ id: match, topic: of-match }] }
      - { match: "*", tags: { team: x }, rules: [{ id: tagged, topic: of-match }] }
      - { name: logs-b, rules: [{ id: match, topic: of-match, filter: { prefix: in/ } }] }
  `)
  const placed = async () => {
    const { changes } = await gateway.apply(desired)
    return changes.filter(({ kind }) => kind === 'rule').map(({ bucket, name }) => `${bucket} ${name}`)
  }
  assert.deepEqual((await placed()).sort(), ['logs-a match', 'logs-b match', 'other-a tagged'])
  assert.deepEqual(
    (await gateway.rgw.readRules('logs-b'))?.map(({ filter }) => filter.key),
    [[['prefix', 'in/']]],
  )
  assert.deepEqual(await placed(), [])
  await gateway.rgw.createBucket({ name: 'logs-c' })
  assert.deepEqual(await placed(), ['logs-c match'])
  const { changes } = await gateway.destroy(desired)
  assert.deepEqual([changes.length, (await gateway.rgw.listBuckets()).includes('logs-c')], [5, true])
})

test('a bucket that is created has object lock and the placement that is asked for', async () => {
  const document = (placement: string) => `
    topics: [{ name: of-lock, endpoint: "http://127.0.0.1:9/" }]
    buckets: [{ name: of-lock-${placement}, create: true, objectLock: true, placement: ${placement}-placement }]
  `
  await applied(document('default'))
  const { body } = await client.send({ method: 'GET', path: '/of-lock-default', query: { 'object-lock': '' } })
  assert.match(body, /<ObjectLockEnabled>Enabled/)
  await assert.rejects(
    applied(document('no')),
    /likely a placement that the zone group does not have: check :no-placement/,
  )
})
