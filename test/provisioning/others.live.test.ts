// What belongs to other users and tenants, on a real gateway.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { diffText } from '../../lib/provisioning/plan/plan.ts'
import { startReceiver } from '../receiver.ts'
import { isAtLeast } from '../services/live.ts'
import * as s3 from '../services/s3.ts'
import { desire } from './desire.ts'
import { openGateway } from './gateway.ts'

const [one, other] = [await openGateway(), await openGateway()]
const elsewhere = await openGateway({}, `${one.tenant}else`)
const showsRules = !isAtLeast(17)

const receiver = await startReceiver()
after(() => receiver.close())

const document = (bucket: string, rule: string, topic: string) => `
  topics: [{ name: ${topic}, endpoint: "${receiver.url}", persistent: true }]
  buckets: [{ name: ${bucket}, create: true, rules: [{ id: ${rule}, topic: ${topic} }] }]
`

if (showsRules)
  test("destroy and prune keep a topic that another user's rule uses, and say so", async () => {
    await one.apply(desire(document('shared-mine', 'mine', 'shared')))
    const theirs = desire(document('shared-theirs', 'theirs', 'shared'))
    await other.apply(theirs)

    const destroyed = await other.destroy(theirs)
    assert.deepEqual(
      { changes: destroyed.changes.map(({ kind, name }) => `${kind} ${name}`), kept: destroyed.kept },
      { changes: ['rule theirs'], kept: [{ topic: 'shared', usedBy: [{ rule: 'mine' }] }] },
    )
    const pruned = await other.prune(desire('prefix: shar'))
    assert.deepEqual([pruned.changes, pruned.kept], [[], destroyed.kept])
    assert.match(
      diffText(await other.planDestroy(theirs)),
      /^! topic shared: not removed, because other rules use it: rule mine in a bucket of another user\n/,
    )
    assert.equal((await s3.putObject(one.client, 'shared-mine', 'k', 'x')).status, 200)

    // Nobody else uses it any more.
    const last = await one.destroy(desire(document('shared-mine', 'mine', 'shared')))
    assert.deepEqual([last.changes.length, last.kept, last.notes], [2, [], undefined])
  })

if (showsRules)
  test("plan shows what it would overwrite of a topic that another user's rule uses, and keeps what it does not name", async () => {
    const endpoint = `${receiver.url}/theirs`
    const theirs = desire(`
      topics: [{ name: both, endpoint: "${endpoint}", opaqueData: theirs, verifySsl: false }]
      buckets: [{ name: both-theirs, create: true, rules: [{ id: theirs, topic: both }] }]
    `)
    await other.apply(theirs)
    const mine = desire(document('both-mine', 'mine', 'both'))
    const users = 'topic both is used by rules outside the document (theirs)'
    assert.deepEqual((await one.plan(mine)).notes, [
      `${users}: apply overwrites what was set for them: endpoint, persistent`,
      `${users}: apply keeps what was set for them: opaqueData, verifySsl; write it into the document to change it`,
    ])
    assert.deepEqual((await one.apply(mine)).drift, [])
    assert.deepEqual((await one.plan(mine)).changes, [])
    const real = (await one.rgw.listTopics()).find(({ name }) => name === 'both')?.attributes
    assert.deepEqual([real?.get('OpaqueData'), real?.get('verify-ssl')], ['theirs', 'false'])
    const named = document('both-mine', 'mine', 'both').replace('persistent:', 'opaqueData: mine, persistent:')
    await one.apply(desire(named))
    const now = (await one.rgw.listTopics()).find(({ name }) => name === 'both')?.attributes
    assert.equal(now?.get('OpaqueData'), 'mine')
  })

if (!showsRules)
  test('where the gateway does not show rules of others, that is said', async () => {
    const desired = desire(document('alone', 'mine', 'alone'))
    await one.apply(desired)
    assert.match(diffText(await one.planDestroy(desired)), /^! only the buckets of this user were checked/m)
    assert.equal((await one.destroy(desired)).notes?.length, 1)
    assert.equal((await one.destroy(desired)).notes, undefined)
  })

test('a bucket of another tenant is refused before anything is written', async () => {
  await one.rgw.createBucket({ name: 'data' })
  await elsewhere.rgw.createBucket({ name: 'data' })
  elsewhere.writes()
  const desired = (tenant: string) => desire(document(`"${tenant}:data"`, 'cross', 'data-events'))
  for (const action of ['plan', 'apply', 'verify', 'destroy'] as const) {
    await assert.rejects(
      elsewhere[action](desired(one.tenant)),
      isAtLeast(19)
        ? { name: /^(DesiredError|RgwRefusedError)$/ }
        : { code: 'desired_invalid', field: 'buckets.0.name' },
      action,
    )
  }
  await assert.rejects(elsewhere.apply(desired('')))
  assert.deepEqual(elsewhere.writes(), [])
  assert.deepEqual(await elsewhere.rgw.readRules('data'), [])

  // The user's own tenant may be named.
  const own = desired(elsewhere.tenant)
  assert.deepEqual((await elsewhere.apply(own)).drift, [])
  assert.equal((await elsewhere.rgw.readRules('data'))?.length, 1)
  const { changes, kept } = await elsewhere.destroy(own)
  assert.deepEqual([changes.length, kept], [2, []])
})

test('a topic of another tenant, named by its ARN, is bound where the gateway lets it, and never mistaken', async () => {
  const arn = await one.rgw.createTopic('by-arn', new Map([['push-endpoint', receiver.url]]))
  const desired = desire(`
    topics: [{ name: "${arn}", existing: true }]
    buckets: [{ name: by-arn, create: true, rules: [{ id: n, topic: "${arn}" }] }]
  `)
  const namesake = desire(document('by-arn', 'namesake', 'by-arn'))
  await elsewhere.apply(namesake)
  if (isAtLeast(19)) {
    assert.deepEqual((await elsewhere.apply(desired)).drift, [])
    elsewhere.writes()
    assert.deepEqual((await elsewhere.apply(desired)).changes, [])
    const rules = await elsewhere.rgw.readRules('by-arn')
    assert.equal(rules?.find(({ id }) => id === 'n')?.topicArn, arn)
    assert.deepEqual(
      (await elsewhere.destroy(desired)).changes.map(({ name }) => name),
      ['n'],
    )
  } else {
    await assert.rejects(elsewhere.apply(desired), { code: 'desired_unmet', field: 'topics.0' })
  }
  // The same user's own topic can be named by its ARN on every release.
  const own = desire(`
    topics: [{ name: "${arn}", existing: true }]
    buckets: [{ name: by-own-arn, create: true, rules: [{ id: n, topic: "${arn}" }] }]
  `)
  assert.deepEqual((await one.apply(own)).drift, [])
  assert.equal((await one.verify(own)).inSync, true)
  await one.destroy(own)
  await elsewhere.destroy(namesake)
})

test('a rule with the id of ours that is bound to a topic of others stays', async () => {
  const theirs = await one.rgw.createTopic('namesake-theirs', new Map([['push-endpoint', receiver.url]]))
  const desired = desire(document('namesake', 'same', 'namesake-ours'))
  await one.apply(desired)
  await s3.putNotification(one.client, 'namesake', [{ id: 'same', topicArn: theirs }])
  await one.destroy(desired)
  assert.deepEqual(
    (await one.rgw.readRules('namesake'))?.map(({ id, topicArn }) => [id, topicArn]),
    [['same', theirs]],
  )
  await one.destroy(desired)
  assert.equal((await one.rgw.readRules('namesake'))?.length, 1)
})
