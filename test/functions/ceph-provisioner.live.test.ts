// The provisioner as a function, against a real gateway: asked directly, by HTTP, by CloudFormation.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { readConfig } from '../../lib/kit/config.ts'
import { cephProvisioner } from '../../lib/kit/provisioner-function.ts'
import { readRgwConfig } from '../../lib/provisioning/provisioning-settings.ts'
import { startHost } from '../host-process.ts'
import { openGateway } from '../provisioning/gateway.ts'
import { isAtLeast } from '../services/live.ts'
import { freePorts } from '../services/ports.ts'
import { putNotification, putObject } from '../services/s3.ts'

const gateway = await openGateway()
const environment = {
  RGW_ENDPOINT: gateway.connection.endpoint.href,
  RGW_ACCESS_KEY: gateway.connection.credentials.accessKeyId,
  RGW_SECRET_KEY: gateway.connection.credentials.secretAccessKey,
}
const provisioner = (more: Record<string, string> = {}) => {
  const all = { ...environment, LOG_LEVEL: 'error', ...more }
  return cephProvisioner(readConfig(all), readRgwConfig(all))
}

const document = (name: string, endpoint = 'http://127.0.0.1:9/hook') => ({
  topics: [{ name, endpoint, persistent: true }],
  buckets: [{ name, create: true, rules: [{ id: name, topic: name, events: ['ObjectCreated:*'] }] }],
})
// biome-ignore lint/suspicious/noExplicitAny: what the tests read of a result, they assert on
type Result = any

test('invoked directly it plans, applies once, verifies and destroys', async () => {
  const handler = provisioner()
  const ask = async (action: string): Promise<Result> => handler({ action, desired: document('direct') }, {})
  const outcomes = []
  for (const action of ['plan', 'apply', 'apply', 'verify', 'destroy', 'verify']) {
    outcomes.push([action, (await ask(action)).outcome])
  }
  assert.deepEqual(outcomes, [
    ['plan', 'pending'],
    ['apply', 'done'],
    ['apply', 'unchanged'],
    ['verify', 'unchanged'],
    ['destroy', 'done'],
    ['verify', 'drift'],
  ])
})

test('invoked directly it throws what cannot be done', async () => {
  const handler = provisioner()
  await assert.rejects(async () => handler({ action: 'apply', desired: { topics: [{}] } }, {}), {
    code: 'desired_invalid',
  })
  await assert.rejects(async () => handler({ action: 'explode', desired: {} }, {}), { code: 'desired_invalid' })
  const away = provisioner({ RGW_ENDPOINT: 'http://127.0.0.1:9', RGW_ATTEMPTS: '1' })
  await assert.rejects(async () => away({ action: 'plan', desired: document('away') }, {}), { code: 'rgw_unavailable' })
})

test('by HTTP it takes YAML and JSON, and says by its status what came of it', async () => {
  await using host = await startHost({ ...environment, AUTH_TOKENS: 'admin-token', FUNCTION: 'ceph-provisioner' })
  const post = async (body: string, token = 'admin-token') => {
    const reply = await fetch(host.url, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } })
    return { status: reply.status, document: (await reply.json()) as Result }
  }
  const desired = JSON.stringify(document('by-http'))
  const yaml = `action: apply\ndesired:\n  topics:\n    - name: by-http\n      endpoint: http://127.0.0.1:9/hook\n      persistent: true\n`

  const drift = await post(`{"action":"verify","desired":${desired}}`)
  assert.deepEqual([drift.status, drift.document.outcome], [409, 'drift'])
  assert.deepEqual((await post(yaml)).document.outcome, 'done')
  const applied = await post(`{"action":"apply","desired":${desired}}`)
  assert.deepEqual([applied.status, applied.document.outcome], [200, 'done'])
  const verified = await post(`{"action":"verify","desired":${desired}}`)
  assert.deepEqual([verified.status, verified.document.outcome], [200, 'unchanged'])

  const invalid = await post('action: apply\ndesired: { topics: [{ name: a b, endpoint: ftp://h }] }')
  assert.deepEqual([invalid.status, invalid.document.code], [422, 'desired_invalid'])
  assert.deepEqual(
    invalid.document.issues.map(({ path }: { path: string }) => path),
    ['topics.0.name', 'topics.0.endpoint'],
  )
  assert.equal((await post('{"action":"plan","desired":{}}', 'wrong-token')).status, 401)
  assert.ok(!JSON.stringify(host.log).includes(environment.RGW_SECRET_KEY))
})

test('what the gateway refuses is 502, with its status and code', async () => {
  const wrong = { RGW_SECRET_KEY: 'not-the-secret', AUTH_TOKENS: 'admin-token', FUNCTION: 'ceph-provisioner' }
  await using host = await startHost({ ...environment, ...wrong })
  const body = JSON.stringify({ action: 'plan', desired: document('refused') })
  const reply = await fetch(host.url, { method: 'POST', body, headers: { authorization: 'Bearer admin-token' } })
  const { code, detail, refusal } = (await reply.json()) as Result
  assert.deepEqual([reply.status, code, refusal.httpStatus], [502, 'rgw_refused', 403])
  assert.ok(!`${detail}${JSON.stringify(host.log)}`.includes('not-the-secret'))
})

test('a request may use the references and endpoints that it is allowed, no others', async () => {
  const asks = (endpoint: string) => ({ action: 'plan', desired: { topics: [{ name: 'asks', endpoint }] } })
  const handler = provisioner({
    HOOK: 'http://hooks.example.org/',
    ALLOWED_REFERENCES: 'env:HOOK',
    ALLOWED_ENDPOINTS: '*.example.org',
  })
  const { outcome } = (await handler(asks(`\${env:HOOK}`), {})) as Result
  assert.equal(outcome, 'pending')
  for (const endpoint of [
    `http://hooks.example.org/\${env:RGW_SECRET_KEY}`,
    `http://x/\${file:/etc/passwd}`,
    'http://evil.com/',
  ]) {
    await assert.rejects(async () => handler(asks(endpoint), {}), { code: 'desired_invalid' })
  }
})

test('an allowed file that is not there is said to be missing, not a failure of ours', async () => {
  const handler = provisioner({ ALLOWED_REFERENCES: 'file:/nowhere/token' })
  const desired = { topics: [{ name: 'asks', endpoint: `http://h/\${file:/nowhere/token}` }] }
  await assert.rejects(async () => handler({ action: 'plan', desired }, {}), {
    code: 'desired_invalid',
    message: `topics.0.endpoint: \${file:/nowhere/token} cannot be read, or is empty: provide the file /nowhere/token`,
  })
})

test('a custom resource is created, updated and deleted, and each time the stack gets its answer', async () => {
  const stack = await startStack()
  const handler = provisioner()
  const ask = async (RequestType: string, more: object, remaining = 60_000): Promise<Result> => {
    const request = {
      RequestType,
      ResponseURL: stack.url,
      StackId: 'stack',
      RequestId: RequestType,
      LogicalResourceId: 'Hook',
      ...more,
    }
    await handler(request, { getRemainingTimeInMillis: () => remaining })
    return stack.answers.at(-1)
  }
  const created = await ask('Create', { ResourceProperties: { Desired: document('stacked') } })
  const { PhysicalResourceId } = created
  assert.match(PhysicalResourceId, /^tidings-[0-9a-f]{32}$/)
  assert.deepEqual(created, {
    Status: 'SUCCESS',
    PhysicalResourceId,
    StackId: 'stack',
    RequestId: 'Create',
    LogicalResourceId: 'Hook',
  })
  assert.deepEqual(
    (await gateway.rgw.readRules('stacked'))?.map(({ id }) => id),
    ['stacked'],
  )

  const without = { ...document('stacked'), buckets: [{ name: 'stacked' }] }
  const changes = { ResourceProperties: { Desired: without }, OldResourceProperties: { Desired: document('stacked') } }
  assert.equal((await ask('Update', { PhysicalResourceId, ...changes })).Status, 'SUCCESS')
  assert.deepEqual(await gateway.rgw.readRules('stacked'), [])

  const deletion = { PhysicalResourceId, ResourceProperties: { Desired: without } }
  const deleted = await ask('Delete', deletion)
  assert.deepEqual([deleted.Status, deleted.PhysicalResourceId], ['SUCCESS', PhysicalResourceId])
  assert.equal((await ask('Delete', deletion)).Status, 'SUCCESS')
  assert.ok((await gateway.rgw.listTopics()).every(({ name }) => name !== 'stacked'))

  const invalid = await ask('Create', { ResourceProperties: { Desired: { topics: [{}] } } })
  assert.equal(invalid.Status, 'FAILED')
  assert.match(invalid.Reason, /^desired_invalid: topics\.0\.name/)
  // Deadline: 5 s before the end of the function the stack is told, whatever is going on.
  const late = await ask('Create', { ResourceProperties: { Desired: document('late') } }, 5000)
  assert.equal(late.Status, 'FAILED')
})

type Resource = [stackId: string, logicalId: string]

test('what another custom resource names outlives the one that made it', async () => {
  const stack = await startStack()
  // The endpoints of removals are placeholders, which no pattern has to allow.
  const handler = provisioner({ ALLOWED_ENDPOINTS: '127.0.0.1' })
  const ask = async (RequestType: string, [StackId, LogicalResourceId]: Resource, properties: object) => {
    const request = { RequestType, ResponseURL: stack.url, StackId, RequestId: 'r', LogicalResourceId, ...properties }
    await handler(request, {})
    return stack.answers.at(-1)
  }
  const names = async () => ({
    rules: (await gateway.rgw.readRules('owned'))?.map(({ id }) => id),
    topics: (await gateway.rgw.listTopics()).map(({ name }) => name).filter((name) => /^(owned|tidings-)/.test(name)),
  })
  const Desired = document('owned')
  const more = { ...Desired, buckets: [{ name: 'owned', rules: [{ id: 'own', topic: 'owned' }] }] }
  const old: Resource = ['stack', 'Hook']
  const renamed: Resource = ['stack', 'Uploads']
  const other: Resource = ['other-stack', 'Hook']

  const create = async (resource: Resource, document: object) => {
    const { Status, PhysicalResourceId } = await ask('Create', resource, { ResourceProperties: { Desired: document } })
    assert.equal(Status, 'SUCCESS')
    return { PhysicalResourceId, ResourceProperties: { Desired: document } }
  }
  const remove = async (resource: Resource, properties: object) =>
    assert.equal((await ask('Delete', resource, properties)).Status, 'SUCCESS')

  const first = await create(old, Desired)
  const second = await create(renamed, Desired)
  await remove(old, first)
  const { rules, topics } = await names()
  assert.deepEqual([rules, topics.length], [['owned'], 2])

  // Another stack names the topic, with a rule of its own, and goes.
  const third = await create(other, more)
  assert.deepEqual((await names()).rules?.sort(), ['own', 'owned'])
  await remove(other, third)
  assert.deepEqual(await names(), { rules, topics })

  // An update that no longer names what another one names.
  const fourth = await create(other, Desired)
  const emptied = { ResourceProperties: { Desired: {} }, OldResourceProperties: { Desired } }
  assert.equal((await ask('Update', other, { ...fourth, ...emptied })).Status, 'SUCCESS')
  assert.deepEqual(await names(), { rules, topics })

  await remove(renamed, second)
  assert.deepEqual(await names(), { rules: [], topics: [] })

  // A stack whose document was refused can be removed.
  const refused = { Desired: { topics: [{ name: 'a b', endpoint: 'http://127.0.0.1' }] } }
  assert.equal((await ask('Create', other, { ResourceProperties: refused })).Status, 'FAILED')
  await remove(other, { ResourceProperties: refused })
})

test('what a refused resource names was there before, and stays when the stack is rolled back', async () => {
  const stack = await startStack()
  const handler = provisioner()
  await handler({ action: 'apply', desired: document('by-hand') }, {})
  const ask = async (RequestType: string, properties: object): Promise<Result> => {
    const request = { ResponseURL: stack.url, StackId: 'refused', RequestId: 'r', LogicalResourceId: 'Hook' }
    await handler({ RequestType, ...request, ...properties }, {})
    return stack.answers.at(-1)
  }
  const unresolved = { Desired: document('by-hand', `http://127.0.0.1:9/\${env:NOT_ALLOWED}`) }
  const missing = { name: 'missing-bucket', rules: [{ id: 'r', topic: 'by-hand' }] }
  const unmet = { Desired: { ...document('by-hand'), buckets: [...document('by-hand').buckets, missing] } }
  for (const ResourceProperties of [unresolved, unmet]) {
    assert.equal((await ask('Create', { ResourceProperties })).Status, 'FAILED')
    assert.equal((await ask('Delete', { ResourceProperties })).Status, 'SUCCESS')
  }
  // The same as an update that is refused, and its rollback.
  const first = { Desired: document('first') }
  assert.equal((await ask('Create', { ResourceProperties: first })).Status, 'SUCCESS')
  for (const refused of [unresolved, unmet]) {
    const update = await ask('Update', { ResourceProperties: refused, OldResourceProperties: first })
    assert.equal(update.Status, 'FAILED')
    const rollback = await ask('Update', { ResourceProperties: first, OldResourceProperties: refused })
    assert.equal(rollback.Status, 'SUCCESS')
  }
  const verified = async (name: string) =>
    ((await handler({ action: 'verify', desired: document(name) }, {})) as Result).outcome
  assert.deepEqual([await verified('by-hand'), await verified('first')], ['unchanged', 'unchanged'])
  assert.equal((await ask('Delete', { ResourceProperties: first })).Status, 'SUCCESS')
  assert.deepEqual([await verified('by-hand'), await verified('first')], ['unchanged', 'drift'])
})

test('an update that selects a bucket by a pattern in place of its name keeps the rule', async () => {
  const stack = await startStack()
  const { topics, buckets } = document('patterned')
  const rules = buckets.flatMap((bucket) => bucket.rules)
  const byName = { Desired: { topics, buckets } }
  const byPattern = { Desired: { topics, buckets: [{ match: 'patt*', rules }] } }
  const request = { ResponseURL: stack.url, StackId: 'patterns', RequestId: 'r', LogicalResourceId: 'Hook' }
  const ask = async (RequestType: string, ResourceProperties: object, OldResourceProperties?: object) => {
    await provisioner()({ RequestType, ...request, ResourceProperties, OldResourceProperties }, {})
    const ids = (await gateway.rgw.readRules('patterned'))?.map(({ id }) => id)
    return [stack.answers.at(-1).Status, ids]
  }
  assert.deepEqual(await ask('Create', byName), ['SUCCESS', ['patterned']])
  assert.deepEqual(await ask('Update', byPattern, byName), ['SUCCESS', ['patterned']])
  assert.deepEqual(await ask('Update', byName, byPattern), ['SUCCESS', ['patterned']])
  assert.deepEqual(await ask('Delete', byName), ['SUCCESS', []])
})

/** From 17 on a user does not see the rules of others. */
const showsRules = !isAtLeast(17)
if (showsRules)
  test("a topic that another user's rule uses outlives the stack, which is told so", async () => {
    const stack = await startStack()
    const neighbour = await openGateway()
    await neighbour.rgw.createBucket({ name: 'neighbour' })
    const Desired = { ...document('lived-in'), buckets: [] }
    const ask = (RequestType: string, properties: object): Promise<unknown> => {
      const request = { ResponseURL: stack.url, StackId: 'lived-in', RequestId: 'r', LogicalResourceId: 'Hook' }
      return Promise.resolve(provisioner()({ RequestType, ...request, ...properties }, {}))
    }
    await ask('Create', { ResourceProperties: { Desired } })
    const topicArn = (await neighbour.rgw.listTopics()).find(({ name }) => name === 'lived-in')?.arn ?? ''
    await putNotification(neighbour.client, 'neighbour', [{ id: 'neighbour', topicArn }])
    const OldResourceProperties = { Desired }
    await ask('Update', { ResourceProperties: { Desired: { topics: [] } }, OldResourceProperties })
    await ask('Update', { ResourceProperties: { Desired }, OldResourceProperties: { Desired: { topics: [] } } })
    await ask('Delete', { ResourceProperties: { Desired } })
    const told = stack.answers.map(({ Status, Reason }) => [Status, Reason])
    const kept = ['SUCCESS', 'not deleted, because other rules use them: lived-in']
    assert.deepEqual(told, [['SUCCESS', undefined], kept, ['SUCCESS', undefined], kept])
    assert.equal((await putObject(neighbour.client, 'neighbour', 'k', 'x')).status, 200)
  })

test('from a document to an event: what is applied makes the gateway tell the Ceph function', async () => {
  await using host = await startHost({ AUTH_TOKENS: 'hook-token' })
  const desired = {
    topics: [{ name: 'whole', endpoint: `${host.url}/ceph-notifications?token=\${env:TOKEN}` }],
    buckets: [{ name: 'whole', create: true, rules: [{ id: 'jpegs', topic: 'whole', filter: { suffix: '.jpg' } }] }],
  }
  const handler = provisioner({ TOKEN: 'hook-token', ALLOWED_REFERENCES: 'env:TOKEN' })
  const { outcome, diff } = (await handler({ action: 'apply', desired }, {})) as Result
  assert.equal(outcome, 'done')
  assert.ok(!diff.includes('hook-token'))
  await putObject(gateway.client, 'whole', 'a.txt', 'x')
  await putObject(gateway.client, 'whole', 'a.jpg', 'x')
  const [event] = await host.untilEvents(1)
  assert.deepEqual([event.subject, event.data.s3.configurationId], ['a.jpg', 'jpegs'])
})

/** Where CloudFormation waits for answers: no stack is at hand here. */
async function startStack() {
  const answers: Result[] = []
  const server = createServer(async (request, response) => {
    assert.deepEqual([request.method, request.headers['content-type']], ['PUT', undefined])
    answers.push(await json(request))
    response.end()
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const [port] = await freePorts(1)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo // listening on TCP
  return { url: `http://127.0.0.1:${address.port}/answer?signature=s`, answers }
}
