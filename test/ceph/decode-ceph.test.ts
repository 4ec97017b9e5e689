import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import type { Delivery } from '../../lib/core/delivery.ts'
import { AuthenticationError, DecodeError, NotANotificationError, TidingsError } from '../../lib/process/errors.ts'
import { cephCaptures } from '../fixtures.ts'

const deliver = (body: string | Buffer): Delivery => ({
  body: Buffer.from(body),
  headers: {},
  origin: { kind: 'direct' },
})
const decode = createCephDecoder([])
const lookAlike = (name: string): string =>
  readFileSync(new URL(`../fixtures/look-alikes/${name}.json`, import.meta.url), 'utf8')
const [capture] = cephCaptures()
assert.ok(capture)
const good = JSON.parse(capture.body).Records[0]

test('every capture is one event and no fault', () => {
  for (const { name, body } of cephCaptures()) {
    const { events, faults } = decode(deliver(body))
    assert.deepEqual([events.length, faults], [1, []], name)
  }
})

test('a record that does not fit is a fault that names its field; the ones around it are events', () => {
  const bad = structuredClone(good)
  bad.s3.object.size = 'many'
  const { events, faults } = decode(deliver(JSON.stringify({ Records: [good, bad, good] })))
  assert.equal(events.length, 2)
  assert.deepEqual(
    faults.map(({ code, field, message }) => ({ code, field, message })),
    [
      {
        code: 'schema_mismatch',
        field: 'Records.1.s3.object.size',
        message: 'Records.1.s3.object.size: expected a number of bytes',
      },
    ],
  )
})

test("NooBaa's records are understood: no region, size as text, a sequencer of its own", () => {
  const [event] = decode(deliver(lookAlike('noobaa'))).events
  const { data, ...attributes } = event ?? assert.fail()
  assert.deepEqual(attributes, {
    specversion: '1.0',
    id: 'm3x1-abc-1.m3x1-abc-1.1795289112109.6f04484b',
    source: 'noobaa:s3..first.bucket',
    type: 'com.amazonaws.s3.ObjectCreated:Put',
    subject: 'reports/a b.pdf',
    time: '2026-11-21T19:25:12.109Z',
    datacontenttype: 'application/json',
    authtype: 'unknown',
    authid: 'operator@noobaa.io',
    correlationid: 'm3x1-abc-1',
  })
  const [record] = JSON.parse(lookAlike('noobaa')).Records
  const object = { ...record.s3.object, size: 1024, sequencer: '1795289112109', metadata: [], tags: [] }
  assert.deepEqual(data, { ...record, awsRegion: '', opaqueData: '', s3: { ...record.s3, object } })
})

test("Knative's CephSource sends one bare record, its metadata without values", () => {
  const { events, faults } = decode(deliver(lookAlike('cephsource')))
  const record = JSON.parse(lookAlike('cephsource'))
  const metadata = record.s3.object.metadata.map(({ key }: { key: string }) => ({ key, val: '' }))
  const object = { ...record.s3.object, metadata, tags: [] }
  assert.deepEqual(faults, [])
  assert.deepEqual(
    events.map(({ data }) => data),
    [{ ...record, opaqueData: '', s3: { ...record.s3, object } }],
  )
})

const nothing: [name: string, body: string][] = [
  ["NooBaa's test of an endpoint", '"test notification"'],
  ["S3's test event", '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}'],
  ['a test event among records', JSON.stringify({ Records: [{ ...good, eventName: 's3:TestEvent' }] })],
  ['an empty list', '{"Records":[]}'],
]
for (const [name, body] of nothing) {
  test(`${name} is neither an event nor a fault`, () => {
    assert.deepEqual(decode(deliver(body)), { events: [], faults: [] })
  })
}

for (const body of ['', '[]', '1', 'null', '{}', '{"Records":{}}', '{"s3":{}}', '"text"']) {
  test(`${body || 'an empty body'} is not a notification`, () => {
    assert.throws(() => decode(deliver(body)), NotANotificationError)
  })
}

test('a body that is not JSON is a DecodeError, so that the whole delivery is set aside', () => {
  assert.throws(() => decode(deliver('{"Records":[')), DecodeError)
})

test('with opaque secrets every record must show one, and no event carries it', () => {
  const guarded = createCephDecoder(['old-secret', 'new-secret'])
  const records = (...opaque: string[]) =>
    deliver(JSON.stringify({ Records: opaque.map((opaqueData) => ({ ...good, opaqueData })) }))
  const { events } = guarded(records('old-secret', 'new-secret'))
  assert.equal(events.length, 2)
  assert.ok(!JSON.stringify(events).includes('-secret'))
  for (const delivery of [records('old-secret', 'guess'), records(''), deliver('{"Records":[{}]}'), deliver('{"Rec')]) {
    assert.throws(() => guarded(delivery), AuthenticationError)
  }
})

test('whatever comes, the decoder throws nothing but its own errors', () => {
  const record = fc.oneof(fc.jsonValue(), mutated(good))
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc.array(record).map((Records) => Buffer.from(JSON.stringify({ Records }))),
  )
  fc.assert(
    fc.property(body, (bytes) => {
      try {
        const { events, faults } = decode(deliver(bytes))
        assert.equal(new Set(events.map(({ specversion }) => specversion)).size, events.length > 0 ? 1 : 0)
        for (const fault of faults) assert.ok(fault instanceof TidingsError)
        JSON.stringify(events)
      } catch (error) {
        assert.ok(error instanceof TidingsError, String(error))
      }
    }),
    { numRuns: 500 },
  )
})

test('__proto__ in a record is a field like any other', () => {
  const text = JSON.stringify({ Records: [good] }).replace(
    '"s3":{',
    '"__proto__":{"polluted":true},"s3":{"__proto__":{"polluted":true},',
  )
  const [event] = decode(deliver(text)).events
  assert.ok(event)
  assert.equal(Object({}).polluted, undefined)
  assert.equal(Object(event.data).polluted, undefined)
  assert.ok(JSON.stringify(event).includes('"__proto__":{"polluted":true}'))
})

/** A good record with one leaf replaced by any JSON value. */
function mutated(record: unknown): fc.Arbitrary<unknown> {
  const paths = leaves(record)
  return fc.tuple(fc.constantFrom(...paths), fc.jsonValue()).map(([path, value]) => {
    const copy = structuredClone(record)
    const parent = path.slice(0, -1).reduce((at, key) => Object(at)[key], copy) as Record<string, unknown>
    parent[path.at(-1) ?? ''] = value
    return copy
  })
}

function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key])),
  ]
}

test('a body without records, and a secret that is missing or unknown, are refused with the reason', () => {
  const refusal = (secrets: readonly string[], body: string) => {
    try {
      createCephDecoder(secrets)(deliver(body))
    } catch (error) {
      assert.ok(error instanceof TidingsError)
      return { code: error.code, message: error.message, field: error.field, hasCause: error.cause !== undefined }
    }
    return assert.fail('nothing was refused')
  }
  const noList = 'Records: expected a list, as in {"Records":[…]}'
  const code = 'not_a_notification'
  const empty = 'the body is empty: expected {"Records":[…]}'
  assert.deepEqual(refusal([], ''), { code, message: empty, field: undefined, hasCause: false })
  assert.deepEqual(refusal([], '{}'), { code, message: noList, field: 'Records', hasCause: false })

  const asks = (message: string, hasCause = false) => ({ code: 'unauthorized', message, field: undefined, hasCause })
  const secret = ['correct horse battery']
  const record = (opaqueData: unknown) => JSON.stringify({ Records: [{ ...good, opaqueData }] })
  const missing = asks('opaqueData is missing: set OpaqueData on the topic')
  for (const opaqueData of ['', undefined, 7]) assert.deepEqual(refusal(secret, record(opaqueData)), missing)
  assert.deepEqual(refusal(secret, JSON.stringify({ Records: ['a'] })), missing)
  const unknown = asks('opaqueData is unknown: expected one of OPAQUE_SECRETS')
  assert.deepEqual(refusal(secret, record('another')), unknown)
  const unread = asks('the body cannot be read, so its opaqueData cannot be checked', true)
  assert.deepEqual(refusal(secret, '{"Records":'), unread)
})

test('a notification has at most 10,000 records, and the first ten that do not fit are explained', () => {
  const many = (count: number) => deliver(`{"Records":[${Array(count).fill('1').join(',')}]}`)
  const { events, faults } = decode(many(10_000))
  assert.deepEqual([events.length, faults.length], [0, 11])
  const { message, field } = faults.at(-1) ?? assert.fail()
  assert.deepEqual([message, field], ['9990 more records do not match the schema', 'Records'])
  assert.throws(() => decode(many(10_001)), {
    code: 'decode_failed',
    field: 'Records',
    message: 'Records: expected at most 10000 records, found 10001',
  })
})

test('a null of a field counts as absent; one in a list stays, and the list is then no list of pairs', () => {
  const withTags = (tags: unknown) =>
    JSON.stringify({ Records: [{ ...good, awsRegion: null, s3: { ...good.s3, object: { ...good.s3.object, tags } } }] })
  assert.equal(decode(deliver(withTags([{ key: 'a', val: '1', value: null }]))).events.length, 1)
  assert.equal(decode(deliver(withTags([null]))).faults.length, 1)
})

test('a decoder says whether it checks a secret, as the function must know who may call', () => {
  assert.deepEqual([decode.checksSecret, createCephDecoder(['correct horse battery']).checksSecret], [false, true])
})
