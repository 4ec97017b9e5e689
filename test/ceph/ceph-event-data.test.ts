import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod/mini'
import { eventDataOf, isEventData } from '../../lib/ceph/ceph-event-data.ts'
import { CephRecord } from '../../lib/ceph/ceph-notification.ts'
import { cephCaptures } from '../fixtures.ts'

const records = cephCaptures().map(({ name, body }): { name: string; record: unknown } => ({
  name,
  record: JSON.parse(body).Records[0],
}))

test('every record of today is the data of its event', () => {
  for (const { name, record } of records.filter(({ name }) => !name.startsWith('16.')))
    assert.ok(isEventData(record), name)
})

const values: readonly unknown[] = [
  ...[null, '', 'x', 0, -1, '12', [], {}, [[]]],
  ...['s3:ObjectCreated:Put', 'aws:s3', '0.000', '1970-01-01T00:00:00Z', '2026-11-21 19:25:12Z', '2026-11-21T19:25:12'],
  ...[{ principalId: 7 }, { authorization: 'a' }, { 'X-Amz-Security-Token': 'a' }, { sourceIPAddress: 7 }],
  ...[[{ key: 'a' }], [{ key: 'a', val: 'b' }], [{ key: 'a', value: 'b' }], [{ key: 'x-amz-meta-a', val: 'b' }]],
  ...[[{ key: 'x-amz-meta-a', val: 'b', value: 'c' }], [{ key: 'X-Amz-Meta-A', val: 'b' }], [{ key: 7, val: 'b' }]],
  ...[{ 'x-amz-request-id': 7 }, { 'x-amz-id-2': 7 }],
]

const objectsIn = (value: unknown): object[] =>
  typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : []

const allNames = [...new Set(records.flatMap(({ record }) => objectsIn(record)).flatMap((part) => Object.keys(part)))]
const names = [...allNames, 'etag', 'userMetadata', 'value', '__proto__']

/** The record with one field of one of its objects replaced or, without a value, removed. */
const changed = (record: unknown, at: number, name: string, value?: unknown): unknown => {
  const copy = structuredClone(record)
  const part = objectsIn(copy).at(at) ?? {}
  if (value === undefined) Reflect.deleteProperty(part, name)
  else Object.defineProperty(part, name, { value, enumerable: true, configurable: true, writable: true })
  return copy
}

test('what is taken as data is a record that the schema accepts, and making data of it changes nothing', () => {
  const fields = fc.constantFrom(...names)
  const anything = fc.oneof(fc.constant(undefined), fc.constantFrom(...values), fc.jsonValue())
  const record = fc.constantFrom(...records.map(({ record }) => record))
  fc.assert(
    fc.property(record, fc.nat({ max: 12 }), fields, anything, (record, at, name, value) => {
      const candidate = changed(record, at, name, value)
      if (!isEventData(candidate)) return
      assert.ok(z.validate(CephRecord, candidate))
      const before = JSON.stringify(candidate)
      assert.equal(JSON.stringify(eventDataOf(candidate)), before)
    }),
    { numRuns: 3000 },
  )
})

test('a value that is not an object, or has a list for an object, is not data', () => {
  const [first] = records
  for (const value of [undefined, null, 'a', 7, [], [first?.record]]) assert.equal(isEventData(value), false)
  for (let at = 0; at < objectsIn(first?.record).length; at++)
    for (const name of ['s3', 'bucket', 'object', 'userIdentity', 'requestParameters', 'responseElements']) {
      const candidate = changed(first?.record, at, name, [])
      if (JSON.stringify(candidate).includes(`"${name}":[]`) && isEventData(candidate))
        assert.ok(z.validate(CephRecord, candidate), name)
    }
})
