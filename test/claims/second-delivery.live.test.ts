// The second delivery of an event comes to another replica of the function than the first.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, type TestContext, test } from 'node:test'
import { ceph, openstack } from '../../lib/index.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { startRelayProcess } from '../cli/relay-process.ts'
import { mskEvent, rabbitmqEvent, relayEvent, snsEvent, sqsEvent } from '../envelopes/queue-samples.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { logOf } from '../kit/own-functions.ts'
import { ownModules } from '../own-modules.ts'
import { distinctNotifications } from '../relay/distinct.ts'
import { openLab, until } from '../relay/rig.ts'
import { startRedis } from '../services/redis.ts'

const redis = await startRedis()
after(() => redis.stop())

const PLACE = { CLAIMS_URL: redis.url, ALLOW_ANONYMOUS: 'true', CLAIMS_TIMEOUT_MS: '20000' }

/** A handler that waits until the test lets it end. */
const slowly = () => {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const handle = async () => {
    begun.resolve()
    await ended.promise
  }
  return { handle, begun: begun.promise, end: ended.resolve }
}

const replica = (name: string, handle: () => Promise<void> | void) => {
  const handler = ceph({ name, config: readConfig(PLACE) }).on('*', handle)
  logOf(handler)
  return handler
}

/** Time for a look at the claim, and little more. */
const hurried = { getRemainingTimeInMillis: () => 700 }

const body = () => notification(wireRecord(randomUUID()))
const items = (...itemIdentifiers: readonly unknown[]) => ({
  batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
})

type Kind = {
  readonly eventOf: (body: string) => unknown
  readonly later: (call: Promise<unknown>) => Promise<void>
  readonly done: (answer: unknown) => void
}

const kinds: Readonly<Record<string, Kind>> = {
  HTTP: {
    eventOf: (text) => functionUrlEvent({ body: text }),
    later: async (call) => {
      const { statusCode, headers } = (await call) as { statusCode: number; headers: Record<string, string> } // Of HTTP.
      assert.deepEqual([statusCode, Number(headers['retry-after'] ?? headers['Retry-After']) > 0], [503, true])
    },
    done: (answer) => assert.equal((answer as { statusCode: number }).statusCode, 204), // Of HTTP.
  },
  SQS: {
    eventOf: (text) => sqsEvent([text]),
    later: async (call) => assert.deepEqual(await call, items('message-1')),
    done: (answer) => assert.deepEqual(answer, items()),
  },
  Kafka: {
    eventOf: (text) => mskEvent([[text]]),
    later: async (call) => assert.deepEqual(await call, items({ partition: 'tidings-0', offset: 15 })),
    done: (answer) => assert.deepEqual(answer, items()),
  },
  'the relay': {
    eventOf: (text) => relayEvent([text]),
    later: async (call) => assert.deepEqual(await call, items('1')),
    done: (answer) => assert.deepEqual(answer, items()),
  },
  "Lambda's RabbitMQ trigger": {
    eventOf: (text) => rabbitmqEvent([text]),
    later: (call) => assert.rejects(call),
    done: (answer) => assert.deepEqual(answer, { outcome: 'ack', messages: 1, events: 0, deadLetters: 0 }),
  },
  SNS: {
    eventOf: (text) => snsEvent(text),
    later: (call) => assert.rejects(call),
    done: (answer) => assert.deepEqual(answer, { outcome: 'ack', messages: 1, events: 0, deadLetters: 0 }),
  },
}

const two = (t: TestContext) => {
  const name = randomUUID()
  const first = slowly()
  t.after(() => first.end())
  let runs = 0
  const second = replica(name, () => {
    runs += 1
  })
  return { first: { ...first, call: replica(name, first.handle) }, second, runs: () => runs }
}

describe('an event that another replica handles comes again where time is over, and is acked unhandled once that one has done it:', () => {
  for (const [name, { eventOf, later, done }] of Object.entries(kinds)) {
    test(name, async (t) => {
      const { first, second, runs } = two(t)
      const event = eventOf(body())
      const underWay = first.call(event, {})
      await first.begun
      await later(second(event, hurried))
      const waiting = second(event, {})
      first.end()
      done(await waiting)
      done(await second(event, {}))
      await underWay
      assert.equal(runs(), 0)
    })
  }
})

test('10,000 deliveries of one event at once, to two replicas: one of them handles it, once', async () => {
  const name = randomUUID()
  let runs = 0
  const replicas = [1, 2].map(() => replica(name, () => void runs++))
  const text = body()
  const event = sqsEvent(Array.from({ length: 10 }, () => text))
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, index) => replicas[index % 2]?.(event, {})))
  assert.deepEqual(
    [runs, new Set(answers.map((answer) => JSON.stringify(answer)))],
    [1, new Set([JSON.stringify(items())])],
  )
})

const HANDLER = `import { openstack } from 'tidings'

export const handler = openstack({ name: 'second' }).on('*', ({ event }) => console.log(JSON.stringify(event)))
`

describe('a relay, for a message whose event another replica handles,', async () => {
  const { broker, rig } = await openLab()
  await rig.channel.assertExchange('nova', 'topic', { durable: false })

  /** A message whose event is under way in this process, and a relay that has it too. */
  const start = async (t: TestContext, queue: string, flags: readonly string[] = []) => {
    const { 'second.ts': path = '' } = ownModules(t, { 'second.ts': HANDLER })
    const [message] = distinctNotifications(queue, 1)
    assert.ok(message)
    const first = slowly()
    const handler = openstack({ name: 'second', config: readConfig(PLACE) }).on('*', first.handle)
    logOf(handler)
    const underWay = handler(relayEvent([message.body]), {})
    await first.begun
    const relay = startRelayProcess(['--queue', queue, '--function', path, ...flags], {
      ...PLACE,
      AMQP_URL: broker.url,
    })
    t.after(() => relay[Symbol.asyncDispose]())
    await relay.untilLogged(({ message }) => message === 'bound')
    await rig.publish('nova', 'notifications.info', [message.body.toString()], { contentType: 'application/json' })
    return {
      relay,
      /** Until the message is acked, and was not handled by the relay. */
      end: async () => {
        first.end()
        await underWay
        const { dropped } = await relay.untilLogged(({ outcome }) => outcome === 'ack')
        assert.deepEqual([dropped, relay.events], [['duplicate'], []])
        assert.equal(await relay.stop(), 0)
        assert.equal(await rig.depth(queue), 0)
      },
    }
  }
  const unacked = async (queue: string): Promise<boolean> =>
    (await broker.ctl('list_queues', 'name', 'messages_unacknowledged')).split('\n').includes(`${queue}\t1`)

  test('holds it unacked, and acks it unhandled once that one has done it', async (t) => {
    const { end } = await start(t, 'waits')
    await until('the relay has it', () => unacked('waits'))
    await end()
  })

  test('puts it aside for a while where the time of the call is over', async (t) => {
    const { end } = await start(t, 'later', ['--invoke-timeout-ms', '800', '--retry-first-delay-ms', '1000'])
    await until('it waits for its next try', async () => (await rig.depth('later.retry.1000')) === 1)
    await end()
  })
})
