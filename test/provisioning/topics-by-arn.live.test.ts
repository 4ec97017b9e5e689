// Settings of topics that others own, on a real gateway: the policy of the topic decides, from Ceph 19 on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffText } from '../../lib/provisioning/plan/plan.ts'
import { isAtLeast } from '../services/live.ts'
import { desire } from './desire.ts'
import { openGateway } from './gateway.ts'

const [owner, other] = [await openGateway(), await openGateway()]
const elsewhere = await openGateway({}, `${owner.tenant}else`)

const ENDPOINT = 'http://127.0.0.1:9/'

/** A topic of the owner. */
const topicOf = async (name: string, ...actions: string[]) => {
  const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: actions, Resource: '*' }
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const attributes = { 'push-endpoint': ENDPOINT, OpaqueData: 'theirs', cloudevents: 'true' }
  const given = actions.length > 0 ? { ...attributes, Policy: policy } : attributes
  return owner.rgw.createTopic(name, new Map(Object.entries(given)))
}

const attributesOf = async (name: string) =>
  (await owner.rgw.listTopics()).find((topic) => topic.name === name)?.attributes

const settings = (arn: string, more = 'opaqueData: ours, verifySsl: false') =>
  desire(`topics: [{ name: "${arn}", ${more} }]`)

const [READ, WRITE] = ['sns:GetTopicAttributes', 'sns:SetTopicAttributes']

if (isAtLeast(19)) {
  for (const [user, gateway] of [
    ['another user', other],
    ['a user of another tenant', elsewhere],
  ] as const)
    test(`${user} changes the settings of the document where the policy allows it, and no others`, async () => {
      const name = `open-${gateway.tenant}`
      const arn = await topicOf(name, READ, WRITE, 'sns:Publish') // The last one to bind rules.
      const before = await attributesOf(name)
      const desired = desire(`
        topics: [{ name: "${arn}", opaqueData: ours, verifySsl: false, persistent: true, maxRetries: 3 }]
        buckets: [{ name: ${name}, create: true, rules: [{ id: r, topic: "${arn}" }] }]
      `)
      const plan = await gateway.plan(desired)
      assert.deepEqual(gateway.writes(), [])
      assert.equal(
        diffText(plan),
        `+ bucket ${name}
~ topic ${arn}
    opaqueData: [redacted] -> [redacted]
    persistent: true
    maxRetries: 3
    verifySsl: false
+ rule r of bucket ${name}
    topic: ${arn}
    events: ObjectCreated:*, ObjectRemoved:*
! topic ${arn} is owned by ${owner.tenant}$${owner.connection.credentials.accessKeyId}: apply sets opaqueData, persistent, maxRetries, verifySsl there, and keeps its other settings
2 to create, 1 to update
`,
      )
      assert.deepEqual((await gateway.apply(desired)).drift, [])
      assert.deepEqual(gateway.writes(), [
        'CreateBucket',
        ...Array(4).fill('SetTopicAttributes'),
        'PutBucketNotificationConfiguration',
      ])
      assert.equal((await gateway.verify(desired)).inSync, true)
      assert.deepEqual((await gateway.apply(desired)).changes, [])
      assert.deepEqual(
        await attributesOf(name),
        new Map([
          ...(before ?? []),
          ...Object.entries({ OpaqueData: 'ours', persistent: 'true', max_retries: '3', 'verify-ssl': 'false' }),
        ]),
      )
      // Neither destroy nor prune removes it.
      assert.deepEqual(
        (await gateway.destroy(desired)).changes.map(({ kind }) => kind),
        ['rule'],
      )
      assert.ok(await attributesOf(name))
    })

  test('where the policy does not allow it, plan says so and nothing is sent', async () => {
    const arn = await topicOf('shut')
    const [problem] = (await other.plan(settings(arn))).problems
    assert.deepEqual(problem, {
      path: 'topics.0',
      message:
        `topic ${arn} belongs to another user, and its policy does not let this user read its settings: ask its owner to allow ` +
        'sns:GetTopicAttributes and sns:SetTopicAttributes, or write existing: true to use it as it is',
    })
    await assert.rejects(other.apply(settings(arn)), { code: 'desired_unmet', field: 'topics.0' })
    assert.deepEqual(other.writes(), [])
  })

  test('where the policy allows reading only, apply is refused with what to ask for', async () => {
    const arn = await topicOf('read-only', READ)
    assert.equal((await other.plan(settings(arn))).changes.length, 1)
    await assert.rejects(other.apply(settings(arn)), {
      code: 'apply_incomplete',
      message:
        /^SetTopicAttributes of topic arn:\S+: 403 AuthorizationError, Topic was created by another user\.: the user of access key \S+ may not do this, since the topic belongs to another user: ask its owner to allow sns:SetTopicAttributes in its policy/,
    })
    assert.equal((await attributesOf('read-only'))?.get('OpaqueData'), 'theirs')
  })

  test('a topic that is not there, and settings that only its owner can change', async () => {
    const arn = await topicOf('partly', READ, WRITE)
    const messages = async (desired: ReturnType<typeof settings>) =>
      (await other.plan(desired)).problems.map(({ path, message }) => `${path}: ${message}`)
    assert.match(
      (await messages(settings(`${arn}-not`)))[0] ?? '',
      /^topics\.0: topic \S+-not does not exist, or is not in/,
    )
    assert.deepEqual(await messages(settings(arn, 'ackLevel: "202"')), [
      'topics.0.ackLevel: can only be set by the owner, who creates the topic again with all its settings: remove it',
    ])
    assert.deepEqual(await messages(settings(arn, 'endpoint: "http://127.0.0.1:10/?token=x"')), [])
  })

  test('a topic that its policy shows to another user is neither removed nor changed by its name', async () => {
    const arn = await topicOf('shown', 'sns:*')
    const uid = `${owner.tenant}$${owner.connection.credentials.accessKeyId}`
    assert.ok((await other.rgw.listTopics()).some(({ name }) => name === 'shown'))
    const desired = desire('{ prefix: shown, topics: [{ name: shown, endpoint: "http://127.0.0.1:10/" }] }')
    const { problems } = await other.plan(desired)
    assert.match(problems[0]?.message ?? '', /^topic shown belongs to \S+: write existing: true .* or its ARN/)
    await assert.rejects(other.apply(desired), { code: 'desired_unmet', field: 'topics.0' })
    for (const removed of [await other.destroy(desired), await other.prune(desire('prefix: shown'))])
      assert.deepEqual(
        [removed.changes, removed.notes],
        [[], [`topic shown: not removed, because it belongs to ${uid}`]],
      )
    assert.deepEqual(other.writes(), [])
    // The owner may do all of it.
    assert.deepEqual((await owner.apply(settings(arn))).drift, [])
    assert.equal((await owner.destroy(desired)).changes.length, 1)
  })

  test("the user's own topic needs no policy", async () => {
    const arn = await topicOf('own-by-arn')
    assert.deepEqual((await owner.apply(settings(arn))).drift, [])
    assert.equal((await attributesOf('own-by-arn'))?.get('cloudevents'), 'true')
  })
} else {
  test('before Ceph 19, a topic cannot be changed by its ARN, and plan says what to write', async () => {
    const arn = await topicOf('old')
    const before = await attributesOf('old')
    for (const gateway of [owner, other]) {
      const { problems, changes } = await gateway.plan(settings(arn))
      assert.deepEqual([problems.length, changes.length], [1, 0])
      assert.match(problems[0]?.message ?? '', /gateways before Ceph 19 cannot change single settings .* bare name/)
      await assert.rejects(gateway.apply(settings(arn)), { code: 'desired_unmet', field: 'topics.0' })
    }
    const [problem] = (await elsewhere.plan(settings(arn))).problems
    assert.match(problem?.message ?? '', /does not exist, or is not in the tenant of this user/)
    // The gateway looks for the name in the tenant of the user.
    await elsewhere.rgw.createTopic('old', new Map([['push-endpoint', ENDPOINT]]))
    await assert.rejects(elsewhere.apply(settings(arn)), { code: 'desired_unmet', field: 'topics.0' })
    assert.deepEqual(await attributesOf('old'), before)
    await assert.rejects(owner.rgw.setTopicAttribute(arn, 'OpaqueData', 'x'), /: 405 MethodNotAllowed/)
  })
}

test('prune keeps a topic that the document names by its ARN', async () => {
  const arn = await topicOf('pruned-by-arn')
  const desired = desire(`{ prefix: pruned-, topics: [{ name: "${arn}", existing: true }] }`)
  assert.deepEqual((await owner.planPrune(desired)).changes, [])
})
