import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { readDesired } from '../../lib/provisioning/document/desired.ts'
import { runInProcess } from './in-process.ts'

const PRINT = ['provision', 'apply', '--print-desired']

/** The document that flags amount to. Every one of them is a valid document. */
const documentOf = async (args: readonly string[]) => {
  const { code, stdout, stderr } = await runInProcess([...PRINT, ...args])
  assert.deepEqual([code, stderr], [0, ''])
  const document = parse(stdout)
  readDesired(document, { resolve: { env: () => undefined, file: () => undefined }, secretsAllowed: true })
  return document
}

const topicOf = async (...args: string[]) => (await documentOf(['-b', 'photos', '-t', 'uploads', ...args])).topics[0]

const filterOf = async (filter: object) =>
  (await documentOf(['-b', 'photos', '-t', 'uploads', '-he', 'h', '-f', JSON.stringify(filter)])).buckets[0].rules[0]
    .filter

const fails = async (args: readonly string[], message: RegExp): Promise<void> => {
  const { code, stdout, stderr } = await runInProcess(['provision', 'apply', ...args])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, message)
}

test("the flags of the boto3 script amount to one topic and one rule, with the script's defaults", async () => {
  const gateway = ['-e', 'http://rgw:8000', '-a', 'key', '-s', 'secret']
  assert.deepEqual(await documentOf([...gateway, '-b', 'photos', '-he', 'host:8080/in', '-t', 'uploads']), {
    topics: [{ name: 'uploads', endpoint: 'http://host:8080/in' }],
    buckets: [
      {
        name: 'photos',
        create: true,
        rules: [{ id: 'configuration', topic: 'uploads', events: ['ObjectCreated:*', 'ObjectRemoved:*'] }],
      },
    ],
  })
})

test('all flags by their long names, and by short ones with =', async () => {
  const expected = {
    topics: [{ name: 'uploads', endpoint: 'amqp://broker/vhost', exchange: 'ex', opaqueData: 'mine=yours' }],
    buckets: [
      {
        name: 'photos',
        create: true,
        rules: [
          {
            id: 'first',
            topic: 'uploads',
            events: ['ObjectCreated:*', 'ObjectRemoved:*'],
            filter: { suffix: '.jpg' },
          },
        ],
      },
    ],
  }
  const filter = '{"Key":{"FilterRules":[{"Name":"suffix","Value":".jpg"}]}}'
  const long = ['--bucket-name', 'photos', '--topic', 'uploads', '--amqp-endpoint', 'broker/vhost', '--exchange', 'ex']
  const more = ['--opaque', 'mine=yours', '--notification', 'first', '--filter', filter]
  assert.deepEqual(await documentOf([...long, ...more]), expected)
  const short = ['-b=photos', '-t=uploads', '-ae=broker/vhost', '-x=ex', '-o=mine=yours', '-n=first', `-f=${filter}`]
  assert.deepEqual(await documentOf(short), expected)
})

test('an endpoint without scheme gets the right one, and one with scheme keeps it', async () => {
  assert.equal((await topicOf('-ke', 'h:9092')).endpoint, 'kafka://h:9092')
  assert.equal((await topicOf('-ke', 'kafka://h')).endpoint, 'kafka://h')
  assert.equal((await topicOf('-ae', 'h:5672', '-x', 'e')).endpoint, 'amqp://h:5672')
  assert.equal((await topicOf('-ae', 'amqps://h', '-x', 'e')).endpoint, 'amqps://h')
  assert.equal((await topicOf('-he', 'h')).endpoint, 'http://h')
  assert.equal((await topicOf('-he', 'https://h/p')).endpoint, 'https://h/p')
  const topic = ['-b', 'photos', '-t', 'uploads']
  await fails([...topic, '-ke', 'http://h'], /--kafka-endpoint must have the scheme kafka, or none, got http/)
})

test('filters are taken as the S3 API writes them, by either name', async () => {
  const rules = (...pairs: [string, string][]) => ({ FilterRules: pairs.map(([Name, Value]) => ({ Name, Value })) })
  const filter = { prefix: 'a', regex: 'a.*', metadata: { 'x-amz-meta-c': 'd' }, tags: { E: 'f', g: 'h' } }
  const [key, metadata, tags] = [
    rules(['Prefix', 'a'], ['regex', 'a.*']),
    rules(['x-amz-meta-c', 'd']),
    rules(['E', 'f'], ['g', 'h']),
  ]
  assert.deepEqual(await filterOf({ Key: key, Metadata: metadata, Tags: tags }), filter)
  assert.deepEqual(await filterOf({ S3Key: key, S3Metadata: metadata, S3Tags: tags }), filter)
  assert.deepEqual(await filterOf({ Tags: rules() }), {})
})

test('an invalid filter is refused with an example of a valid one', async () => {
  const base = ['-b', 'photos', '-t', 'uploads', '-he', 'h', '-f']
  await fails([...base, 'desired.yaml'], /--filter is not JSON: write for example \{"Key"/)
  await fails([...base, '{"key":{}}'], /--filter is not a filter of the S3 API: write for example \{"Key"/)
  await fails([...base, '{"Key":{"FilterRules":[{"Name":"prefix"}]}}'], /\(at Key\.FilterRules\.0\.Value\): write/)
  const twice = { FilterRules: [1, 2].map((value) => ({ Name: 'a', Value: `${value}` })) }
  await fails([...base, JSON.stringify({ Tags: twice })], /--filter has the same name twice in its tags rules/)
})

test('import prints the document of the flags too', async () => {
  const flags = ['-b', 'photos', '-t', 'uploads', '-he', 'h', '-f', '{"Key":{"FilterRules":[]}}']
  const imported = await runInProcess(['provision', 'import', ...flags])
  assert.deepEqual(imported, await runInProcess([...PRINT, ...flags]))
  assert.equal(imported.code, 0)
})

test('what is missing, too much or contradictory is told', async () => {
  await fails(['-t', 'uploads', '-he', 'h'], /--bucket-name is missing/)
  await fails(['-b', 'photos', '-he', 'h'], /--topic is missing/)
  await fails(
    ['-b', 'photos', '-t', 'uploads'],
    /the endpoint of the topic is missing: give one of --kafka-endpoint, --amqp/,
  )
  await fails(['-b', 'photos', '-t', 'uploads', '-he', 'h', '-ke', 'h'], /the topic has two endpoints/)
  await fails(['-b', 'photos', '--file', 'x'], /--file: give a document, or flags in its place, not both/)
  await fails(['-f', 'x', '--print-desired'], /--print-desired prints the document that the flags describe/)
})

test('a document that the flags amount to and that is wrong is told with the way to see it', async () => {
  const env = { RGW_ENDPOINT: 'http://127.0.0.1:9', RGW_ACCESS_KEY: 'key', RGW_SECRET_KEY: 'secret' }
  const { code, stderr } = await runInProcess(['provision', 'plan', '-b', 'photos', '-t', 'uploads', '-ae', 'h'], {
    env,
  })
  assert.equal(code, 1)
  assert.equal(
    stderr,
    `tidings: desired_invalid: the document has faults, and nothing was sent
  topics.0.exchange: is missing: name the exchange to which an amqp endpoint publishes
  --print-desired prints the document that the flags describe
`,
  )
})
