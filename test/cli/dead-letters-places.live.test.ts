// One contract for every place of dead letters, each on the real service, by the command as people run it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { Admin, Consumer, Producer, stringDeserializer, stringSerializer } from '@platformatic/kafka'
import { Redis } from 'ioredis'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import { type DeadLetterData, deadLetter } from '../../lib/core/dead-letter.ts'
import { doorOf } from '../../lib/core/door.ts'
import { cephNotifications } from '../../lib/kit/ceph-function.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { DecodeError, SinkRefusedError } from '../../lib/process/errors.ts'
import { createRedact } from '../../lib/process/secrets.ts'
import { openSink } from '../../lib/sinks/open-sink.ts'
import { cephCaptures, openstackCapture } from '../fixtures.ts'
import { startHost } from '../host-process.ts'
import { codeBlocks } from '../markdown.ts'
import { startReceiver } from '../receiver.ts'
import { openRig, until } from '../relay/rig.ts'
import { startKafka } from '../services/kafka.ts'
import { startMoto } from '../services/moto.ts'
import { startNats } from '../services/nats.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { startRedis } from '../services/redis.ts'
import { TYPED_ENVIRONMENT } from '../typed.ts'
import { runInProcess } from './in-process.ts'
import { spawnTidings } from './spawned.ts'

const root = new URL('../..', import.meta.url).pathname

const [broker, kafka, redis, nats, moto, receiver] = await Promise.all([
  startRabbitMQ(),
  startKafka(),
  startRedis(),
  startNats(),
  startMoto(),
  startReceiver(),
])
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' })
const rig = await openRig(broker.url)
const admin = new Admin({ clientId: 'test', bootstrapBrokers: [kafka.broker] })
const client = new Redis(redis.url)
const folder = mkdtempSync(join(tmpdir(), 'letters-'))
after(async () => {
  client.disconnect()
  await Promise.all([admin.close(), receiver.close(), rig.close()])
  await Promise.all([broker.stop(), kafka.stop(), redis.stop(), nats.stop(), moto.stop()])
  rmSync(folder, { recursive: true })
})

type Place = {
  /** As in DEAD_LETTER_URL. */
  readonly written: string
  /** As in --from. */
  readonly from: string
  /** Puts something there that is no dead letter. */
  addForeign(): Promise<unknown>
  /** Until nobody has anything of it in hand. */
  untilFree?(): Promise<void>
}

let places = 0

const file = async (): Promise<Place> => {
  const path = join(folder, `letters-${++places}.ndjson`)
  const from = pathToFileURL(path).href
  // Each letter of a test is in a file of its own, but the last.
  return { written: `${from}?maxSize=1kB`, from, addForeign: () => appendFile(path, 'not JSON\n{"type":"other"}\n') }
}

const stream = async (): Promise<Place> => {
  const name = `letters-${++places}`
  const url = `${redis.url}/0?stream=${name}`
  return { written: url, from: url, addForeign: () => client.xadd(name, '*', 'event', 'not JSON') }
}

const topic = async (): Promise<Place> => {
  const name = `letters-${++places}`
  await admin.createTopics({ topics: [name], partitions: 1, replicas: 1 })
  const url = `kafka://${kafka.broker}/${name}`
  const addForeign = async () => {
    const producer = new Producer({
      clientId: 'test',
      bootstrapBrokers: [kafka.broker],
      serializers: {
        key: stringSerializer,
        value: stringSerializer,
        headerKey: stringSerializer,
        headerValue: stringSerializer,
      },
    })
    await producer.send({ messages: [{ topic: name, value: 'not JSON' }] })
    await producer.close()
  }
  return { written: url, from: `${url}?group=mine`, addForeign }
}

const queue = async (mode: 'binary' | 'structured' = 'binary'): Promise<Place> => {
  const name = `letters-${++places}`
  await rig.channel.assertExchange(name, 'topic')
  await rig.channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await rig.channel.bindQueue(name, name, '#')
  return {
    written: `${broker.url}?exchange=${name}&mode=${mode}`,
    from: `${broker.url}?queue=${name}`,
    addForeign: () => rig.publish('', name, ['not JSON']),
    untilFree: () =>
      until('all are free again', async () =>
        (await broker.ctl('list_queues', 'name', 'messages_unacknowledged')).split('\n').includes(`${name}\t0`),
      ),
  }
}

const { body: boot } = openstackCapture('nova/compute.instance.create.end.1')
const bytes = Buffer.from([0xff, 0, 0x80, 10, 13, 0xfe])

const write = async ({ written }: Place, bodies: readonly (string | Buffer)[]): Promise<void> => {
  const sink = openSink(new URL(written), 1, { mode: 'batch', timeoutMs: 10_000, retries: 0 })
  for (const [index, body] of bodies.entries()) {
    await sink.deliver([
      deadLetter({
        functionName: 'openstack',
        delivery: {
          body: Buffer.from(body),
          headers: { 'content-type': 'application/json', authorization: 'Bearer s3cret' },
          origin: { kind: 'direct' },
        },
        faults: [index % 2 === 0 ? new DecodeError('it is broken') : new SinkRefusedError('the sink answered 422')],
        time: new Date(Date.UTC(2026, 10, 26, 8, 0, index)),
        redact: createRedact(['s3cret']),
      }),
    ])
  }
  await sink.close?.()
}

const run = async (place: Place, ...args: string[]) => {
  const ended = await runInProcess(['dead-letters', ...args, '--from', place.from], {
    env: { AUTH_TOKENS: 'the-token' },
  })
  return { ...ended, place }
}

const listOf = async (place: Place, ...args: string[]) => {
  const { code, stdout, stderr } = await run(place, 'list', '--json', ...args)
  assert.deepEqual([code, stderr], [0, ''])
  return JSON.parse(stdout).places[0]
}

const idsOf = async (place: Place): Promise<string[]> =>
  (await listOf(place, '--limit', '1000')).deadLetters.map(({ id }: { id: string }) => id)

/** The bodies that came to the function meanwhile, as latin1. */
const received = async (work: () => Promise<void>, status: (body: string) => number = () => 204): Promise<string[]> => {
  const before = receiver.requests.length
  receiver.answer = ({ body }) => ({ status: status(body) })
  await work()
  return receiver.requests.slice(before).map((request) => request.bytes.toString('latin1'))
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `{"number":${index}}`)

for (const [name, open] of Object.entries({
  'a file': file,
  'a stream of Redis': stream,
  'a topic of Kafka': topic,
  'a queue of RabbitMQ': queue,
  'a queue of RabbitMQ, structured': () => queue('structured'),
})) {
  describe(`dead letters in ${name}`, () => {
    test('are listed, the oldest or the newest, and what is not a dead letter is counted', async () => {
      const place = await open()
      await write(place, [boot, bytes])
      await place.addForeign()
      await write(place, ['{"Records":[{"eventName":"ObjectCreated:Put"}]}'])
      const { place: shown, count, skipped, deadLetters } = await listOf(place)
      assert.deepEqual([count, deadLetters.length, skipped > 0], [3, 3, true])
      assert.deepEqual(deadLetters[0], {
        index: 0,
        id: deadLetters[0].id,
        eventType: 'compute.instance.create.end',
        messageId: JSON.parse(JSON.parse(boot)['oslo.message']).message_id,
        reason: 'decode_failed: it is broken',
        time: '2026-11-26T08:00:00.000Z',
        bytes: deadLetters[0].bytes,
        function: 'openstack',
        origin: 'direct',
      })
      const second = deadLetters[1]
      assert.deepEqual(
        [second.index, second.bytes, second.reason],
        [1, bytes.length, 'sink_refused: the sink answered 422'],
      )
      assert.equal(deadLetters[2].eventType, 'ObjectCreated:Put')
      const newest = await listOf(place, '--newest', '--limit', '2')
      assert.deepEqual(newest.deadLetters, deadLetters.slice(1))
      assert.equal(
        (await run(place, 'list', '--limit', '1')).stdout,
        `${shown}: 3 dead letters, of which the oldest 1; skipped ${skipped} entries that are not dead letters
index  id            time                      ${'size'.padEnd(`${deadLetters[0].bytes} bytes`.length)}  event type
0      ${deadLetters[0].id}  2026-11-26T08:00:00.000Z  ${deadLetters[0].bytes} bytes  compute.instance.create.end
       openstack direct: decode_failed: it is broken
`,
      )
    })

    test('are shown as a whole, with the bytes of what is not text', async () => {
      const place = await open()
      await write(place, [boot, bytes])
      const [first = '', second = ''] = await idsOf(place)
      const shown = JSON.parse((await run(place, 'show', first)).stdout)
      assert.equal(shown.body['oslo.message'].event_type, 'compute.instance.create.end')
      assert.deepEqual(shown.headers, { 'content-type': 'application/json' })
      assert.deepEqual(shown.reasons, [{ code: 'decode_failed', message: 'it is broken' }])
      const binary = JSON.parse((await run(place, 'show', '--index', '1')).stdout)
      assert.deepEqual([binary.id, binary.bodyBase64], [second, bytes.toString('base64')])
      assert.deepEqual(await run(place, 'show', 'abc'), {
        code: 2,
        stdout: "no dead letter has the id 'abc'\n",
        stderr: '',
        place,
      })
    })

    test('are handed over by id, by type and all, as they came and once, and leave', async () => {
      const place = await open()
      const bodies = [...numbered(2), boot, bytes]
      await write(place, bodies)
      await place.addForeign()
      const [zero, one, two, three] = await idsOf(place)
      const to = ['--to', receiver.url]
      const tried = await received(async () => {
        assert.deepEqual((await run(place, 'redrive', '--all', ...to, '--dry-run')).code, 0)
      })
      assert.deepEqual(tried, [])
      const byId = await received(async () => {
        const { code, stdout } = await run(place, 'redrive', one ?? '', ...to)
        assert.deepEqual([code, stdout], [0, `${one}  to ${receiver.url}  no notification\n1 handed over\n`])
      })
      assert.deepEqual(byId, [bodies[1]])
      assert.deepEqual(await idsOf(place), [zero, two, three])
      const byType = await received(async () => {
        assert.equal((await run(place, 'redrive', '--match', 'compute.*', ...to)).code, 0)
      })
      assert.deepEqual(
        byType.map((body) => JSON.parse(body)['oslo.version']),
        ['2.0'],
      )
      assert.equal(receiver.requests.at(-1)?.headers['content-type'], 'application/json')
      assert.equal(receiver.requests.at(-1)?.headers.authorization, 'Bearer the-token')
      const rest = await received(async () => {
        const { code, stdout } = await run(place, 'redrive', '--all', ...to, '--json')
        assert.equal(code, 0)
        const done = JSON.parse(stdout)
        assert.deepEqual(
          done.redriven.map(({ id }: { id: string }) => id),
          [zero, three],
        )
        assert.deepEqual([done.left, done.refused], [0, []])
      })
      assert.deepEqual(rest, [bodies[0], bytes.toString('latin1')])
      assert.deepEqual(await idsOf(place), [])
      // A letter that comes later is listed, also if it failed the same as before.
      await write(place, numbered(1))
      assert.equal((await idsOf(place)).length, 1 - Number(name === 'a file'))
      await write(place, numbered(9).slice(8))
    })

    test('stay where the function refuses them or fails, and go with the next try', async () => {
      const place = await open()
      await write(place, numbered(6))
      const to = ['--to', receiver.url]
      const ids = await idsOf(place)
      await received(
        async () => {
          const { code, stdout } = await run(place, 'redrive', '--all', ...to)
          assert.equal(code, 2)
          assert.match(
            stdout,
            new RegExp(`\\n${ids[1]}  stays: the function answered 400\\n5 handed over\\n1 still among`),
          )
        },
        (body) => (body.includes('1') ? 400 : 204),
      )
      assert.deepEqual(await idsOf(place), [ids[1]])
      await write(place, numbered(20).slice(10))
      const asked = await received(
        async () => {
          const { code, stderr } = await run(place, 'redrive', '--all', ...to)
          assert.equal(code, 1)
          assert.match(
            stderr,
            /broker_unavailable: the letters that are left were not handed over: the function answered 503/,
          )
        },
        () => 503,
      )
      assert.equal(asked.length, 3)
      const done = await received(async () => {
        assert.equal((await run(place, 'redrive', '--all', ...to)).code, 0)
      })
      assert.equal(done.length, 11)
      assert.deepEqual(await idsOf(place), [])
    })

    test('are not lost when the command is killed, and one goes twice at most', async () => {
      const place = await open()
      const bodies = numbered(30)
      await write(place, bodies)
      const before = receiver.requests.length
      const { promise: reached, resolve } = Promise.withResolvers<void>()
      receiver.answer = () => {
        if (receiver.requests.length < before + 12) return { status: 204 }
        resolve()
        return 'hang'
      }
      const args = ['dead-letters', 'redrive', '--all', '--from', place.from, '--to', receiver.url]
      await spawnTidings(args, { onStart: (child) => void reached.then(() => child.kill('SIGKILL')) })
      receiver.answer = () => ({ status: 204 })
      await place.untilFree?.()
      const { code, stderr } = await spawnTidings(args)
      assert.equal(code, 0, stderr)
      const counts = Map.groupBy(receiver.requests.slice(before), ({ body }) => body)
      assert.deepEqual([...counts.keys()].sort(), [...bodies].sort())
      const twice = [...counts.values()].filter(({ length }) => length > 1)
      assert.ok(twice.length <= 1, `${twice.length} went twice`)
    })
  })
}

test('a mark in a topic hides no letter that comes after it, and compaction keeps it', async () => {
  const place = await topic()
  const name = new URL(place.written).pathname.slice(1)
  const connection = { clientId: 'test', bootstrapBrokers: [kafka.broker] }
  const serializers = { key: stringSerializer, value: stringSerializer }
  const producer = new Producer({ ...connection, serializers })
  const keys = ['6', '7', '1', '1e3', '', 'x'].map((offset) => `tidings-redriven:${offset}`)
  await producer.send({ messages: keys.map((key) => ({ topic: name, key, value: '1' })) })
  await producer.close()
  await write(place, numbered(4))
  const ids = await idsOf(place)
  assert.equal(ids.length, 4)
  await received(
    async () => assert.equal((await run(place, 'redrive', '--all', '--to', receiver.url)).code, 2),
    (body) => (body.includes('1') ? 400 : 204),
  )
  assert.deepEqual(await idsOf(place), [ids[1]])

  const consumer = new Consumer({
    ...connection,
    groupId: 'test',
    deserializers: { key: stringDeserializer, value: stringDeserializer },
  })
  const stream = await consumer.consume({ topics: [name], mode: 'earliest' })
  const marks: (readonly [key: string, value: string])[] = []
  for await (const { key, value, offset } of stream) {
    if (offset >= 10n) marks.push([key, value])
    if (marks.length === 2) break
  }
  await consumer.close(true)
  // A topic that is compacted keeps the last record of each key, and removes one without a value.
  assert.deepEqual(marks, [
    ['tidings-redriven:8', '8'],
    ['tidings-redriven:9', '9'],
  ])
})

const fails = async (message: RegExp, ...args: string[]): Promise<void> => {
  const { code, stdout, stderr } = await runInProcess(['dead-letters', ...args])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, message)
  assert.doesNotMatch(stderr, /s3cret/)
}

test('a place that is not there, cannot be read or does not answer is told, without its password', async () => {
  await fails(
    /this command cannot read dead letters at nats: URLs, it reads file: kafka: .*: read them where that sink puts them/,
    'list',
    '--from',
    'nats://h/x',
  )
  await fails(
    /there is no file of dead letters at \/no\/such: none was written yet/,
    'list',
    '--from',
    'file:///no/such',
  )
  await fails(/name the queue that has the dead letters/, 'list', '--from', broker.url)
  await fails(/vhost \/ has no queue nobody/, 'list', '--from', `${broker.url}?queue=nobody`)
  await fails(/topic nobody of kafka:.* does not exist/, 'list', '--from', `kafka://${kafka.broker}/nobody`)
  for (const from of [
    'redis://u:s3cret@127.0.0.1:9',
    'kafka://u:s3cret@127.0.0.1:9/x',
    'amqp://u:s3cret@127.0.0.1:9?queue=x',
  ])
    await fails(/broker_unavailable: /, 'list', '--from', from)
  await fails(
    /name the function that gets the messages: --to <url>/,
    'redrive',
    '--all',
    '--from',
    `${redis.url}?stream=x`,
  )
})

test('without any place, the command names the ways to give one', () =>
  fails(/there is no place to read from: name it with --from, or set DEAD_LETTER_URL/, 'list'))

test('the place that functions write to is read where no broker is set', async () => {
  const place = await stream()
  await write(place, numbered(2))
  const { stdout } = await runInProcess(['dead-letters', 'list'], { env: { DEAD_LETTER_URL: place.written } })
  assert.match(stdout, /^stream letters-\d+ of redis:\/\/127\.0\.0\.1:\d+: 2 dead letters\n/)
})

/** A place that functions write to and the command cannot read. */
type WriteOnly = { readonly written: string; received(): Promise<readonly CloudEvent[]> }

const httpReceiver = async (): Promise<WriteOnly> => {
  const own = await startReceiver()
  after(() => own.close())
  return { written: own.url, received: async () => own.requests.map(({ body }) => JSON.parse(body)) }
}

const jetstream = async (): Promise<WriteOnly> => {
  const connection = await connect({ servers: `127.0.0.1:${nats.port}` })
  const { streams } = await jetstreamManager(connection)
  await streams.add({ name: 'letters', subjects: ['letters.>'] })
  const received = async () => {
    const { state } = await streams.info('letters')
    const found: CloudEvent[] = []
    for (let seq = 1; seq <= state.messages; seq++)
      found.push(JSON.parse((await streams.getMessage('letters', { seq }))?.string() ?? ''))
    await connection.close()
    return found
  }
  return { written: `${nats.url}?subject=letters&mode=structured`, received }
}

const aws = { region: 'eu-west-1', endpoint: moto.endpoint }
const arnOf = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`

/** A service of AWS, in moto, by the queue in which its messages end. */
const atAws = async (service: 'sqs' | 'sns' | 'events'): Promise<WriteOnly> => {
  const sqs = new SQSClient(aws)
  const queue = `letters-${service}`
  await sqs.send(new CreateQueueCommand({ QueueName: queue }))
  const Endpoint = arnOf('sqs', queue)
  if (service === 'sns') {
    const client = new SNSClient(aws)
    const { TopicArn } = await client.send(new CreateTopicCommand({ Name: queue }))
    const raw = { RawMessageDelivery: 'true' }
    await client.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes: raw }))
  }
  if (service === 'events') {
    const client = new EventBridgeClient(aws)
    const EventPattern = JSON.stringify({ 'detail-type': ['tidings.dead-letter'] })
    await client.send(new CreateEventBusCommand({ Name: queue }))
    await client.send(new PutRuleCommand({ Name: queue, EventBusName: queue, EventPattern }))
    await client.send(
      new PutTargetsCommand({ Rule: queue, EventBusName: queue, Targets: [{ Id: '1', Arn: Endpoint }] }),
    )
  }
  const received = async () => {
    const QueueUrl = `${moto.endpoint}/123456789012/${queue}`
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    return Messages.map(({ Body = '' }) => JSON.parse(Body)).map((body) => (service === 'events' ? body.detail : body))
  }
  const arn = arnOf(service, service === 'events' ? `event-bus/${queue}` : queue)
  return { written: `${arn}?endpoint=${encodeURIComponent(moto.endpoint)}`, received }
}

/** Two messages that no function can read, to a function with DEAD_LETTER_URL and to one with `deadLetters` of the routes. */
const failTwice = async (written: string): Promise<void> => {
  for (const environment of [
    { DEAD_LETTER_URL: written },
    { TIDINGS_CONFIG: JSON.stringify({ routes: [{ to: 'log' }], deadLetters: written }) },
  ]) {
    const config = readConfig({ ...environment, LOG_LEVEL: 'error' })
    const body = Buffer.from(`broken by ${Object.keys(environment)}`)
    const delivery = { body, headers: {}, origin: { kind: 'direct' } } as const
    const [outcome] = (await doorOf(cephNotifications({ config }))?.deliver([delivery], AbortSignal.any([]))) ?? []
    assert.equal(outcome?.type, 'ack')
  }
}
const BROKEN = ['broken by DEAD_LETTER_URL', 'broken by TIDINGS_CONFIG']

for (const [name, open] of Object.entries({
  'file:': file,
  'redis:': stream,
  'kafka:': topic,
  'amqp:': queue,
}))
  test(`a function writes its dead letters to ${name}, by its variable or its configuration, and the command reads them`, async () => {
    const place = await open()
    await failTwice(place.written)
    const bodies: string[] = []
    // One after the other: a command holds all messages of a queue while it looks at them.
    for (const id of await idsOf(place)) bodies.push(JSON.parse((await run(place, 'show', id)).stdout).body)
    assert.deepEqual(bodies, BROKEN)
  })

for (const [name, open] of Object.entries({
  'http:': httpReceiver,
  'nats:': jetstream,
  'arn:aws:sqs:': () => atAws('sqs'),
  'arn:aws:sns:': () => atAws('sns'),
  'arn:aws:events:': () => atAws('events'),
}))
  test(`a function writes its dead letters to ${name}, by its variable or its configuration, and the command says that it cannot read them`, async () => {
    const { written, received: letters } = await open()
    await failTwice(written)
    const found = await letters()
    assert.deepEqual(
      found.map(({ type, data }) => `${type}: ${(data as DeadLetterData).body}`).sort(),
      BROKEN.map((body) => `tidings.dead-letter: ${body}`),
    )
    await fails(new RegExp(`cannot read dead letters at ${new URL(written).protocol} URLs`), 'list', '--from', written)
  })

test('a message that the function still cannot handle is a dead letter again, and nobody is asked to repeat that', async () => {
  for (const open of [file, stream]) {
    const place = await open()
    await using host = await startHost({ FUNCTION: 'ceph-notifications', DEAD_LETTER_URL: place.written })
    await fetch(host.url, { method: 'POST', body: 'junk' })
    const [id] = await idsOf(place)
    const { code, stdout } = await run(place, 'redrive', '--all', '--to', host.url)
    assert.equal(code, 2)
    assert.match(
      stdout,
      new RegExp(`^${id}  is a dead letter again: decode_failed: .*\n0 handed over\n1 still among the dead letters\n$`),
    )
    const [again, ...more] = await idsOf(place)
    assert.deepEqual(more, [])
    const asJson = JSON.parse((await run(place, 'redrive', again ?? '', '--json', '--to', host.url)).stdout)
    assert.deepEqual([asJson.redriven, asJson.setAside[0].id], [[], again])
  }
})

test('docs/reliability.md: a message that a sink refused is found, and handed to the function again', async (t) => {
  const [block = ''] = codeBlocks(readFileSync(`${root}docs/reliability.md`, 'utf8'), 'sh')
  const target = await startReceiver()
  t.after(() => target.close())
  target.answer = () => ({ status: 422 })
  const path = join(folder, 'dead-letters.ndjson')
  await using host = await startHost({
    FUNCTION: 'ceph-notifications',
    SINK_URL: target.url,
    DEAD_LETTER_URL: pathToFileURL(path).href,
  })
  const [capture] = cephCaptures()
  await fetch(host.url, { method: 'POST', body: capture?.body ?? '' })
  target.answer = () => ({ status: 204 })
  const script = block
    .replaceAll('/var/lib/tidings/dead-letters.ndjson', path)
    .replaceAll('http://127.0.0.1:8080', host.url)
  const printed: string[] = []
  for (const line of script.trim().split('\n'))
    printed.push((await promisify(execFile)('sh', ['-c', line], { cwd: root, env: TYPED_ENVIRONMENT })).stdout)
  const [list = '', show = '', dryRun = '', all = ''] = printed
  assert.match(
    list,
    /: 1 dead letter\nindex .*\n0 .* ObjectCreated:\w+\n {7}ceph-notifications http: sink_refused: .*422/,
  )
  assert.deepEqual(JSON.parse(show).body, JSON.parse(capture?.body ?? ''))
  assert.match(dryRun, /\n1 would be handed over\n$/)
  assert.match(all, /\n1 handed over\n$/)
  assert.equal(target.events().length, 1)
})
