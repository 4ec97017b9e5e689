import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { writeDocument } from '../cli/documents.ts'
import { runInProcess } from '../cli/in-process.ts'
import { gatewayVariables } from '../cli/spawned.ts'
import { openGateway } from './gateway.ts'

const gateway = await openGateway()
const env = { ...gatewayVariables(gateway.connection), TOKEN: 't0ken' }

const DOCUMENT = `
topics:
  - { name: web, endpoint: "https://127.0.0.1:9/in", persistent: true, verifySsl: false }
  - { name: secret, endpoint: "http://127.0.0.1:9/in?token=\${env:TOKEN}", opaqueData: "\${env:TOKEN}" }
  - { name: queue, endpoint: "amqp://127.0.0.1:9/v", exchange: e, persistent: true }
  - { name: queue-broker, endpoint: "amqp://127.0.0.1:9", exchange: e, persistent: true, ackLevel: broker }
  - { name: log, endpoint: "kafka://127.0.0.1:9", ackLevel: none }
buckets:
  - name: imported
    create: true
    rules:
      - { id: all, topic: web }
      - { id: some, topic: queue, events: [ObjectCreated:Put], filter: { prefix: in/, regex: "in/.*", metadata: { x-amz-meta-a: b }, tags: { C: d } } }
`

test('what apply made is imported, without secrets, as a document that plans to nothing', async () => {
  const file = writeDocument('made.yaml', DOCUMENT)
  assert.equal((await runInProcess(['provision', 'apply', '-f', file], { env })).code, 0)
  const { code, stdout, stderr } = await runInProcess(['provision', 'import'], { env })
  assert.deepEqual([code, stderr], [0, ''])
  assert.doesNotMatch(stdout, /t0ken/)
  assert.match(stdout, /^# Set SECRET_ENDPOINT: it stands for a secret of the gateway\.$/m)
  assert.equal(parse(stdout).topics.length, 5)
  const values = { SECRET_ENDPOINT: 'http://127.0.0.1:9/in?token=t0ken', SECRET_OPAQUEDATA: 't0ken' }
  const planned = await runInProcess(['provision', 'plan', '-f', '-'], { env: { ...env, ...values }, stdin: stdout })
  assert.deepEqual(planned, { code: 0, stdout: 'no changes: the gateway matches the document\n', stderr: '' })
})

test('the JSON of the AWS command becomes a document that plans to nothing', async () => {
  const arn = (await gateway.rgw.listTopics()).find(({ name }) => name === 'web')?.arn
  const rules = [{ prefix: 'a/' }].map(({ prefix }) => ({ Name: 'prefix', Value: prefix }))
  const TopicConfigurations = [
    { Id: 'from-aws', TopicArn: arn, Events: ['s3:ObjectCreated:*'], Filter: { Key: { FilterRules: rules } } },
  ]
  const file = writeDocument('aws.json', JSON.stringify({ TopicConfigurations }))
  const { code, stdout } = await runInProcess(['provision', 'import', '-f', file, '-b', 'imported'])
  assert.equal(code, 0)
  const applied = await runInProcess(['provision', 'apply', '-f', '-'], { env, stdin: stdout })
  assert.match(applied.stdout, /^\+ rule from-aws of bucket imported\n[^!]*1 to create\ndone\n$/)
  const verified = await runInProcess(['provision', 'verify', '-f', '-'], { env, stdin: stdout })
  assert.equal(verified.code, 0)
  const unnamed = await runInProcess(['provision', 'import', '-f', file])
  assert.match(unnamed.stderr, /--bucket-name is missing/)
})
