import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CephEvent, cephEvent } from '../../lib/ceph/ceph-event.ts'
import { eventNamed } from '../../lib/ceph/ceph-event-names.ts'
import { type CephFilter, cephMatcher, isFromFunction } from '../../lib/ceph/ceph-filter.ts'
import { cephCapture } from '../fixtures.ts'

type Part = {
  key?: string
  size?: number | undefined
  metadata?: { key: string; val: string }[]
  tags?: { key: string; val: string }[]
}

const about = (part: Part = {}, eventName = 'ObjectCreated:Put'): CephEvent => {
  const [record] = JSON.parse(cephCapture('20.2.4/ObjectCreated_Put.plain.1').body).Records
  const object = { ...record.s3.object, key: '2026/a.jpg', size: 10, metadata: [], tags: [], ...part }
  return cephEvent({
    ...record,
    eventName,
    s3: { ...record.s3, bucket: { ...record.s3.bucket, name: 'photos' }, object },
  })
}
const fits = (filter: CephFilter, part?: Part): boolean => cephMatcher('*', filter)(about(part))

describe('the name of an event', () => {
  const matches = (pattern: string, eventName: string) => cephMatcher(pattern)(about({}, eventName))

  test('is one whatever its prefix and capitals, and whatever the release calls it', () => {
    for (const pattern of [
      'ObjectCreated:Put',
      's3:ObjectCreated:Put',
      'S3:objectcreated:PUT',
      'ObjectCreated:*',
      '*',
    ]) {
      assert.ok(matches(pattern, 'ObjectCreated:Put'), pattern)
    }
    for (const pattern of ['ObjectRemoved:*', 'ObjectCreated:Post', 'as3:ObjectCreated:Put']) {
      assert.ok(!matches(pattern, 'ObjectCreated:Put'), pattern)
    }
    assert.ok(matches('s3:ObjectMade:*', 'ObjectMade:Whatever'))
    assert.ok(!matches('a-s3:ObjectMade:*', 'ObjectMade:Whatever'))
  })

  test("is written as RGW's documentation does", () => {
    assert.equal(eventNamed('s3:objectcreated:put'), 'ObjectCreated:Put')
    assert.equal(eventNamed('S3:ObjectCreated:Put'), 'ObjectCreated:Put')
    assert.equal(eventNamed('as3:ObjectCreated:Put'), undefined)
    assert.equal(eventNamed('ObjectMade:Whatever'), undefined)
  })
})

describe('a filter', () => {
  test('without fields fits every event', () => assert.ok(fits({})))

  test('with several fields fits if each of them does', () => {
    const filter: CephFilter = { bucket: 'photos', prefix: '2026/', suffix: '.jpg', regex: /a/, size: { min: 1 } }
    assert.ok(fits(filter))
    const others: CephFilter[] = [
      { bucket: 'logs' },
      { prefix: '2025/' },
      { suffix: '.png' },
      { regex: /z/ },
      { size: { min: 11 } },
    ]
    others.push({ metadata: { owner: 'ann' } }, { tags: { team: 'a' } })
    for (const other of others) assert.ok(!fits({ ...filter, ...other }), JSON.stringify(other))
  })

  test('takes a list of values as one of them', () => {
    assert.ok(fits({ bucket: ['logs', 'photos'], prefix: ['x', '2026'], suffix: ['.png', '.jpg'] }))
    assert.ok(!fits({ prefix: ['.jpg'] }))
    assert.ok(!fits({ suffix: ['2026/'] }))
  })

  test('has both limits of a size within it, and an event without a size does not fit', () => {
    for (const size of [{ min: 10 }, { max: 10 }, { min: 10, max: 10 }, {}])
      assert.ok(fits({ size }), JSON.stringify(size))
    for (const size of [{ min: 11 }, { max: 9 }, { min: 11, max: 9 }]) assert.ok(!fits({ size }), JSON.stringify(size))
    assert.ok(!fits({ size: { max: 5 } }, { size: undefined }))
  })

  test('searches an expression in the key, up to the longest key that S3 allows', () => {
    assert.ok(fits({ regex: /^2026/ }))
    assert.ok(fits({ regex: /jpg$/ }))
    assert.ok(fits({ regex: /k$/ }, { key: 'k'.repeat(1024) }))
    assert.ok(!fits({ regex: /k$/ }, { key: 'k'.repeat(1025) }))
    assert.ok(!fits({ regex: /ä/ }, { key: 'ä'.repeat(513) }), '1026 bytes')
  })

  test('names metadata with or without its prefix', () => {
    const metadata = [{ key: 'x-amz-meta-owner', val: 'ann' }]
    for (const name of ['owner', 'x-amz-meta-owner']) {
      assert.ok(fits({ metadata: { [name]: 'ann' } }, { metadata }), name)
      assert.ok(!fits({ metadata: { [name]: 'bob' } }, { metadata }), name)
    }
    assert.ok(!fits({ metadata: { 'a-x-amz-meta-': 'ann' } }, { metadata }))
    assert.ok(!fits({ metadata: { owner: 'ann', other: 'ann' } }, { metadata }))
  })

  test('finds one of the values of a tag that has several', () => {
    const tags = ['a', 'b'].map((val) => ({ key: 'team', val }))
    for (const team of ['a', 'b', ['c', 'b']]) assert.ok(fits({ tags: { team } }, { tags }), String(team))
    assert.ok(!fits({ tags: { team: 'c' } }, { tags }))
    assert.ok(!fits({ tags: { other: 'a' } }, { tags }))
  })
})

describe('an object that a function wrote', () => {
  const metadata = [
    { key: 'x-amz-meta-owner', val: 'ann' },
    { key: 'x-amz-meta-tidings-cause', val: 'an-id' },
  ]

  test('is left out, unless fromFunctions asks for it', () => {
    assert.deepEqual([fits({}, { metadata }), fits({ fromFunctions: false }, { metadata })], [false, false])
    assert.ok(fits({ fromFunctions: true }, { metadata }))
    assert.ok(fits({ fromFunctions: false }))
  })

  test('is told by the metadata of a new object, and not of one that was removed', () => {
    assert.ok(isFromFunction(about({ metadata })))
    assert.ok(!isFromFunction(about({ metadata: metadata.slice(0, 1) })))
    assert.ok(!isFromFunction(about()))
    assert.ok(!isFromFunction(about({ metadata }, 'ObjectRemoved:Delete')))
  })
})
