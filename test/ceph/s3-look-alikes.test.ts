// Fields that other S3 servers, and Ceph in rare cases, write differently. The files are in test/fixtures/look-alikes/s3.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { CephEvent } from '../../lib/ceph/ceph-event.ts'
import { recordOf } from '../../lib/ceph/ceph-record.ts'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import { type WireRecord, wireRecord } from './ceph-records.ts'

const bytesOf = (name: string): Buffer =>
  readFileSync(new URL(`../fixtures/look-alikes/s3/${name}.json`, import.meta.url))

const decode = (body: string | Buffer) => {
  const { events, faults } = createCephDecoder([])({ body: Buffer.from(body), headers: {}, origin: { kind: 'direct' } })
  return { events: events as CephEvent[], faults } // The decoder's only kind.
}
const eventsOf = (name: string): readonly CephEvent[] => {
  const { events, faults } = decode(bytesOf(name))
  assert.deepEqual(faults, [])
  return events
}
const onlyEventOf = (name: string): CephEvent => {
  const [event, ...others] = eventsOf(name)
  assert.deepEqual(others, [])
  return event ?? assert.fail(`${name}: no event`)
}
const eventOf = (record: unknown): CephEvent => decode(JSON.stringify({ Records: [record] })).events[0] ?? assert.fail()

describe('request headers', () => {
  test("an uploader's encryption key does not leave with the event; user metadata does", () => {
    const event = onlyEventOf('sse-c-key-in-metadata')
    assert.deepEqual(event.data.s3.object.metadata, [])
    assert.doesNotMatch(JSON.stringify(event), /MDEyMzQ1Njc4|hRasmdxgYDKV/)
  })

  test("an uploader's session token does not leave with the event; user metadata does", () => {
    const { metadata } = onlyEventOf('sts-token-in-metadata').data.s3.object
    assert.deepEqual(metadata, [{ key: 'x-amz-meta-color', val: 'red' }])
  })

  test('a header among the request parameters that carries credentials does not leave with the event', () => {
    const { Records } = JSON.parse(bytesOf('authorization-in-request-parameters').toString())
    Records[0].s3.object.key = 'a'
    const { requestParameters } = eventOf(Records[0]).data
    assert.deepEqual(requestParameters, { sourceIPAddress: '192.0.2.1' })
  })
})

describe('test events', () => {
  for (const event of ['s3:TestEvent', 'TestEvent']) {
    test(`${event} of NooBaa, which stands among the records, is neither an event nor a fault`, () => {
      const text = bytesOf('noobaa-test-event').toString().replace('s3:TestEvent', event)
      assert.deepEqual(decode(text), { events: [], faults: [] })
    })
  }
})

describe('without a request id or a sequencer', () => {
  const idOf = (change: (record: WireRecord) => void, wire = wireRecord('k')): string => {
    const record = structuredClone(wire)
    change(record)
    return eventOf(record).id
  }
  const lacks: readonly [string, (record: WireRecord) => void][] = [
    ['request id', (record) => Object.assign(record, { responseElements: {} })],
    ['response elements', (record) => Object.assign(record, { responseElements: undefined })],
    ['sequencer', (record) => Object.assign(record.s3.object, { sequencer: undefined })],
    ['sequencer but zeros', (record) => Object.assign(record.s3.object, { sequencer: '0000000000000000' })],
  ]

  test('two puts of one key are two events', () => {
    assert.notEqual(onlyEventOf('no-ids-first-put').id, onlyEventOf('no-ids-later-put').id)
  })

  for (const [what, lose] of lacks) {
    test(`no ${what}: another time or eTag is another event, a redelivery is the same one`, () => {
      const first = idOf(lose)
      const later = idOf((record) => {
        lose(record)
        Object.assign(record, { eventTime: '2027-01-01T00:00:00.000Z' })
      })
      const other = idOf((record) => {
        lose(record)
        Object.assign(record.s3.object, { eTag: 'other' })
      })
      assert.equal(new Set([first, later, other]).size, 3)
      assert.equal(idOf(lose), first)
    })
  }

  test('a topic whose opaqueData changes between two deliveries does not make two events of one', () => {
    const [, lose] = lacks[0] ?? assert.fail()
    assert.equal(idOf(lose, wireRecord('k', { opaqueData: 'old' })), idOf(lose, wireRecord('k', { opaqueData: 'new' })))
  })
})

describe('keys', () => {
  const decoded: readonly [name: string, key: string][] = [
    ['minio', 'dir/red flower ä.jpg'],
    ['minio-escaped-key', 'my/phöto.jpg'],
    ['aws-delete-marker', 'a b/c=d.txt'],
  ]
  for (const [name, key] of decoded) {
    test(`${name}: the key is decoded, and its sequencer claims no order`, () => {
      const event = onlyEventOf(name)
      assert.deepEqual([event.subject, recordOf(event).key], [key, key])
      assert.equal(event.sequence, undefined)
    })
  }

  const written = { eventSource: 'rustfs:s3', awsRegion: '' }
  test('RustFS and CubeFS encode keys as MinIO does', () => {
    for (const eventSource of ['rustfs:s3', 'cubefs:s3']) {
      assert.equal(eventOf({ ...wireRecord('a%2Fb+c'), ...written, eventSource }).subject, 'a/b c')
    }
  })

  test('Ceph, NooBaa and Scality write keys as they are', () => {
    for (const eventSource of ['ceph:s3', 'noobaa:s3', 'scality:s3']) {
      assert.equal(eventOf({ ...wireRecord('a%2Fb+c'), eventSource }).subject, 'a%2Fb+c')
    }
  })

  test('a key that is not encoded well is left as it came', () => {
    for (const key of ['100%', '%zz', '%ff']) assert.equal(eventOf({ ...wireRecord(key), ...written }).subject, key)
  })

  test('whatever the key, what MinIO makes of it is taken back', () => {
    const queryEscape = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
        assert.equal(eventOf({ ...wireRecord(queryEscape(key)), ...written }).subject, key)
      }),
    )
  })
})

test("MinIO's userMetadata is metadata like any other", () => {
  assert.deepEqual([...recordOf(onlyEventOf('minio')).metadata], [['x-amz-meta-color', 'red']])
})

test('Scality: null is the absence of a field', () => {
  const event = onlyEventOf('scality-nulls')
  assert.deepEqual([event.source, event.subject, event.data.s3.object.size], ['scality:s3..b1', 'k1', 3])
  assert.deepEqual(recordOf(event).eTag, '')
})

test('a null in a field that has to be there is a fault that names it', () => {
  const record = wireRecord('k')
  Object.assign(record.s3, { bucket: null })
  const { faults } = decode(JSON.stringify({ Records: [record] }))
  assert.match(faults[0]?.message ?? '', /^Records\.0\.s3\.bucket: expected object/)
})

test('a null in a field that nobody knows stays, where the record fits as it is', () => {
  const { data } = eventOf({ ...wireRecord('k'), glacierEventData: null })
  assert.equal(Object(data).glacierEventData, null)
})

test('a time that the gateway left at zero is read from the sequencer', () => {
  const { time, data } = onlyEventOf('post-event-time-zero')
  assert.equal(time, '2026-11-25T21:16:29.275945407Z')
  assert.equal(data.eventTime, time)
})

test('a zero time without a sequencer that tells it gives an event without time', () => {
  for (const sequencer of ['', 'FFFFFFFFFFFFFFFF', '1795289112109']) {
    const record = wireRecord('k')
    Object.assign(record, { eventTime: '0.000000' })
    Object.assign(record.s3.object, { sequencer })
    assert.equal(eventOf(record).time, undefined, sequencer)
  }
})

test('buckets of one name in two tenants are told apart by source and by recordOf', () => {
  const events = eventsOf('two-tenants-same-bucket')
  assert.deepEqual(
    events.map(({ source }) => source),
    ['ceph:s3.default.tenA:data', 'ceph:s3.default.tenB:data'],
  )
  assert.deepEqual(
    events.map((event) => [recordOf(event).tenant, recordOf(event).bucket]),
    [
      ['tenA', 'data'],
      ['tenB', 'data'],
    ],
  )
})

test('a byte order mark in front and a line end behind change nothing', () => {
  assert.equal(onlyEventOf('bom-and-trailing-newline').subject, 'k1')
})

test('of many records that do not fit, some are explained and the rest is counted', () => {
  const { events, faults } = decode(JSON.stringify({ Records: [...Array(9000).fill(1), wireRecord('good')] }))
  assert.deepEqual([events.length, faults.length], [1, 11])
  assert.equal(faults.at(-1)?.message, '8990 more records do not match the schema')
})

test('more records than a gateway ever sends are not read one by one', () => {
  const body = `{"Records":[${Array(520_000).fill('1').join(',')}]}`
  assert.throws(() => decode(body), /expected at most 10000 records, found 520000/)
})
