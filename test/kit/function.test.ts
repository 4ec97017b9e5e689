import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import type { Sink } from '../../lib/core/sink.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createFunction, type FunctionHandler } from '../../lib/kit/function.ts'
import { SinkRefusedError, SinkUnavailableError } from '../../lib/process/errors.ts'
import { brokenRecord, notification, wireRecord } from '../ceph/ceph-records.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { collectLog, type LogLine } from '../log-lines.ts'
import { createMemorySink } from '../memory-sink.ts'
import { type Receiver, startReceiver } from '../receiver.ts'

let deadLetters: Receiver
beforeEach(async () => {
  deadLetters = await startReceiver()
})
afterEach(() => deadLetters.close())

let log: readonly LogLine[] = []

const functionWith = (sink: Sink): FunctionHandler => {
  const handler = createFunction({
    name: 'ceph-notifications',
    config: readConfig({ ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: deadLetters.url, SINK_RETRIES: '0' }),
    decode: createCephDecoder([]),
    sink,
  })
  log = collectLog()
  return handler
}

type Answer = { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: string }

const call = async (handler: FunctionHandler, body: string, headers = {}, context: object = {}) => {
  const {
    statusCode,
    headers: sent,
    body: text,
  } = (await handler(functionUrlEvent({ body, headers }), context)) as Answer // A Function URL's.
  return { statusCode, headers: sent, body: text && JSON.parse(text) }
}

const keys = ({ events }: { events: readonly { subject?: string }[] }) => events.map(({ subject }) => subject)

const tryAgain = (code: string, seconds = '1') => ({
  statusCode: 503,
  headers: { 'content-type': 'application/problem+json', 'retry-after': seconds },
  body: {
    code,
    title: 'Try again later',
    status: 503,
    detail: 'the request could not be handled now; send it again',
  },
})
const failing = (error: unknown) =>
  createMemorySink(() => {
    throw error
  })

describe('a notification', () => {
  test('becomes events, and is acked without a word', async () => {
    const sink = createMemorySink()
    const answer = await call(functionWith(sink), notification(wireRecord('a'), wireRecord('ü/b c')))
    assert.deepEqual([answer, keys(sink)], [{ statusCode: 204, headers: {}, body: '' }, ['a', 'ü/b c']])
  })

  test('with one bad record among good ones: the good are delivered, the bad is set aside with reason and bytes, less what is secret', async () => {
    const sink = createMemorySink()
    const body = notification(wireRecord('a'), brokenRecord('b'), wireRecord('c'))
    const answer = await call(functionWith(sink), body)

    const kept = body.replaceAll('sig=äö', 'sig=[redacted]')
    const field = 'Records.1.s3.object.size'
    const reasons = [{ code: 'schema_mismatch', message: `${field}: expected a number of bytes`, field }]
    assert.deepEqual(answer, {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: { outcome: 'ack', events: sink.events.map(({ id }) => id), deadLetters: reasons },
    })
    assert.deepEqual(keys(sink), ['a', 'c'])
    assert.deepEqual(
      deadLetters.events().map(({ data }) => data),
      [{ function: 'ceph-notifications', reasons, origin: 'http', headers: {}, body: kept }],
    )
  })

  test("passes its caller's trace on", async () => {
    const sink = createMemorySink()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await call(functionWith(sink), notification(wireRecord('a')), { traceparent, tracestate: 'v=1' })
    assert.deepEqual(
      sink.events.map((event) => [event.traceparent, event.tracestate]),
      [[traceparent, 'v=1']],
    )
  })

  test('that is not a notification is refused', async () => {
    const { statusCode, body } = await call(functionWith(createMemorySink()), '{"records":[]}')
    assert.deepEqual([statusCode, body.code, body.field], [400, 'not_a_notification', 'Records'])
  })
})

describe('trouble on our side', () => {
  test('the sink is unavailable: to be sent again when the sink says so', async () => {
    const sink = failing(new SinkUnavailableError('sink http://10.0.0.5: answered 503', { retryAfterSeconds: 12 }))
    const answer = await call(functionWith(sink), notification(wireRecord('a')))
    assert.deepEqual(answer, tryAgain('sink_unavailable', '12'))
  })

  test('the sink refuses an event for ever: it is set aside, the others are delivered', async () => {
    const sink: Sink = {
      deliver: async (events, _signal, settle) => {
        for (const event of events.filter(({ subject }) => subject !== 'bad')) settle?.(event, 'taken')
        throw new SinkRefusedError('sink http://10.0.0.5: refused the event (422)')
      },
    }
    const { statusCode, body } = await call(functionWith(sink), notification(wireRecord('a'), wireRecord('bad')))
    const reasons = [{ code: 'sink_refused', message: 'sink http://10.0.0.5: refused the event (422)' }]
    assert.deepEqual([statusCode, body.events.length, body.deadLetters], [200, 1, reasons])
    assert.equal(deadLetters.requests.length, 1)
  })

  test('dead letters have nowhere to go: nothing is acked', async () => {
    deadLetters.answer = () => ({ status: 500 })
    const answer = await call(functionWith(createMemorySink()), notification(brokenRecord('a')))
    assert.deepEqual(answer, tryAgain('sink_unavailable'))
  })

  test('an error that nobody foresaw is to be sent again; the caller learns nothing, the log all', async () => {
    const error = new TypeError('/srv/x.js: host=10.0.0.5')
    const answer = await call(functionWith(failing(error)), notification(wireRecord('a')))
    assert.deepEqual(answer, tryAgain('internal_error'))
    assert.deepEqual(
      log.map((line) => [line.level, line.outcome, line.error]),
      [
        [
          'error',
          'retry',
          {
            name: 'InternalError',
            message: 'an unexpected error, in tidings or in a middleware: its cause is in the log',
            code: 'internal_error',
            cause: { name: 'TypeError', message: error.message, stack: error.stack },
          },
        ],
      ],
    )
  })

  test('when time is nearly over the sender is told to try again, and the sink is told to stop', async () => {
    const { promise: stopped, resolve } = Promise.withResolvers<void>()
    const never: Sink = {
      deliver: (_events, signal) =>
        new Promise(() => {
          signal?.addEventListener('abort', () => resolve())
        }),
    }
    const context = { getRemainingTimeInMillis: () => 251 }
    assert.deepEqual(
      await call(functionWith(never), notification(wireRecord('a')), {}, context),
      tryAgain('internal_error'),
    )
    await stopped
  })
})

test('a direct invocation throws what HTTP answers', async () => {
  const unavailable = new SinkUnavailableError('down')
  await assert.rejects(
    functionWith(failing(unavailable))({ Records: [wireRecord('a')] }, {}),
    (thrown) => thrown === unavailable,
  )
  await assert.rejects(functionWith(createMemorySink())({ no: 'records' }, {}), { code: 'not_a_notification' })
})
