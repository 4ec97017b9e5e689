import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CephEvent } from '../../lib/ceph/ceph-event.ts'
import { cephMatcher } from '../../lib/ceph/ceph-filter.ts'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import { Retry, SetAside } from '../../lib/core/verdicts.ts'
import { type CephContext, ceph } from '../../lib/kit/ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { cephCapture, cephCaptures } from '../fixtures.ts'
import { startReceiver } from '../receiver.ts'
import { logOf, OPEN_CONFIG, post, sendCeph } from './own-functions.ts'

const PUT = '20.2.4/ObjectCreated_Put.plain.1'
const JPG = '20.2.4/ObjectCreated_Put.plain.3'
const COPY = '20.2.4/ObjectCreated_Copy.plain.1'
const DELETE = '20.2.4/ObjectRemoved_Delete.plain.1'

/** A handler that writes down under which name it ran. */
const noting = (seen: string[]) => (name: string) => (given: CephContext) =>
  void seen.push(`${name} ${given.record.key}`)

test('each event goes to the first handler that matches, and to one alone', async () => {
  const seen: string[] = []
  const note = noting(seen)
  const handler = ceph({ config: OPEN_CONFIG })
    .on('ObjectCreated:*', { bucket: 'cap-photos', suffix: '.jpg' }, note('photo'))
    .on('s3:ObjectCreated:Put', note('put'))
    .on('ObjectCreated:*', note('created'))
    .otherwise(note('rest'))
  await sendCeph(handler, PUT, JPG, COPY, DELETE)
  assert.deepEqual(seen, ['put a.txt', 'photo 日本/ファイル 1.jpg', 'created copy of a.txt', 'rest a.txt'])
})

test('what nothing matches is acked, and counted as filtered', async () => {
  const handler = ceph({ config: OPEN_CONFIG }).on('ObjectRemoved:*', () => assert.fail('not for it'))
  const log = logOf(handler)
  const [answer] = await sendCeph(handler, PUT)
  assert.equal(answer?.statusCode, 204)
  assert.deepEqual(
    log.map(({ outcome, events, dropped }) => [outcome, events, dropped]),
    [['ack', [], ['filtered']]],
  )
})

test('a handler gets event, record, a log with the id of the event, and a signal', async () => {
  const ids: string[] = []
  const handler = ceph({ config: OPEN_CONFIG, name: 'mine' }).on('*', ({ event, record, log, signal, late }) => {
    ids.push(event.id)
    log.info('seen', { key: record.key, aborted: signal.aborted, late, type: event.type })
  })
  const lines = logOf(handler)
  await sendCeph(handler, PUT)
  const { time: _, ...line } = lines[0] ?? {}
  assert.deepEqual(line, {
    level: 'info',
    name: 'mine',
    message: 'seen',
    key: 'a.txt',
    aborted: false,
    late: false,
    type: 'com.amazonaws.s3.ObjectCreated:Put',
    event: ids[0],
  })
})

test('what a handler logs is without the secrets of the configuration', async () => {
  const token = 'correct-horse-battery'
  const handler = ceph({ config: readConfig({ AUTH_TOKENS: token }) }).on('*', ({ log }) => {
    log.info(`the token is ${token}`, { token })
  })
  const lines = logOf(handler)
  await post(handler, notification(wireRecord('a')), { authorization: `Bearer ${token}` })
  assert.equal(lines[0]?.message, 'the token is [redacted]')
  assert.equal(lines[0]?.token, '[redacted]')
})

test('a field that is named like one of the line’s own stands apart, and an error may stand for the fields', async () => {
  const handler = ceph({ config: OPEN_CONFIG, name: 'mine' }).on('*', ({ log }) => {
    log.info('seen', { name: 'web-1', level: 'high', event: 'x', size: 12n })
    log.error('failed', new RangeError('too far'))
  })
  const lines = logOf(handler)
  await sendCeph(handler, PUT)
  const [seen, failed] = lines
  assert.deepEqual([seen?.name, seen?.level, seen?.size], ['mine', 'info', '12'])
  assert.deepEqual(seen?.fields, { name: 'web-1', level: 'high', event: 'x' })
  assert.equal(failed?.message, 'failed')
  assert.match(JSON.stringify(failed?.error), /"RangeError","message":"too far"/)
})

test('the signal aborts before the time of the platform is over, and the sender is asked to send again', async () => {
  const aborted = Promise.withResolvers<void>()
  const handler = ceph({ config: OPEN_CONFIG }).on('*', async ({ signal }) => {
    signal.addEventListener('abort', () => aborted.resolve())
    await new Promise(() => {})
  })
  logOf(handler)
  const { statusCode } = await post(handler, cephCapture(PUT).body, {}, { getRemainingTimeInMillis: () => 251 })
  await aborted.promise
  assert.equal(statusCode, 503)
})

test('a module that is imported needs no environment: the configuration is read at the first call', async () => {
  const handler = ceph().on('*', () => {})
  process.env.SINK_URL = 'nonsense'
  try {
    await assert.rejects(async () => handler({ Records: [] }, {}), { code: 'config_invalid' })
    assert.throws(() => handler.access, { code: 'config_invalid' })
  } finally {
    delete process.env.SINK_URL
  }
  assert.ok(handler.access)
})

describe('a handler that throws', () => {
  const answerTo = async (thrown: unknown) => {
    const handler = ceph({ config: OPEN_CONFIG }).on('*', () => {
      throw thrown
    })
    logOf(handler)
    const [{ statusCode, headers, body } = { statusCode: 0, headers: {}, body: '' }] = await sendCeph(handler, PUT)
    return { statusCode, retryAfter: headers['retry-after'], body: body && JSON.parse(body) }
  }

  test('Retry has the message sent again after its delay', async () => {
    const { statusCode, retryAfter, body } = await answerTo(new Retry({ afterSeconds: 119.5 }))
    assert.deepEqual([statusCode, retryAfter, body.code], [503, '120', 'retry_requested'])
    const { retryAfter: byDefault } = await answerTo(new Retry())
    assert.equal(byDefault, '1')
  })

  test('anything else has it sent again too, whatever the error says of the sender', async () => {
    for (const thrown of [new TypeError('x'), 'text', undefined, Object.assign(new Error('x'), { status: 404 })]) {
      const { statusCode, body } = await answerTo(thrown)
      assert.deepEqual([statusCode, body.code], [503, 'internal_error'])
    }
  })

  test('SetAside makes it a dead letter with the reason, and acks', async () => {
    const deadLetters = await startReceiver()
    try {
      const config = readConfig({ ALLOW_ANONYMOUS: 'true', DEAD_LETTER_URL: deadLetters.url })
      const handler = ceph({ config, name: 'mine' }).on('*', () => {
        throw new SetAside('the photo has no pixels')
      })
      logOf(handler)
      const answer = await post(handler, notification(wireRecord('a')))
      const reasons = [{ code: 'set_aside', message: 'the photo has no pixels' }]
      const { events, deadLetters: told } = JSON.parse(answer.body)
      assert.deepEqual([answer.statusCode, events, told], [200, [], reasons])
      assert.deepEqual(
        deadLetters.events().map(({ source, data }) => [source, (data as { reasons: unknown }).reasons]), // A dead letter's.
        [['tidings/mine', reasons]],
      )
    } finally {
      await deadLetters.close()
    }
  })

  test('the reason is without the secrets of the configuration, wherever it goes', async () => {
    const deadLetters = await startReceiver()
    try {
      const environment = {
        AUTH_TOKENS: 'correct-horse-battery',
        OPAQUE_SECRETS: 'staple-4711',
        SINK_URL: 'https://user:p%40ss-word@example.org/?token=tok-0815',
        DEAD_LETTER_URL: deadLetters.url,
      }
      const handler = ceph({ config: readConfig(environment) }).on('*', () => {
        throw new SetAside(`all of it: ${Object.values(environment).slice(0, 3).join(' ')} p@ss-word`)
      })
      const log = logOf(handler)
      const body = notification(wireRecord('a', { opaqueData: environment.OPAQUE_SECRETS }))
      const answer = await post(handler, body, { authorization: `Bearer ${environment.AUTH_TOKENS}` })
      const reason = 'all of it: [redacted] [redacted] https://user:[redacted]@example.org/?token=[redacted] [redacted]'
      assert.equal(JSON.parse(answer.body).deadLetters[0].message, reason)
      for (const text of [answer.body, JSON.stringify(log), JSON.stringify(deadLetters.events())])
        assert.doesNotMatch(text, /battery|4711|word|0815/)
    } finally {
      await deadLetters.close()
    }
  })

  test('may throw what cannot be read: it is logged, and the message comes again', async () => {
    const hostile = Object.defineProperty(new Error('x'), 'message', {
      get: () => {
        throw new Error('no message')
      },
    })
    const everything = { get: () => assert.fail(), has: () => assert.fail(), getPrototypeOf: () => assert.fail() }
    for (const thrown of [hostile, new Proxy({}, everything), Object.freeze(new Error('x')), 1n, Symbol('x')])
      assert.equal((await answerTo(thrown)).statusCode, 503)
  })

  test('keeps no other event of its batch from being handled', async () => {
    const seen: string[] = []
    const handler = ceph({ config: OPEN_CONFIG }).on('*', ({ record }) => {
      if (record.key === 'b') throw new Retry()
      seen.push(record.key)
    })
    logOf(handler)
    const { statusCode } = await post(handler, notification(wireRecord('a'), wireRecord('b'), wireRecord('c')))
    assert.deepEqual([statusCode, seen], [503, ['a', 'c']])
  })
})

describe('a filter', () => {
  const eventOf = (name: string): CephEvent => {
    const { body, headers } = cephCapture(name)
    const [event] = createCephDecoder([])({ body: Buffer.from(body), headers, origin: { kind: 'direct' } }).events
    return event as CephEvent // The decoder's.
  }
  const event = eventOf(PUT)
  const fits = (filter: Parameters<typeof cephMatcher>[1], of = event) => cephMatcher('*', filter)(of)

  test('holds where all that it names holds', () => {
    assert.ok(fits({}))
    assert.ok(fits({ bucket: 'cap-photos', prefix: 'a.', suffix: '.txt', regex: /^\w\.txt$/ }))
    assert.ok(!fits({ bucket: 'cap-photos', suffix: '.jpg' }))
    assert.ok(fits({ bucket: ['other', 'cap-photos'], suffix: ['.jpg', '.txt'] }))
  })

  test('on metadata takes names with and without x-amz-meta-', () => {
    assert.ok(fits({ metadata: { note: 'x', 'x-amz-meta-owner': ['dev', 'ops'] } }))
    assert.ok(!fits({ metadata: { note: 'y' } }))
    assert.ok(!fits({ metadata: { other: 'x' } }))
  })

  test('on tags and size', () => {
    assert.ok(fits({ tags: { stage: 'dev', team: ['red', 'blue'] }, size: { min: 11, max: 11 } }))
    assert.ok(!fits({ tags: { stage: 'prod' } }))
    assert.ok(!fits({ size: { min: 12 } }))
    assert.ok(!fits({ size: { max: 10 } }))
  })

  test('has the tests of routes: globs, words and limits', () => {
    assert.ok(
      fits({ bucket: 'cap-*', key: { prefix: 'a', not: { suffix: '.jpg' } }, metadata: { note: { exists: true } } }),
    )
    assert.ok(fits({ tags: { team: { any: [{ exact: 'blue' }, 'r*'] } }, size: 11 }))
    assert.ok(!fits({ bucket: { exact: 'cap-*' } }))
    assert.ok(!fits({ key: { not: '*.txt' } }))
    assert.ok(!fits({ tags: { stage: { not: 'dev' } } }))
  })

  test('with a regular expression keeps no state between two events, and looks at no key that S3 does not allow', () => {
    const filter = { regex: /a\.txt/g }
    assert.deepEqual([fits(filter), fits(filter), fits(filter)], [true, true, true])
    const { s3 } = event.data
    const long = { ...event, data: { ...event.data, s3: { ...s3, object: { ...s3.object, key: 'a'.repeat(1025) } } } }
    assert.ok(!fits({ regex: /a/ }, long))
  })
})

test('a pattern matches what any release calls the event', () => {
  const namesFor = (pattern: string): string[] => {
    const matches = cephMatcher(pattern)
    const events = cephCaptures().flatMap(({ body, headers }) => {
      const delivery = { body: Buffer.from(body), headers, origin: { kind: 'direct' } } as const
      return createCephDecoder([])(delivery).events as CephEvent[] // The decoder's.
    })
    return [...new Set(events.filter(matches).map(({ data }) => data.eventName))].sort()
  }
  assert.deepEqual(namesFor('ObjectLifecycle:Expiration:AbortMultipartUpload'), ['ObjectLifecycle:Expiration:AbortMPU'])
  assert.deepEqual(namesFor('s3:ObjectRemoved:*'), ['ObjectRemoved:Delete', 'ObjectRemoved:DeleteMarkerCreated'])
  assert.deepEqual(namesFor('ObjectCreated:Put'), ['ObjectCreated:Put'])
  assert.equal(namesFor('*').length > 6, true)
})
