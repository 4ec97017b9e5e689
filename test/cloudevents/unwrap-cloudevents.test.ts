import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HTTP, CloudEvent as JudgedEvent } from 'cloudevents'
import fc from 'fast-check'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import { unwrapping } from '../../lib/cloudevents/unwrap-cloudevents.ts'
import type { Delivery, Origin } from '../../lib/core/delivery.ts'
import {
  AuthenticationError,
  DecodeError,
  InternalError,
  NotANotificationError,
  SchemaError,
  TidingsError,
} from '../../lib/process/errors.ts'
import { partsOf } from '../../lib/process/json-text.ts'
import { brokenRecord, notification, wireRecord } from '../ceph/ceph-records.ts'
import { batched, structured } from '../envelopes/cloudevent-samples.ts'
import { cephCaptures } from '../fixtures.ts'

const http: Origin = { kind: 'http', method: 'POST', path: '/', query: '' }
const queue: Origin = { kind: 'amqp', queue: 'q', redelivered: true }
const deliver = (body: string | Buffer, contentType?: string, more: Partial<Delivery> = {}): Delivery => ({
  body: Buffer.from(body),
  headers: contentType === undefined ? {} : { 'content-type': contentType },
  origin: http,
  ...more,
})
const EVENT = 'application/cloudevents+json'
const BATCH = 'application/cloudevents-batch+json'

/** The deliveries that reach the decoder. */
const unwrapped = (delivery: Delivery): readonly Delivery[] => {
  const seen: Delivery[] = []
  const decode = unwrapping((inner) => {
    seen.push(inner)
    return { events: [], faults: [] }
  })
  decode(delivery)
  return seen
}
const bodies = (delivery: Delivery) => unwrapped(delivery).map(({ body }) => body.toString())

describe('a structured event', () => {
  test('is its data with its attributes as headers, on the way it came', () => {
    const headers = { 'content-type': EVENT, 'content-encoding': 'utf-8', 'ce-id': 'outer', 'x-amqp-queue': 'q' }
    const more = { subject: 'ü', flag: true, count: 3, Mixed: 'x', nothing: null, table: {} }
    assert.deepEqual(unwrapped({ ...deliver(structured('{"a":1}', more)), headers, origin: queue }), [
      {
        body: Buffer.from('{"a":1}'),
        headers: {
          'x-amqp-queue': 'q',
          'ce-specversion': '1.0',
          'ce-id': 'wrapped-1',
          'ce-source': '/somewhere',
          'ce-type': 'com.example.message',
          'ce-subject': 'ü',
          'ce-flag': 'true',
          'ce-count': '3',
          'ce-mixed': 'x',
          'content-type': 'application/json',
        },
        origin: queue,
      },
    ])
  })

  for (const type of [EVENT, `${EVENT}; charset=UTF-8`, 'Application/CloudEvents+JSON;charset="utf-8"', ` ${EVENT} `]) {
    test(`is told by ${JSON.stringify(type)}`, () => {
      assert.deepEqual(bodies(deliver(structured('[1]'), type)), ['[1]'])
    })
  }

  for (const type of [undefined, 'text/plain', 'application/json']) {
    test(`is told by its shape where the content type is ${type}`, () => {
      assert.deepEqual(bodies(deliver(structured('[1]'), type)), ['[1]'])
    })
  }

  for (const first of ['"data_base64":null,', '"9":1,', '"\\u0041":1,', '"":1,', ' ', '\n  ', '']) {
    test(`is told by its shape where it begins with ${JSON.stringify(first)}`, () => {
      assert.deepEqual(bodies(deliver(structured('[1]').replace('{', `{${first}`))), ['[1]'])
    })
  }

  const datas = [
    '{"n":12345678901234567890,"f":1.10,"e":1e400,"t":-0}',
    ' { "a" : [ 1 , { "b" : "}]\\"\\\\" } ] , "data" : { } } ',
    '"text \\"quoted\\" \\u00fc \\\\"',
    '12345678901234567890',
    'null',
    'true',
    '[]',
  ]
  for (const data of datas) {
    test(`keeps ${data} as it is written`, () => {
      assert.deepEqual(bodies(deliver(structured(data), EVENT)), [data.trim()])
    })
  }

  const variants = [
    { name: 'text that is not JSON', more: { datacontenttype: 'text/plain' }, data: '"a \\u00fc"', body: 'a ü' },
    { name: 'an object although not JSON', more: { datacontenttype: 'text/xml' }, data: '{"a":1}', body: '{"a":1}' },
    { name: 'JSON of another name', more: { datacontenttype: 'text/x+json;v=1' }, data: '"a"', body: '"a"' },
    { name: 'JSON where nothing is said', more: { datacontenttype: undefined }, data: '"a"', body: '"a"' },
  ]
  for (const { name, more, data, body } of variants) {
    test(`may carry ${name}`, () => {
      const [inner] = unwrapped(deliver(structured(data, more), EVENT))
      const contentType = more.datacontenttype ?? 'application/json'
      assert.deepEqual([inner?.body.toString(), inner?.headers['content-type']], [body, contentType])
    })
  }

  test('may carry bytes', () => {
    const bytes = Buffer.from([0, 255, 10, 200])
    const more = { datacontenttype: 'application/octet-stream' }
    assert.deepEqual(
      unwrapped(deliver(structured(bytes, more), EVENT)).map(({ body, headers }) => [body, headers['content-type']]),
      [[bytes, 'application/octet-stream']],
    )
  })

  test('may carry nothing', () => {
    const [inner] = unwrapped(deliver('{"specversion":"1.0","id":"1","type":"t","source":"s"}', EVENT))
    assert.deepEqual([inner?.body.length, inner?.headers['content-type']], [0, undefined])
  })

  test('of two data the last counts, whatever its name is written like', () => {
    assert.deepEqual(bodies(deliver(structured('1, "d\\u0061ta": [2]'), EVENT)), ['[2]'])
  })

  test('in another one is unwrapped too, but not without end', () => {
    const wrap = (times: number): string => (times === 0 ? '[1]' : structured(wrap(times - 1)))
    assert.deepEqual(
      [1, 2, 3].map((times) => bodies(deliver(wrap(times), EVENT))),
      [['[1]'], ['[1]'], ['[1]']],
    )
    assert.deepEqual(bodies(deliver(wrap(4), EVENT)), [structured('[1]')])
  })
})

describe('a batch', () => {
  for (const [name, type] of [
    ['its content type', BATCH],
    ['its shape', undefined],
  ] as const) {
    test(`told by ${name} is each of its events, in order`, () => {
      const delivery = deliver(batched(['{"n":12345678901234567890}', Buffer.from('bytes'), '[ 3 ]']), type)
      assert.deepEqual(
        unwrapped(delivery).map(({ body, headers }) => [headers['ce-id'], body.toString()]),
        [
          ['wrapped-0', '{"n":12345678901234567890}'],
          ['wrapped-1', 'bytes'],
          ['wrapped-2', '[ 3 ]'],
        ],
      )
    })
  }

  test('of none is nothing', () => {
    assert.deepEqual(unwrapping(createCephDecoder([]))(deliver('[]', BATCH)), { events: [], faults: [], dropped: [] })
  })

  const decode = unwrapping(createCephDecoder([]))
  const good = (key: string) => structured(notification(wireRecord(key)))

  test('loses none of the good for the broken, and each fault says which it is about', () => {
    const items = [
      good('a'),
      structured(JSON.stringify(brokenRecord('b'))),
      structured('"nothing"'),
      structured(Buffer.from([0xff])),
      '{"specversion":"1.0","id":"","source":"s","type":"t"}',
      '7',
      good('c'),
    ]
    const { events, faults } = decode(deliver(`[${items}]`, BATCH))
    assert.deepEqual(
      events.map(({ subject }) => subject),
      ['a', 'c'],
    )
    assert.deepEqual(
      faults.map(({ code, field, message }) => [code, field, message]),
      [
        ['schema_mismatch', '1.s3.object.size', 'event 1 of the batch: s3.object.size: expected a number of bytes'],
        ['not_a_notification', '2.Records', 'event 2 of the batch: Records: expected a list, as in {"Records":[…]}'],
        ['decode_failed', '3', 'event 3 of the batch: the body is not valid UTF-8'],
        ['not_a_notification', '4.id', 'event 4 of the batch: id: expected a text, which every CloudEvent has'],
        [
          'not_a_notification',
          '5.specversion',
          'event 5 of the batch: specversion: expected a text, which every CloudEvent has',
        ],
      ],
    )
  })

  test('a fault of ours is not laid to an item', () => {
    const broken = unwrapping(() => {
      throw new InternalError('ours')
    })
    assert.throws(() => broken(deliver(batched(['1', '2']), BATCH)), InternalError)
  })

  test('what an item dropped is told', () => {
    const dropping = unwrapping(() => ({ events: [], faults: [], dropped: ['rpc'] }))
    assert.deepEqual(dropping(deliver(batched(['1', '2']), BATCH)).dropped, ['rpc', 'rpc'])
  })
})

describe('a value that is not a CloudEvent', () => {
  const others = [
    { name: 'a notification', delivery: deliver('{"Records":[]}') },
    { name: 'a notification that speaks of one', delivery: deliver(`{"Records":[],"specversion":"1.0"}`) },
    { name: 'an event after a member Records', delivery: deliver(structured('[1]').replace('{', '{"Records":[],')) },
    {
      name: 'an event after a name with a dot',
      delivery: deliver(structured('[1]').replace('{', '{"oslo.version":2,')),
    },
    { name: 'a list of other things', delivery: deliver('[{"specversion":"1.0"}]') },
    { name: 'no JSON', delivery: deliver('{"specversion"') },
    { name: 'another format', delivery: deliver('<event/>', 'application/cloudevents+xml') },
    { name: 'an event in binary mode', delivery: deliver('{}', 'application/json', { headers: { 'ce-id': '1' } }) },
    { name: 'broken under its label', delivery: deliver('{"specversion":', EVENT) },
  ]
  for (const { name, delivery } of others) {
    test(`${name} reaches the decoder as it is`, () => {
      assert.deepEqual(unwrapped(delivery), [delivery])
    })
  }

  test('a notification with the wrong label is understood', () => {
    const { events } = unwrapping(createCephDecoder([]))(deliver(notification(wireRecord('a')), EVENT))
    assert.deepEqual(
      events.map(({ subject }) => subject),
      ['a'],
    )
  })

  test('anything else with that label is refused, and told what it lacks', () => {
    assert.throws(() => unwrapping(createCephDecoder([]))(deliver('{"specversion":"1.0","id":"1"}', EVENT)), {
      code: 'not_a_notification',
      field: 'type',
      message: 'type: expected a text, which every CloudEvent has',
    })
  })
})

describe('Ceph', () => {
  const decode = createCephDecoder([])
  const record = wireRecord('ü/b c')

  test('every capture, and each bare record, is the same events in an event', () => {
    for (const { name, body } of cephCaptures()) {
      const expected = decode(deliver(body))
      const [record] = JSON.parse(body).Records
      for (const data of [body, Buffer.from(body), JSON.stringify(record)]) {
        assert.deepEqual(unwrapping(decode)(deliver(structured(data), EVENT, { origin: queue })), expected, name)
      }
    }
  })

  test('a record that the SDK of the CloudEvents project sends is understood, in structured and in binary mode', () => {
    const attributes = { type: 'com.amazonaws.s3.ObjectCreated:Put', source: 'ceph:s3..b', subject: 'b' }
    const event = new JudgedEvent({ ...attributes, datacontenttype: 'application/json', data: record })
    const expected = decode(deliver(JSON.stringify(record)))
    for (const { headers, body } of [HTTP.structured(event), HTTP.binary(event)]) {
      const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])
      const delivery: Delivery = { body: Buffer.from(String(body)), headers: Object.fromEntries(given), origin: http }
      assert.deepEqual(unwrapping(decode)(delivery), expected)
    }
  })

  const guarded = unwrapping(createCephDecoder(['secret']))
  const secret = notification(wireRecord('a', { opaqueData: 'secret' }))
  const other = notification(wireRecord('a', { opaqueData: 'other' }))

  test('a guarded function takes an event that carries the secret', () => {
    assert.equal(guarded(deliver(structured(secret), EVENT)).events.length, 1)
    assert.equal(guarded(deliver(batched([secret, secret]), BATCH)).events.length, 2)
  })

  const refused = [
    { name: 'another secret', delivery: deliver(structured(other), EVENT) },
    { name: 'another secret under a wrong label', delivery: deliver(other, EVENT) },
    { name: 'one such event among good ones', delivery: deliver(batched([secret, other, secret]), BATCH) },
    { name: 'one such record among good events', delivery: deliver(`[${structured(secret)},${other}]`, BATCH) },
    { name: 'what cannot be read', delivery: deliver(structured(secret).slice(0, -1), EVENT) },
    { name: 'data that cannot be read', delivery: deliver(structured(Buffer.from('{"secret')), EVENT) },
    { name: 'a batch too long to be read', delivery: deliver(`[${Array(100_000).fill(1)}]`, BATCH) },
    { name: 'a batch of other things', delivery: deliver('[1]', BATCH) },
    { name: 'other things beside a good event', delivery: deliver(`[${structured(secret)},{"a":1}]`, BATCH) },
    { name: 'an event of another kind in a batch', delivery: deliver(batched([secret, '{"a":1}']), BATCH) },
    { name: 'one such event in a batch', delivery: deliver(batched([secret, Buffer.from('{"secret')]), BATCH) },
  ]
  for (const { name, delivery } of refused) {
    test(`a guarded function refuses ${name}`, () => {
      assert.throws(() => guarded(delivery), AuthenticationError)
    })
  }
})

describe('whatever comes', () => {
  test('parts of JSON are cut out where JSON.parse sees them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, pretty) => {
        if (typeof value !== 'object' || value === null) return
        const text = pretty ? ` ${JSON.stringify(value, null, ' \t')} ` : JSON.stringify(value)
        const seen = JSON.parse(text)
        const expected = Array.isArray(seen) ? seen.map((item) => [undefined, item]) : Object.entries(seen)
        assert.deepEqual(
          partsOf(text).map(({ name, source }) => [name, JSON.parse(source)]),
          expected,
        )
      }),
      { numRuns: 500 },
    )
  })

  test('any JSON as data reaches the decoder as it was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        assert.deepEqual(bodies(deliver(structured(text), EVENT)), [text])
        assert.deepEqual(bodies(deliver(batched([text, text]), BATCH)), [text, text])
      }),
    )
  })

  test('nothing is thrown but our own errors', () => {
    const decode = unwrapping(createCephDecoder([]))
    const attribute = fc.oneof(fc.constant('1.0'), fc.jsonValue())
    const event = fc.record(
      {
        specversion: attribute,
        id: attribute,
        source: attribute,
        type: attribute,
        data: fc.jsonValue(),
        data_base64: fc.jsonValue(),
        datacontenttype: attribute,
      },
      { requiredKeys: [] },
    )
    const body = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.json(),
      event.map((value) => JSON.stringify(value)),
      fc.array(fc.oneof(event, fc.jsonValue())).map((value) => JSON.stringify(value)),
    )
    fc.assert(
      fc.property(body, fc.constantFrom(EVENT, BATCH, undefined), (given, type) => {
        try {
          for (const fault of decode(deliver(given, type)).faults) assert.ok(fault instanceof TidingsError)
        } catch (error) {
          assert.ok(
            error instanceof NotANotificationError || error instanceof DecodeError || error instanceof SchemaError,
            String(error),
          )
        }
      }),
      { numRuns: 500 },
    )
  })
})
