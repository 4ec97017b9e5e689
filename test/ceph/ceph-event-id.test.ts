import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { crc32 } from '../../lib/ceph/ceph-event-id.ts'

test('it is what zlib says of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(crc32(text), zlib.crc32(text))
    }),
  )
})

// The check value of CRC-32/ISO-HDLC: https://reveng.sourceforge.io/crc-catalogue/17plus.htm
test('123456789 is cbf43926', () => assert.equal(crc32('123456789').toString(16), 'cbf43926'))
