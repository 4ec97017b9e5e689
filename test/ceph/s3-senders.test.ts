import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sequenceOf } from '../../lib/ceph/s3-senders.ts'
import { cephCaptures } from '../fixtures.ts'

/** As RGW prints it: two little-endian 32-bit words. */
const sequencerAt = (seconds: number, nanoseconds: number): string => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32LE(seconds, 0)
  bytes.writeUInt32LE(nanoseconds, 4)
  return bytes.toString('hex').toUpperCase()
}

test('the sequencer holds the instant of the event id', () => {
  for (const { name, body } of cephCaptures()) {
    const [record] = JSON.parse(body).Records
    const [seconds, microseconds] = record.eventId.split('.').map(Number)
    const sequence = sequenceOf(record.s3.object.sequencer) ?? ''
    const told = [Number.parseInt(sequence.slice(0, 8), 16), Math.floor(Number.parseInt(sequence.slice(8), 16) / 1000)]
    assert.deepEqual(told, [seconds, microseconds], name)
  }
})

test('text order is time order', () => {
  const instant = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 999_999_999 }))
  fc.assert(
    fc.property(instant, instant, ([s1, n1], [s2, n2]) => {
      const earlier = s1 < s2 || (s1 === s2 && n1 < n2)
      const one = sequenceOf(sequencerAt(s1, n1)) ?? ''
      const two = sequenceOf(sequencerAt(s2, n2)) ?? ''
      assert.equal(one < two, earlier)
    }),
  )
})

test('no order is claimed for what is not a sequencer of RGW', () => {
  for (const other of ['', '1795289112109', '19a4c0f8', '892B8A60D2CAEF3', '892B8A60D2CAEF37A', '892B8A60D2CAEFXY']) {
    assert.equal(sequenceOf(other), undefined)
  }
})
