import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod/mini'
import { CephRecord } from '../../lib/ceph/ceph-notification.ts'
import { type WireRecord, wireRecord } from './ceph-records.ts'

const withObject = (changes: Readonly<Record<string, unknown>>): WireRecord => {
  const record = wireRecord('a.jpg')
  return { ...record, s3: { ...record.s3, object: { ...record.s3.object, ...changes } } }
}
const fits = (record: unknown): boolean => z.validate(CephRecord, record)

test('a size is a number of at least 0, or up to 16 digits as a text', () => {
  for (const size of [0, 1, 2 ** 40, '0', '1234567890123456']) assert.ok(fits(withObject({ size })), String(size))
  for (const size of [-1, '-1', '1 ', ' 1', '1e3', 'many', '12345678901234567', true, [5], null]) {
    assert.ok(!fits(withObject({ size })), String(size))
  }
})

test('a sequencer is a text or a number', () => {
  for (const sequencer of ['00', 17, undefined]) assert.ok(fits(withObject({ sequencer })), String(sequencer))
  for (const sequencer of [true, {}, null]) assert.ok(!fits(withObject({ sequencer })), String(sequencer))
})

test('metadata and tags are lists of a key and, as val or value, a text', () => {
  for (const pair of [{ key: 'a' }, { key: 'a', val: '1' }, { key: 'a', value: '1' }]) {
    assert.ok(fits(withObject({ tags: [pair], metadata: [pair] })), JSON.stringify(pair))
  }
  for (const list of [
    {},
    'a',
    [null],
    ['a'],
    [undefined],
    [{ val: '1' }],
    [{ key: 1 }],
    [{ key: 'a', val: 1 }],
    [{ key: 'a', value: 1 }],
  ]) {
    assert.ok(!fits(withObject({ tags: list })), JSON.stringify(list))
    assert.ok(!fits(withObject({ metadata: list })), JSON.stringify(list))
  }
})
