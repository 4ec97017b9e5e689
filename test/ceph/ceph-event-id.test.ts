import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { cephEvent } from '../../lib/ceph/ceph-event.ts'
import type { CephEventData } from '../../lib/ceph/ceph-event-data.ts'
import { crc32, eventId } from '../../lib/ceph/ceph-event-id.ts'
import { cephCapture } from '../fixtures.ts'

test('it is what zlib says of any texts with zero bytes between them', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
      assert.equal(crc32(texts), zlib.crc32(texts.join('\0')))
    }),
  )
})

// The check value of CRC-32/ISO-HDLC: https://reveng.sourceforge.io/crc-catalogue/17plus.htm
test('123456789 is cbf43926', () => assert.equal(crc32(['123456789']).toString(16), 'cbf43926'))

const captured = (): CephEventData => {
  const [record] = JSON.parse(cephCapture('20.2.4/ObjectCreated_Put.plain.1').body).Records
  return cephEvent(record).data
}
const without = (data: CephEventData, ...names: readonly string[]): CephEventData => {
  const responseElements = { ...data.responseElements }
  for (const name of names) delete responseElements[name]
  return { ...data, responseElements }
}

test('an id without a request id, or without a sequencer, ends with a digest that the secret of the topic does not change', () => {
  const whole = captured()
  const { 'x-amz-request-id': requestId, 'x-amz-id-2': id2 } = whole.responseElements ?? {}
  const { sequencer } = whole.s3.object
  assert.match(eventId(whole), new RegExp(`^${requestId}\\.${id2}\\.${sequencer}\\.[0-9a-f]{8}$`))

  const nameless = without(whole, 'x-amz-request-id', 'x-amz-id-2')
  const digest = createHash('sha256')
    .update(JSON.stringify({ ...nameless, opaqueData: '' }))
    .digest('base64url')
  assert.equal(eventId(nameless), `..${sequencer}.${digest}`)
  assert.equal(eventId({ ...nameless, opaqueData: 'another' }), eventId(nameless))
  const timeless = { ...whole, s3: { ...whole.s3, object: { ...whole.s3.object, sequencer: '0000' } } }
  assert.match(eventId(timeless), /\.0000\.[\w-]{43}$/)
})

test('the checksum has eight digits, whatever it is', () => {
  const data = captured()
  for (let number = 0; number < 200; number++) {
    const other = { ...data, s3: { ...data.s3, object: { ...data.s3.object, key: `key ${number}` } } }
    assert.match(eventId(other), /\.[0-9a-f]{8}$/)
  }
})

test('a rule without a name is a rule like another', () => {
  const { s3, ...data } = captured()
  const { configurationId: _, ...rest } = s3
  assert.equal(eventId({ ...data, s3: rest }), eventId({ ...data, s3: { ...rest, configurationId: '' } }))
})
