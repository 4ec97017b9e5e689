// Accounts, which Ceph has since 19: a user moves into one, with its topics and rules left behind in its name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startReceiver } from '../receiver.ts'
import { ceph } from '../services/live.ts'
import { run } from '../services/processes.ts'
import { putObject } from '../services/s3.ts'
import { desire } from './desire.ts'
import { openGateway } from './gateway.ts'

const admin = (...args: string[]) => run('radosgw-admin', ['--conf', ceph().conf, '-n', 'client.rgw', ...args])

const document = (endpoint: string) =>
  desire(`
    topics: [{ name: shared, endpoint: "${endpoint}" }]
    buckets: [{ name: acc-b, create: true, rules: [{ id: ext, topic: shared }] }]
  `)

test('after a user moved into an account, its rules move to the topic of the account, and events arrive', async (t) => {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const gateway = await openGateway()
  const desired = document(receiver.url)
  await gateway.apply(desired)
  const [before] = (await gateway.rgw.readRules('acc-b')) ?? []

  const created = await admin('account', 'create', '--account-name', gateway.tenant, '--tenant', gateway.tenant)
  const { id } = JSON.parse(created)
  const uid = gateway.connection.credentials.accessKeyId
  await admin('user', 'modify', '--uid', uid, '--tenant', gateway.tenant, '--account-id', id, '--account-root')
  // The topic of the account stands beside the old one of the user.
  await gateway.rgw.createTopic('shared', new Map([['push-endpoint', receiver.url]]))

  const planned = await gateway.plan(desired)
  assert.deepEqual(
    planned.changes.map(({ action, kind, name, differences }) => [action, kind, name, differences[0]?.from]),
    [['move', 'rule', 'ext', before?.topicArn]],
  )
  assert.deepEqual((await gateway.apply(desired)).drift, [])
  assert.deepEqual((await gateway.plan(desired)).changes, [])
  const [after, ...more] = (await gateway.rgw.readRules('acc-b')) ?? []
  assert.deepEqual([after?.topicArn.includes(id), more], [true, []])
  await putObject(gateway.client, 'acc-b', 'k', 'x')
  assert.equal(receiver.requests.length, 1)
})

test('a topic that exists in the account is used by its name, and changed by others where its policy allows it', async () => {
  const gateway = await openGateway()
  const { id } = JSON.parse(
    await admin('account', 'create', '--account-name', `of-${gateway.connection.credentials.accessKeyId.slice(0, 8)}`),
  )
  const keys = ['--access-key', `k-${id}`, '--secret-key', `s-${id}`]
  await admin(
    'user',
    'create',
    '--uid',
    `root-${id}`,
    '--display-name',
    'r',
    '--account-id',
    id,
    '--account-root',
    ...keys,
  )
  const ofAccount = await openGateway({ credentials: { accessKeyId: `k-${id}`, secretAccessKey: `s-${id}` } })
  const arn = await ofAccount.rgw.createTopic('of-account', new Map([['push-endpoint', 'http://127.0.0.1:9/']]))
  assert.ok(arn.includes(id))
  for (const topic of ['of-account', arn]) {
    const desired = desire(`
      topics: [{ name: "${topic}", existing: true }]
      buckets: [{ name: "of-account-${topic === arn ? 'arn' : 'name'}-${id.toLowerCase()}", create: true, rules: [{ id: ext, topic: "${topic}" }] }]
    `)
    assert.deepEqual((await ofAccount.apply(desired)).drift, [])
    assert.equal((await ofAccount.verify(desired)).inSync, true)
  }

  const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: ['sns:*'], Resource: '*' }
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await ofAccount.rgw.createTopic(
    'of-account',
    new Map([
      ['push-endpoint', 'http://127.0.0.1:9/'],
      ['Policy', policy],
    ]),
  )
  const changed = desire(`topics: [{ name: "${arn}", opaqueData: changed }]`)
  const { notes } = await gateway.plan(changed)
  assert.match(notes?.[0] ?? '', new RegExp(`is owned by ${id}: apply sets opaqueData there`))
  assert.deepEqual((await gateway.apply(changed)).drift, [])
  const topic = (await ofAccount.rgw.listTopics()).find(({ name }) => name === 'of-account')
  assert.deepEqual([topic?.attributes.get('OpaqueData'), topic?.attributes.get('Policy')], ['changed', policy])

  // With a policy, it is known as the account's own.
  const own = desire('topics: [{ name: of-account, endpoint: "http://127.0.0.1:9/" }]')
  assert.deepEqual((await ofAccount.plan(own)).problems, [])
})
