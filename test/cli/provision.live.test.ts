import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openGateway } from '../provisioning/gateway.ts'
import { isAtLeast } from '../services/live.ts'
import * as s3 from '../services/s3.ts'
import { writeDocument } from './documents.ts'
import { runInProcess } from './in-process.ts'
import { gatewayVariables, spawnTidings } from './spawned.ts'

const gateway = await openGateway()
const env = { ...gatewayVariables(gateway.connection), TOKEN: 't0ken' }

const line = (action: string, file: string, ...more: string[]) => ['provision', action, '-f', file, ...more]
const provision = (...words: Parameters<typeof line>) => runInProcess(line(...words), { env })
/** A process of its own takes a second longer, so only some of the command lines run in one. */
const spawned = (...words: Parameters<typeof line>) => spawnTidings(line(...words), { env })

const DOCUMENT = `
  prefix: cli-
  topics: [{ name: cli-one, endpoint: "http://127.0.0.1:9/p?token=\${env:TOKEN}" }]
  buckets: [{ name: cli-bucket, create: true, rules: [{ id: cli-rule, topic: cli-one, filter: { prefix: in/ } }] }]
`

const CREATE = `+ bucket cli-bucket
+ topic cli-one
    endpoint: http://127.0.0.1:9/p?token=\${env:TOKEN}
+ rule cli-rule of bucket cli-bucket
    topic: cli-one
    events: ObjectCreated:*, ObjectRemoved:*
    prefix: "in/"
3 to create
`

test('plan, apply, verify, prune and destroy, with their exit codes, and nothing but the result in pipes', async () => {
  const file = writeDocument('desired.yaml', DOCUMENT)
  const quiet = { stderr: '' }
  const nothing = { ...quiet, code: 0, stdout: 'no changes: the gateway matches the document\n' }
  assert.deepEqual(await spawned('plan', file), { ...quiet, code: 2, stdout: CREATE })
  assert.deepEqual(await provision('verify', file), { ...quiet, code: 2, stdout: CREATE })
  assert.deepEqual(await spawned('apply', file), { ...quiet, code: 0, stdout: `${CREATE}done\n` })
  for (const action of ['plan', 'apply']) assert.deepEqual(await provision(action, file), nothing)
  const verified = { ...nothing, stdout: 'verified: everything is as the document says\n' }
  assert.deepEqual(await provision('verify', file), verified)
  const nothingLeft = { ...nothing, stdout: 'nothing to remove\n' }
  assert.deepEqual(await provision('prune', file), nothingLeft)

  const renamed = writeDocument('renamed.yaml', DOCUMENT.replace('id: cli-rule', 'id: cli-other'))
  assert.equal((await provision('apply', renamed)).code, 0)
  const REMOVE = '- rule cli-rule of bucket cli-bucket\n    topic: cli-one -> (none)\n1 to remove\ndone\n'
  assert.deepEqual(await provision('prune', renamed), { ...quiet, code: 0, stdout: REMOVE })

  const destroyed = await spawned('destroy', renamed)
  assert.deepEqual([destroyed.code, destroyed.stdout.split('\n').slice(-3)], [0, ['2 to remove', 'done', '']])
  assert.deepEqual(await provision('destroy', renamed), nothingLeft)
})

test('--json prints the result document, which holds no secret', async () => {
  const file = writeDocument('json.yaml', DOCUMENT.replaceAll('cli-', 'cli-json-'))
  const { code, stdout, stderr } = await provision('apply', file, '--json')
  const { diff, changes, ...result } = JSON.parse(stdout)
  assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(result, { action: 'apply', outcome: 'done', problems: [], ignored: [], kept: [], drift: [] })
  assert.equal(changes.length, 3)
  assert.equal(diff.split('\n').at(-2), '3 to create')
  assert.doesNotMatch(stdout, new RegExp(`t0ken|${env.RGW_SECRET_KEY}`))
  assert.equal((await provision('destroy', file)).code, 0)
})

test('a document comes from stdin, as JSON too, and a secret from a file', async () => {
  const secret = writeDocument('secret', 'opaque s3cret\n')
  const topic = { name: 'cli-stdin', endpoint: 'http://127.0.0.1:9/', opaqueData: `\${file:${secret}}` }
  const stdin = JSON.stringify({ topics: [topic] })
  const { code, stdout } = await spawnTidings(['provision', 'apply', '-f', '-'], { env, stdin })
  assert.equal(code, 0)
  assert.match(stdout, /opaqueData: \$\{file:/)
  const [real] = (await gateway.rgw.listTopics()).filter(({ name }) => name === 'cli-stdin')
  assert.equal(real?.attributes.get('OpaqueData'), 'opaque s3cret')
  assert.equal((await runInProcess(['provision', 'verify', '-f', '-'], { env, stdin })).code, 0)
})

test('attributes that the gateway ignores are drift to verify, but not to plan', { skip: isAtLeast(17) }, async () => {
  const file = writeDocument(
    'ignored.yaml',
    'topics: [{ name: cli-ce, endpoint: "http://127.0.0.1:9/", cloudevents: true }]',
  )
  assert.equal((await provision('apply', file)).code, 0)
  assert.equal((await provision('plan', file)).code, 0)
  const { code, stdout } = await provision('verify', file)
  assert.equal(code, 2)
  assert.match(stdout, /^! topic cli-ce: cloudevents needs Ceph 17 or later.*\ndiffers: /)
})

test('the flags of the boto3 script do what it does, and then nothing more', async () => {
  const { RGW_ENDPOINT = '', RGW_ACCESS_KEY = '', RGW_SECRET_KEY = '' } = gatewayVariables(gateway.connection)
  const filter =
    '{"Key":{"FilterRules":[{"Name":"prefix","Value":"in/"}]},"Tags":{"FilterRules":[{"Name":"a","Value":"b"}]}}'
  const gatewayFlags = ['-e', RGW_ENDPOINT, '-a', RGW_ACCESS_KEY, '-s', RGW_SECRET_KEY]
  const flags = [
    ...gatewayFlags,
    '-b',
    'cli-one-shot',
    '-he',
    '127.0.0.1:9/',
    '-t',
    'one-shot',
    '-o',
    'x',
    '-f',
    filter,
  ]
  // As the script, without an action.
  const first = await spawnTidings(['provision', ...flags])
  assert.equal(first.code, 0)
  assert.equal(
    first.stderr,
    'tidings: topic one-shot is not persistent: an event that its endpoint does not take is lost. Add --persistent to have events queued\n',
  )
  assert.deepEqual(await gateway.rgw.readRules('cli-one-shot'), [
    {
      id: 'configuration',
      topic: 'one-shot',
      topicArn: `arn:aws:sns:default:${gateway.tenant}:one-shot`,
      events: ['ObjectCreated:*', 'ObjectRemoved:*'],
      filter: { key: [['prefix', 'in/']], metadata: [], tags: [['a', 'b']] },
    },
  ])
  assert.deepEqual(await runInProcess(['provision', 'plan', ...flags]), {
    code: 0,
    stdout: 'no changes: the gateway matches the document\n',
    stderr: '',
  })
})

test('on a terminal, progress is one line that is cleared before the result', async () => {
  const file = writeDocument('progress.yaml', DOCUMENT.replaceAll('cli-', 'cli-tty-'))
  const { code, stdout, stderr } = await runInProcess(['provision', 'apply', '-f', file], { env, isTTY: true })
  assert.equal(code, 0)
  const shown = stderr.split('\r\u001b[K')
  assert.deepEqual(
    ['read 0/2', 'read 2/2', 'write 0/3', 'write 3/3'].filter((line) => !shown.includes(line)),
    [],
  )
  assert.equal(shown.at(-1), '')
  assert.match(stdout, /^\+ bucket[^\r]*\ndone\n$/)
})

test('rules and topics of others stay as they are', async () => {
  const theirs = await s3.createTopic(gateway.client, 'theirs', { 'push-endpoint': 'http://127.0.0.1:9/' })
  await s3.createBucket(gateway.client, 'cli-shared')
  await s3.putNotification(gateway.client, 'cli-shared', [{ id: 'theirs', topicArn: theirs }])
  const file = writeDocument(
    'shared.yaml',
    DOCUMENT.replaceAll('cli-', 'cli-sh-').replace('cli-sh-bucket', 'cli-shared'),
  )
  for (const action of ['apply', 'prune', 'destroy']) assert.equal((await provision(action, file)).code, 0)
  const rules = await gateway.rgw.readRules('cli-shared')
  assert.deepEqual(
    rules?.map(({ id, topic }) => [id, topic]),
    [['theirs', 'theirs']],
  )
})
