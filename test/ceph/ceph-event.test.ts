import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cephEvent } from '../../lib/ceph/ceph-event.ts'
import type { CephRecord } from '../../lib/ceph/ceph-notification.ts'
import { cephCaptures } from '../fixtures.ts'

const recordsIn = (text: string): CephRecord[] => JSON.parse(text).Records
const sample = (): CephRecord => {
  const [record] = recordsIn(readFileSync(new URL('../../examples/notification.json', import.meta.url), 'utf8'))
  assert.ok(record)
  return record
}

test('a record of Ceph 15 becomes an event of the S3 mapping, its data in the shape of today', () => {
  const record = sample()
  const { etag, metadata, ...object } = record.s3.object
  assert.ok(metadata?.some(({ key }) => key === 'x-amz-content-sha256'))
  assert.deepEqual(cephEvent(record), {
    specversion: '1.0',
    id: 'cffa8590-7621-4f07-99b4-5f5f5a30baab.4451.127.1163-default-default.892B8A60D2CAEF37.55576772',
    source: 'ceph:s3..test-notifications',
    type: 'com.amazonaws.s3.ObjectCreated:Put',
    subject: 'charging-simple-logic.png',
    time: '2021-04-29T03:44:09.933439Z',
    datacontenttype: 'application/json',
    sequence: '608A2B8937EFCAD2',
    authtype: 'user',
    authid: '7b10eee340c84201bc99ca5d8fa4f61d',
    correlationid: 'cffa8590-7621-4f07-99b4-5f5f5a30baab.4451.127',
    data: {
      ...record,
      eventTime: '2021-04-29T03:44:09.933439Z',
      eventName: 'ObjectCreated:Put',
      s3: { ...record.s3, object: { ...object, metadata: [], eTag: etag } },
    },
  })
})

test('the principal of a record is who caused the event, if there is one, and a request is what events have in common', () => {
  const attributesOf = (eventSource: string, principalId: string, request: string) => {
    const { authtype, authid, correlationid } = cephEvent({
      ...sample(),
      eventSource,
      userIdentity: { principalId },
      responseElements: { 'x-amz-request-id': request },
    })
    return [authtype, authid, correlationid]
  }
  assert.deepEqual(attributesOf('ceph:s3', 'acme$alice', 'tx1'), ['user', 'acme$alice', 'tx1'])
  assert.deepEqual(attributesOf('ceph:s3', 'rgw lifecycle', '0'), ['system', 'rgw lifecycle', undefined])
  assert.deepEqual(attributesOf('ceph:s3', 'rgw sync', '0'), ['system', 'rgw sync', undefined])
  assert.deepEqual(attributesOf('ceph:s3', 'anonymous', 'tx2'), ['unauthenticated', 'anonymous', 'tx2'])
  assert.deepEqual(attributesOf('aws:s3', 'AWS:AIDAEXAMPLE', 'C3D1'), ['unknown', 'AWS:AIDAEXAMPLE', 'C3D1'])
  assert.deepEqual(attributesOf('ceph:s3', '', ''), [undefined, undefined, undefined])
})

test('a record is not altered', () => {
  const record = sample()
  const before = structuredClone(record)
  cephEvent(record)
  assert.deepEqual(record, before)
})

test("a record of today keeps its shape, unknown fields too, but for 16.2's request headers in metadata", () => {
  for (const { name, body } of cephCaptures()) {
    for (const record of recordsIn(body)) {
      const glacierEventData = { restoreEventData: { tier: 'cold' } }
      const metadata = record.s3.object.metadata?.filter(({ key }) => key.startsWith('x-amz-meta-'))
      const s3 = { ...record.s3, object: { ...record.s3.object, metadata } }
      assert.deepEqual(cephEvent({ ...record, glacierEventData }).data, { ...record, s3, glacierEventData }, name)
    }
  }
})

test('the keys of one multi-object delete have events of their own', () => {
  const [record] = recordsIn(cephCaptures().find(({ name }) => name.includes('ObjectRemoved_Delete'))?.body ?? '')
  assert.ok(record)
  const ids = ['a', 'b', 'c'].map((key) => {
    const twin = structuredClone(record)
    twin.s3.object.key = key
    return cephEvent(twin).id
  })
  assert.equal(new Set(ids).size, 3)
})

const differences: Record<string, (record: CephRecord) => void> = {
  'the version': (record) => {
    record.s3.object.versionId = 'other'
  },
  'the rule': (record) => {
    record.s3.configurationId = 'other'
  },
  'the event name, as of one expiry told twice': (record) => {
    record.eventName = 'LifecycleExpiration:Delete'
  },
  'the bucket instance, as after a bucket was made anew': (record) => {
    record.s3.bucket.id = 'other'
  },
  'the sequencer': (record) => {
    record.s3.object.sequencer = '892B8A60D3CAEF37'
  },
}
for (const [what, change] of Object.entries(differences)) {
  test(`${what} tells two occurrences apart`, () => {
    const twin = sample()
    change(twin)
    assert.notEqual(cephEvent(twin).id, cephEvent(sample()).id)
  })
}

test('no two captured notifications share an id, and a redelivery has the id of the first', () => {
  const ids = cephCaptures().flatMap(({ body }) => recordsIn(body).map((record) => cephEvent(record).id))
  const again = cephCaptures().flatMap(({ body }) => recordsIn(body).map((record) => cephEvent(record).id))
  assert.deepEqual(again, ids)
  assert.equal(new Set(ids).size, ids.length)
})

test('the key is the subject as it is, never decoded', () => {
  for (const key of ['a%20b', 'a+b', 'a b', '日本/ファイル 1.jpg', '😀', 'a"b\\c', ' ']) {
    const record = sample()
    record.s3.object.key = key
    assert.equal(cephEvent(record).subject, key)
  }
})

test('a value that is not a date gives an event without time, and stays in the data', () => {
  const { time, data } = cephEvent({ ...sample(), eventTime: 'yesterday' })
  assert.deepEqual([time, data.eventTime], [undefined, 'yesterday'])
})

const changed = (change: (record: CephRecord) => void): CephRecord => {
  const record = sample()
  change(record)
  return record
}

test('a time that RGW prints as zero is taken from the sequencer; any other text that has zeros is not', () => {
  for (const eventTime of ['0', '0.000000', '1970-01-01T00:00:00.000Z']) {
    const { time, data } = cephEvent({ ...sample(), eventTime })
    assert.deepEqual([time, data.eventTime], ['2021-04-29T03:44:09.938461906Z', time], eventTime)
  }
  for (const eventTime of ['10', '10.0', '0.0x', 'at 1970-01-01T00:00:00']) {
    assert.equal(cephEvent({ ...sample(), eventTime }).data.eventTime, eventTime)
  }
})

test('without a sequencer an event has no sequence, without a time no time, and neither is there as undefined', () => {
  const attributesOf = (record: CephRecord) => {
    const event = cephEvent(record)
    return [Object.hasOwn(event, 'time'), Object.hasOwn(event, 'sequence')]
  }
  const without = changed((record) => {
    delete record.s3.object.sequencer
  })
  assert.deepEqual(attributesOf(sample()), [true, true])
  assert.deepEqual(attributesOf(without), [true, false])
  assert.deepEqual(attributesOf({ ...sample(), eventTime: 'yesterday' }), [false, true])
  assert.deepEqual(attributesOf({ ...without, eventTime: 'yesterday' }), [false, false])
})

test('a bucket of a tenant has the tenant in its source', () => {
  const record = changed(({ s3 }) => {
    s3.bucket.arn = 'arn:aws:s3:default:acme:photos'
  })
  assert.equal(cephEvent(record).source, 'ceph:s3..acme:test-notifications')
  delete record.s3.bucket.arn
  assert.equal(cephEvent(record).source, 'ceph:s3..test-notifications')
})

test('fields that a record lacks are empty in the data, or stay away if they have no empty form', () => {
  const record = changed((record) => {
    delete record.responseElements
    delete record.requestParameters
    const { eTag: _e, etag: _t, versionId: _v, size: _s, metadata: _m, tags: _g, ...object } = record.s3.object
    record.s3.object = { ...object }
    delete record.awsRegion
    delete record.opaqueData
  })
  const { data } = cephEvent(record)
  const { eTag, versionId, metadata, tags } = data.s3.object
  assert.deepEqual([data.awsRegion, data.opaqueData, eTag, versionId, metadata, tags], ['', '', '', '', [], []])
  for (const name of ['responseElements', 'requestParameters']) assert.ok(!Object.hasOwn(data, name), name)
  for (const name of ['size', 'etag', 'userMetadata']) assert.ok(!Object.hasOwn(data.s3.object, name), name)
})

test('a size that is a text becomes a number, and etag becomes eTag', () => {
  const record = changed(({ s3 }) => {
    s3.object.size = '12'
    s3.object.etag = 'f00'
    delete s3.object.eTag
  })
  const { object } = cephEvent(record).data.s3
  assert.deepEqual([object.size, object.eTag, Object.hasOwn(object, 'etag')], [12, 'f00', false])
})

test('credentials leave the elements of the response and the named metadata too', () => {
  const record = changed((record) => {
    record.responseElements = { ...record.responseElements, 'x-amz-security-token': 'hush' }
    record.requestParameters = { ...record.requestParameters, Authorization: 'hush' }
    delete record.s3.object.metadata
    record.s3.object.userMetadata = { 'X-Amz-Meta-Owner': 'ann', cookie: 'hush', 'content-type': 'text/plain' }
  })
  const { data } = cephEvent(record)
  assert.ok(!JSON.stringify(data).includes('hush'))
  assert.deepEqual(data.s3.object.metadata, [{ key: 'x-amz-meta-owner', val: 'ann' }])
  assert.deepEqual(data.s3.object.userMetadata, { 'X-Amz-Meta-Owner': 'ann', 'content-type': 'text/plain' })
})

test('a pair has its value as val, whichever of the two names the wire has', () => {
  const record = changed(({ s3 }) => {
    s3.object.tags = [{ key: 'a', val: '1' }, { key: 'b', value: '2' }, { key: 'c', val: '3', value: '' }, { key: 'd' }]
  })
  assert.deepEqual(cephEvent(record).data.s3.object.tags, [
    { key: 'a', val: '1' },
    { key: 'b', val: '2' },
    { key: 'c', val: '3' },
    { key: 'd', val: '' },
  ])
})
