import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import amqp from 'amqplib'
import { HEADERS } from '../../lib/relay/broker/copy.ts'
import { declareQueues } from '../../lib/relay/broker/queues.ts'
import { openstackCapture } from '../fixtures.ts'
import { startReceiver } from '../receiver.ts'
import { distinctNotifications } from '../relay/distinct.ts'
import { numbered, openRig, ownQueue, sourceAt, until } from '../relay/rig.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { type Ended, runInProcess } from './in-process.ts'
import { startRelayProcess } from './relay-process.ts'
import { spawnTidings } from './spawned.ts'

const broker = await startRabbitMQ()
const rig = await openRig(broker.url)
const receiver = await startReceiver()
after(async () => {
  await receiver.close()
  await rig.close()
  await broker.stop()
})

const TOKEN = 'gAAAAABkPlantedTokenThatNobodyMaySee0123456789'
const AMQP_URL = broker.url.replace('guest@', '%67uest@')

const run = async (...args: string[]) => {
  const ended = await spawnTidings(['dead-letters', ...args], { env: { AMQP_URL } })
  assert.doesNotMatch(`${ended.stdout}${ended.stderr}`, /PlantedToken/)
  return ended
}

/** A queue with its companions, as a relay declares them. */
const declare = async (name: string): Promise<void> => {
  const connection = await amqp.connect(broker.url)
  await declareQueues(connection, sourceAt(broker.port, ownQueue(name)), [100])
  await connection.close()
}

/** Until no message of a queue is in anybody's hands. */
const untilFree = (queue: string): Promise<void> =>
  until('all are free again', async () => {
    const lines = (await broker.ctl('list_queues', 'name', 'messages_unacknowledged')).split('\n')
    return lines.includes(`${queue}\t0`)
  })

const withToken = (body: string): string => {
  const planted = body.replace(/(_context_auth_token\\": )(null|\\"[^"\\]*\\")/, `$1\\"${TOKEN}\\"`)
  assert.match(planted, /PlantedToken/)
  return planted
}

const boot = openstackCapture('nova/compute.instance.create.end.1')
const port = openstackCapture('neutron/port.create.end.1')
const bodies = [withToken(boot.body), withToken(port.body), `{"broken": "auth_token": "${TOKEN}`]

test('dead letters of a relay: listed, shown without secrets, and put back by glob, by id, and all', async () => {
  for (const exchange of ['nova', 'neutron']) await rig.channel.assertExchange(exchange, 'topic', { durable: false })
  receiver.answer = () => ({ status: 422 })
  const flags = ['--queue', 'mine', '--exchanges', 'nova,neutron', '--invoke', receiver.url]
  await using relay = startRelayProcess(flags, { AMQP_URL })
  await relay.untilLogged(({ message }) => message === 'bound')
  await rig.publish('nova', 'notifications.info', bodies.slice(0, 1), {
    headers: { mine: 'kept', 'x-auth-token': TOKEN },
  })
  await rig.publish('neutron', 'notifications.info', bodies.slice(1))
  await until('3 dead letters', async () => (await rig.depth('mine.dead-letters')) === 3)
  assert.equal(await relay.stop(), 0)

  const listed = await run('list', '--queue', 'mine', '--json')
  assert.equal(listed.code, 0, listed.stderr)
  const { queues } = JSON.parse(listed.stdout)
  const [first, second, third] = queues[0].deadLetters
  assert.deepEqual(queues, [
    {
      vhost: '/',
      queue: 'mine.dead-letters',
      count: 3,
      deadLetters: [
        {
          index: 0,
          id: first.id,
          eventType: 'compute.instance.create.end',
          messageId: JSON.parse(JSON.parse(boot.body)['oslo.message']).message_id,
          reason: 'the function answered 422',
          attempts: 1,
          time: first.time,
          bytes: Buffer.byteLength(bodies[0] ?? ''),
          exchange: 'nova',
          routingKey: 'notifications.info',
          queue: 'mine',
        },
        { ...second, index: 1, eventType: 'port.create.end', exchange: 'neutron' },
        {
          index: 2,
          id: third.id,
          reason: 'the function answered 422',
          attempts: 1,
          time: third.time,
          bytes: Buffer.byteLength(bodies[2] ?? ''),
          exchange: 'neutron',
          routingKey: 'notifications.info',
          queue: 'mine',
        },
      ],
    },
  ])
  assert.match(first.id, /^[0-9a-f]{12}$/)
  assert.match(first.time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

  const text = await run('list', '--queue', 'mine', '--limit', '2')
  const size = Math.max(...[first, second].map(({ bytes }) => `${bytes} bytes`.length))
  assert.equal(
    text.stdout,
    `mine.dead-letters of vhost /: 3 dead letters, of which the oldest 2
index  id            time                      tries  ${'size'.padEnd(size)}  event type
0      ${first.id}  ${first.time}  1 try  ${`${first.bytes} bytes`.padEnd(size)}  compute.instance.create.end
       nova notifications.info: the function answered 422
1      ${second.id}  ${second.time}  1 try  ${`${second.bytes} bytes`.padEnd(size)}  port.create.end
       neutron notifications.info: the function answered 422
`,
  )

  const shown = JSON.parse((await run('show', first.id, '--queue', 'mine')).stdout)
  assert.equal(shown.body['oslo.message'].event_type, 'compute.instance.create.end')
  assert.equal(shown.body['oslo.message']._context_auth_token, '[redacted]')
  assert.equal(shown.properties.headers.mine, 'kept')
  assert.equal(shown.properties.headers['x-auth-token'], '[redacted]')
  const broken = JSON.parse((await run('show', '--index', '2', '--queue', 'mine')).stdout)
  assert.match(broken.body, /^\{"broken": "auth_token": "?\[redacted\]/)

  // Nobody was taken out, or changed places, by looking.
  assert.equal((await run('list', '--queue', 'mine', '--json')).stdout, listed.stdout)

  assert.deepEqual(await run('redrive', '--match', '*.create.*', '--dry-run', '--queue', 'mine'), {
    code: 0,
    stdout: `${first.id}  to mine  compute.instance.create.end\n${second.id}  to mine  port.create.end\n2 would be put back\n`,
    stderr: '',
  })
  assert.equal(await rig.depth('mine.dead-letters'), 3)

  assert.equal((await run('redrive', '--match', 'port.*', '--queue', 'mine')).code, 0)
  const byId = await run('redrive', third.id, '--queue', 'mine', '--json')
  assert.deepEqual(JSON.parse(byId.stdout), { dryRun: false, redriven: [{ ...third, index: 1 }] })
  assert.deepEqual([await rig.depth('mine'), await rig.depth('mine.dead-letters')], [2, 1])
  assert.match((await run('redrive', '--all', '--queue', 'mine')).stdout, /\n1 put back\n$/)
  assert.deepEqual([await rig.depth('mine'), await rig.depth('mine.dead-letters')], [3, 0])

  // The function sees them as they first came.
  const before = receiver.requests.length
  receiver.answer = () => ({ status: 204 })
  await using again = startRelayProcess(flags, { AMQP_URL })
  await until('all are handled', () => receiver.requests.length === before + 3)
  assert.equal(await again.stop(), 0)
  const asked = receiver.requests
    .slice(before)
    .map(({ headers, body }) => [
      headers['x-amqp-exchange'],
      headers['x-amqp-routing-key'],
      body.includes('compute.instance.create.end'),
      body.includes('port.create.end'),
    ])
  assert.deepEqual(asked, [
    ['neutron', 'notifications.info', false, true],
    ['neutron', 'notifications.info', false, false],
    ['nova', 'notifications.info', true, false],
  ])
  assert.deepEqual([await rig.depth('mine'), await rig.depth('mine.dead-letters')], [0, 0])
})

test('what the broker gave up says why, and goes back as if published where it was', async () => {
  const name = 'expiring'
  await rig.channel.assertExchange('nova', 'topic', { durable: false })
  await using relay = startRelayProcess(['--queue', name, '--exchanges', 'nova', '--queue-ttl-ms', '1000'], {
    AMQP_URL,
  })
  await relay.untilLogged(({ message }) => message === 'bound')
  assert.equal(await relay.stop(), 0)
  await rig.publish('nova', 'notifications.error', [boot.body])
  await until('it has expired', async () => (await rig.depth(`${name}.dead-letters`)) === 1)

  const listed = JSON.parse((await run('list', '--queue', name, '--json')).stdout).queues[0].deadLetters
  const [{ id, time, messageId, bytes }] = listed
  assert.deepEqual(listed, [
    {
      index: 0,
      id,
      eventType: 'compute.instance.create.end',
      messageId,
      reason: 'expired in the queue expiring',
      attempts: 0,
      time,
      bytes,
      exchange: 'nova',
      routingKey: 'notifications.error',
      queue: name,
    },
  ])
  assert.equal((await run('redrive', messageId, '--queue', name)).code, 0)
  const back = await rig.take(name)
  assert.equal(back?.properties.headers?.[HEADERS.exchange], 'nova')
  assert.equal(back?.properties.headers?.[HEADERS.routingKey], 'notifications.error')
  assert.equal(back?.properties.headers?.[HEADERS.attempts], 0)
  assert.equal(back?.properties.headers?.['x-death'], undefined)
})

test('a redrive that is killed half-way loses nothing, and leaves three hundred there twice at most', async () => {
  await declare('killed')
  const sent = distinctNotifications('killed', 5000)
  for (const { body } of sent) rig.channel.publish('', 'killed.dead-letters', body, { persistent: true })
  await rig.channel.waitForConfirms()

  const main = fileURLToPath(new URL('../../lib/cli/cli-main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, 'dead-letters', 'redrive', '--all', '--queue', 'killed'], {
    env: { PATH: process.env.PATH, AMQP_URL },
  })
  await until('some are back', async () => ((await rig.depth('killed')) ?? 0) > 50)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const back = (await rig.depth('killed')) ?? 0
  assert.ok(back < sent.length, `${back} of ${sent.length} were back when it was killed`)

  await untilFree('killed.dead-letters')
  const rest = await run('redrive', '--all', '--queue', 'killed', '--json')
  assert.equal(rest.code, 0, rest.stderr)
  await until('nothing is left', async () => (await rig.depth('killed.dead-letters')) === 0)

  const ids: string[] = []
  for (let taken = await rig.take('killed'); taken; taken = await rig.take('killed')) {
    ids.push(JSON.parse(JSON.parse(taken.content.toString())['oslo.message'] ?? taken.content.toString()).message_id)
  }
  assert.deepEqual(new Set(ids), new Set(sent.map(({ id }) => id)))
  assert.ok(ids.length <= sent.length + 300, `${ids.length}`)
  // In their order, but for those that may be there twice.
  const firsts = [...new Set(ids)]
  assert.deepEqual(
    firsts,
    sent.map(({ id }) => id),
  )
})

/** In-process, as a process for each round would take most of the time. */
const redriveAll = async (queue: string): Promise<Ended> =>
  runInProcess(['dead-letters', 'redrive', '--all', '--queue', queue], { env: { AMQP_URL } })

const fill = async (queue: string, count: number): Promise<void> => {
  await declare(queue)
  for (const body of numbered('m', count)) rig.channel.publish('', `${queue}.dead-letters`, Buffer.from(body))
  await rig.channel.waitForConfirms()
}

test('round for round, a redrive leaves none of thousands among the dead letters, and puts none back twice', async () => {
  for (let round = 0; round < 8; round++) {
    const queue = `round${round}`
    await fill(queue, 4000)
    const { code, stdout } = await redriveAll(queue)
    assert.deepEqual([code, stdout.endsWith('\n4000 put back\n')], [0, true])
    await untilFree(`${queue}.dead-letters`)
    assert.deepEqual([await rig.depth(queue), await rig.depth(`${queue}.dead-letters`)], [4000, 0])
    await rig.channel.deleteQueue(queue)
  }
})

test('--all that leaves some says so, and does not exit 0', async () => {
  await fill('unfinished', 300)
  // Comes while the command runs: it looks at those that were there at its start.
  const redriving = run('redrive', '--all', '--queue', 'unfinished')
  await until('some are back', async () => ((await rig.depth('unfinished')) ?? 0) > 0)
  await rig.publish('', 'unfinished.dead-letters', ['one more'])
  const { code, stdout } = await redriving
  assert.equal(code, 2)
  assert.match(stdout, /\n300 put back\n1 still among the dead letters: run this again to put them back\n$/)
})

test('under a memory alarm a redrive says that it waits, ends on Ctrl-C, and puts nothing back twice', async () => {
  await fill('alarm', 50)
  await broker.ctl('set_vm_memory_high_watermark', '0.000001')
  const { promise: told, resolve } = Promise.withResolvers<void>()
  const ended = spawnTidings(['dead-letters', 'redrive', '--all', '--queue', 'alarm'], {
    env: { AMQP_URL },
    onStart: (child) => {
      child.stderr?.once('data', () => resolve())
      told.then(() => child.kill('SIGINT'))
    },
  })
  const { code, stdout, stderr } = await ended
  await broker.ctl('set_vm_memory_high_watermark', '0.4')
  assert.match(stderr, /^tidings: the broker has an alarm .*Ctrl-C stops\n$/)
  assert.deepEqual(
    [code, stdout],
    [2, '0 put back\n50 still among the dead letters: run this again to put them back\n'],
  )
  await untilFree('alarm.dead-letters')
  assert.equal((await run('redrive', '--all', '--queue', 'alarm')).code, 0)
  assert.deepEqual([await rig.depth('alarm'), await rig.depth('alarm.dead-letters')], [50, 0])
})

test('where the origin is gone, a dead letter stays', async () => {
  await declare('gone')
  const [one] = distinctNotifications('gone', 1)
  rig.channel.publish('', 'gone.dead-letters', one?.body ?? Buffer.of())
  await rig.channel.waitForConfirms()
  await rig.channel.deleteQueue('gone')
  const { code, stderr } = await run('redrive', '--all', '--queue', 'gone')
  assert.equal(code, 1)
  assert.match(
    stderr,
    /^tidings: broker_unavailable: dead letter [0-9a-f]{12} was not moved: queue gone does not exist any more\n$/,
  )
  await untilFree('gone.dead-letters')
  assert.equal(await rig.depth('gone.dead-letters'), 1)
})

test('a publisher cannot choose the queue, or the origin, of a dead letter by headers that it forges', async () => {
  await rig.channel.assertExchange('mock', 'topic', { durable: false })
  await rig.channel.assertQueue('victim', { durable: true })
  const forged = {
    [HEADERS.exchange]: 'keystone',
    [HEADERS.routingKey]: 'secret',
    [HEADERS.userId]: 'admin',
    [HEADERS.reason]: 'looks normal',
    [HEADERS.attempts]: 7,
    'x-tidings-first-queue': 'victim',
  }
  const [refused, dropped] = distinctNotifications('mocked', 2)
  const publish = (body: unknown) => rig.publish('mock', 'notifications.info', [String(body)], { headers: forged })
  receiver.answer = () => ({ status: 422 })
  const flags = ['--queue', 'mocked', '--exchanges', 'mock', '--invoke', receiver.url]
  await using relay = startRelayProcess(flags, { AMQP_URL })
  await relay.untilLogged(({ message }) => message === 'bound')
  await publish(refused?.body)
  await until('the relay moved it', async () => (await rig.depth('mocked.dead-letters')) === 1)
  assert.equal(await relay.stop(), 0)
  await publish(dropped?.body)
  const got = await rig.channel.get('mocked')
  assert.ok(got)
  rig.channel.nack(got, false, false)
  await until('the broker moved it', async () => (await rig.depth('mocked.dead-letters')) === 2)

  const listed = JSON.parse((await run('list', '--queue', 'mocked', '--json')).stdout).queues[0].deadLetters
  const kept = { exchange: 'mock', routingKey: 'notifications.info', queue: 'mocked' }
  for (const { exchange, routingKey, queue } of listed) assert.deepEqual({ exchange, routingKey, queue }, kept)
  assert.deepEqual(
    listed.map(({ reason, attempts }: Record<string, unknown>) => [reason, attempts]),
    [
      ['the function answered 422', 1],
      ['was rejected by a consumer of the queue mocked', 0],
    ],
  )
  const { code, stderr } = await run('redrive', '--all', '--queue', 'mocked')
  assert.equal(code, 0, stderr)
  assert.equal(await rig.depth('victim'), 0)
  for (let count = 0; count < 2; count++) {
    const { [HEADERS.exchange]: exchange, [HEADERS.userId]: userId } =
      (await rig.take('mocked'))?.properties.headers ?? {}
    assert.deepEqual([exchange, userId], ['mock', undefined])
  }
})

test('a queue that is not there, a dead letter that is not, and a broker that is away are told', async () => {
  await declare('empty')
  const none = await run('list', '--queue', 'no-such')
  assert.equal(none.code, 1)
  assert.match(
    none.stderr,
    /^tidings: config_invalid: RELAY_QUEUE \(--queue\) must name the queue .*; vhost \/ has no queue no-such\.dead-letters$/m,
  )
  assert.deepEqual(await run('list', '--queue', 'empty'), {
    code: 0,
    stdout: 'empty.dead-letters of vhost /: no dead letters\n',
    stderr: '',
  })
  for (const [args, message] of [
    [['show', 'abc'], "no dead letter has the id 'abc'"],
    [['show', '--index', '0'], 'no dead letter has index 0: there are no dead letters'],
    [['redrive', 'abc'], "no dead letter has the id 'abc'"],
  ] as const)
    assert.deepEqual(await run(...args, '--queue', 'empty'), {
      code: 2,
      stdout: `${message}\n`,
      stderr: '',
    })
  const away = await run('list', '--url', 'amqp://u:PlantedToken@127.0.0.1:1')
  assert.equal(away.code, 1)
  assert.match(
    away.stderr,
    /^tidings: broker_unavailable: no host of the broker accepts a connection: 127\.0\.0\.1:1: /,
  )
})
