// A whole function, asked through each queue for some messages that are good, some that are not, and one whose time is not yet.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import type { DeadLetterData } from '../../lib/core/dead-letter.ts'
import { ceph } from '../../lib/kit/ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createFunction, type FunctionHandler } from '../../lib/kit/function.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { logOf } from '../kit/own-functions.ts'
import { collectLog } from '../log-lines.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { batchEvent, openfaasConnectorEvent, structuredEvent } from './cloudevent-samples.ts'
import {
  mskEvent,
  rabbitmqEvent,
  relayEvent,
  selfManagedKafkaEvent,
  snsEvent,
  snsInSqsEvent,
  sqsEvent,
} from './queue-samples.ts'

let deadLetters: Receiver
beforeEach(async () => {
  deadLetters = await startReceiver()
})
afterEach(() => deadLetters.close())

const setUp = (environment: Record<string, string> = {}) => {
  const handled: (string | undefined)[] = []
  const failing = new Set(['later'])
  const config = readConfig({ ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: deadLetters.url, ...environment })
  const handler = ceph({ config }).otherwise(({ event: { subject } }) => {
    if (failing.has(subject ?? '')) throw new Error(`not now: ${subject}`)
    handled.push(subject)
  })
  logOf(handler)
  return { handler, handled, mend: () => failing.clear() }
}

const call = (handler: FunctionHandler, event: unknown): Promise<unknown> => handler(event, {})
const about = (key: string) => notification(wireRecord(key))
const POISON = '{"Records":['
const STRANGE = '{"hello":"world"}'
const bodies = [about('a'), POISON, about('later'), STRANGE, about('b')]
const setAside = () => deadLetters.events().map(({ data }) => (data as DeadLetterData).body) // What we write there.

const partial = [
  { name: 'the relay', event: relayEvent(bodies), items: ['3'] },
  { name: 'SQS', event: sqsEvent(bodies), items: ['message-3'] },
  { name: 'SNS in SQS', event: snsInSqsEvent(bodies), items: ['message-3'] },
  {
    name: 'SQS FIFO',
    event: sqsEvent(bodies, { queue: 'tidings.fifo', groups: ['1', '1', '1', '2', '2'] }),
    items: ['message-3'],
  },
  { name: 'MSK', event: mskEvent([[undefined, ...bodies]]), items: [{ partition: 'tidings-0', offset: 18 }] },
  {
    name: 'Kafka, each in its partition',
    event: selfManagedKafkaEvent(bodies.map((body) => [body])),
    items: [{ partition: 'tidings-2', offset: 15 }],
  },
]

describe('good, poison, later, strange, good', () => {
  for (const { name, event, items } of partial) {
    test(`${name}: only what failed comes again, poison is kept, and nothing is handled twice`, async () => {
      const { handler, handled, mend } = setUp()
      const reply = { batchItemFailures: items.map((itemIdentifier) => ({ itemIdentifier })) }
      assert.deepEqual(await call(handler, event), reply)
      assert.deepEqual(handled, ['a', 'b'])
      assert.deepEqual(setAside().toSorted(), [POISON, STRANGE].toSorted())

      mend()
      assert.deepEqual(await call(handler, event), { batchItemFailures: [] })
      assert.deepEqual(handled, ['a', 'b', 'later'])
    })
  }

  test('SQS FIFO: what comes after the first failure of its message group is not handled before it', async () => {
    const { handler, handled, mend } = setUp()
    const groups = ['1', '1', '1', '2', '1', '2', '1']
    const event = sqsEvent([...bodies, about('c'), about('d')], { queue: 'tidings.fifo', groups })
    const items = ['message-3', 'message-5', 'message-7']
    assert.deepEqual(await call(handler, event), {
      batchItemFailures: items.map((itemIdentifier) => ({ itemIdentifier })),
    })
    assert.deepEqual(handled, ['a', 'c'])

    mend()
    assert.deepEqual(await call(handler, event), { batchItemFailures: [] })
    assert.deepEqual(handled, ['a', 'c', 'later', 'b', 'd'])
  })

  test('Lambda with RabbitMQ: an error brings the whole batch again, and nothing is handled twice', async () => {
    const { handler, handled, mend } = setUp()
    await assert.rejects(call(handler, rabbitmqEvent(bodies)), { code: 'internal_error' })
    assert.deepEqual(handled, ['a', 'b'])

    mend()
    const summary = { outcome: 'ack', messages: 5, events: 1, deadLetters: 2 }
    assert.deepEqual(await call(handler, rabbitmqEvent(bodies, { redelivered: true })), summary)
    assert.deepEqual(handled, ['a', 'b', 'later'])
  })

  test('SNS: poison is kept, and only what failed is an error', async () => {
    const { handler } = setUp()
    const ended = await Promise.allSettled(bodies.map((body) => call(handler, snsEvent(body))))
    assert.deepEqual(
      ended.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    )
    assert.deepEqual(setAside().toSorted(), [POISON, STRANGE].toSorted())
  })

  test('over HTTP: handled 204, set aside 200, refused 400, ours 503', async () => {
    const { handler } = setUp()
    const statuses = async (events: readonly unknown[]) =>
      Promise.all(events.map(async (event) => ((await call(handler, event)) as { statusCode: number }).statusCode)) // A Function URL's.
    assert.deepEqual(await statuses(bodies.map(openfaasConnectorEvent)), [204, 200, 503, 400, 204])
    const inEvents = [about('c'), Buffer.from(POISON), about('later'), STRANGE, about('d')].map((body) =>
      structuredEvent(body),
    )
    assert.deepEqual(await statuses(inEvents), [204, 200, 503, 400, 204])
    assert.deepEqual(
      await statuses([batchEvent([about('e'), STRANGE]), batchEvent([about('f'), about('later')])]),
      [200, 503],
    )
  })
})

describe('a sink over HTTP that fails on one event', () => {
  const modes = [
    { mode: 'structured', again: ['message-2'] },
    { mode: 'batch', again: ['message-1', 'message-2', 'message-3'] },
  ]
  for (const { mode, again } of modes) {
    test(`in ${mode} mode: ${again.length} of 3 messages come again`, async (t) => {
      const receiver = await startReceiver()
      t.after(receiver.close)
      receiver.answer = ({ body }) => ({ status: body.includes('"later"') ? 500 : 204 })
      const config = readConfig({ SINK_URL: receiver.url, SINK_MODE: mode, SINK_RETRIES: '0' })
      const handler = createFunction({ name: 'test', config, decode: createCephDecoder([]) })
      collectLog()
      const event = sqsEvent(['a', 'later', 'b'].map(about))
      const reply = { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) }
      assert.deepEqual(await call(handler, event), reply)
    })
  }
})

describe('trouble of the whole batch', () => {
  test('dead letters have nowhere to go: poison comes again, its siblings do not', async () => {
    deadLetters.answer = () => ({ status: 500 })
    const { handler, handled } = setUp({ SINK_RETRIES: '0' })
    const reply = { batchItemFailures: [{ itemIdentifier: '2' }] }
    assert.deepEqual(await call(handler, relayEvent([about('a'), POISON, about('b')])), reply)
    assert.deepEqual(handled, ['a', 'b'])
  })

  test('time is over before the sink has answered: everything comes again', async () => {
    const config = readConfig({ DEAD_LETTER_URL: deadLetters.url })
    const never = { deliver: () => new Promise<void>(() => {}) }
    const handler = createFunction({ name: 'test', config, decode: createCephDecoder([]), sink: never })
    collectLog()
    const reply = { batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '2' }] }
    const context = { getRemainingTimeInMillis: () => 251 }
    assert.deepEqual(await handler(relayEvent([about('a'), about('b')]), context), reply)
  })

  test('time is over within a handler: it is told, and what was handled before does not come again', async () => {
    const handled: (string | undefined)[] = []
    let isSlow = true
    const config = readConfig({ DEAD_LETTER_URL: deadLetters.url })
    const handler = ceph({ config }).otherwise(async ({ event: { subject }, signal }) => {
      if (subject === 'slow' && isSlow) await once(signal, 'abort').then(() => signal.throwIfAborted())
      handled.push(subject)
    })
    const log = logOf(handler)
    const event = relayEvent([about('a'), POISON, about('slow'), about('b')])
    const context = { getRemainingTimeInMillis: () => 300 }
    // There was no time for the dead letter either.
    const again = ['2', '3', '4'].map((itemIdentifier) => ({ itemIdentifier }))
    assert.deepEqual(await handler(event, context), { batchItemFailures: again })
    assert.deepEqual(
      log.filter(({ outcome }) => outcome === 'retry').map(({ error }) => (error as { message: string }).message), // As it is logged.
      Array(3).fill('the time of this invocation is over'),
    )

    isSlow = false
    assert.deepEqual(await handler(event, {}), { batchItemFailures: [] })
    assert.deepEqual([handled, setAside()], [['a', 'slow', 'b'], [POISON]])
  })

  test('time is over within a handler that does not care: its event waits for it, and is handled once', async () => {
    const handled: (string | undefined)[] = []
    const { promise: slowly, resolve: end } = Promise.withResolvers<void>()
    const config = readConfig({ DEAD_LETTER_URL: deadLetters.url })
    const handler = ceph({ config }).otherwise(async ({ event: { subject } }) => {
      await slowly
      handled.push(subject)
    })
    logOf(handler)
    const event = relayEvent([about('a')])
    const context = { getRemainingTimeInMillis: () => 251 }
    assert.deepEqual(await handler(event, context), { batchItemFailures: [{ itemIdentifier: '1' }] })
    const redelivered = handler(event, {})
    end()
    assert.deepEqual(await redelivered, { batchItemFailures: [] })
    assert.deepEqual(handled, ['a'])
  })

  test('a batch without messages is one clear error', async () => {
    const { handler } = setUp()
    await assert.rejects(call(handler, { eventSource: 'aws:rmq' }), {
      code: 'schema_mismatch',
      field: 'rmqMessagesByQueue',
    })
    await assert.rejects(call(handler, { eventSource: 'aws:kafka' }), { code: 'schema_mismatch', field: 'records' })
  })
})

test('a guarded function sets aside what shows no secret, whichever queue it came by', async () => {
  const { handler, handled } = setUp({ OPAQUE_SECRETS: 'secret' })
  const shown = notification(wireRecord('a', { opaqueData: 'secret' }))
  const none = { batchItemFailures: [] }
  assert.deepEqual(await call(handler, relayEvent([shown, about('b')])), none)
  assert.deepEqual(await call(handler, mskEvent([[about('c')]])), none)
  assert.deepEqual(handled, ['a'])
  assert.deepEqual(
    deadLetters.events().map(({ data }) => (data as DeadLetterData).reasons.map(({ code }) => code)), // As above.
    [['unauthorized'], ['unauthorized']],
  )
})

test('a message nested so deeply that nobody can write it keeps no other from being handled', async () => {
  const { handler, handled } = setUp()
  const event = structuredClone(relayEvent([about('a'), about('b')])) as {
    rmqMessagesByQueue: Record<string, { data: unknown }[]>
  } // As the sample is.
  const [messages = []] = Object.values(event.rmqMessagesByQueue)
  const [first] = messages
  assert.ok(first)
  first.data = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
  await call(handler, event)
  assert.deepEqual(handled, ['b'])
})
