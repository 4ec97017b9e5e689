import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cephEvent } from '../../lib/ceph/ceph-event.ts'
import { CephRecord } from '../../lib/ceph/ceph-notification.ts'
import { attributeId, attributeText, attributeType, sourcePart } from '../../lib/core/cloudevent.ts'
import { wireRecord } from '../ceph/ceph-records.ts'

const anyText = fc.string({ unit: 'binary' })
const oddText = fc.oneof(anyText, fc.constantFrom('\0', '\ud800', 'a\r\nb', '\uffff', '\u0085', 'é', ' '))
const isAttribute = (text: string): boolean => text.isWellFormed() && !/[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(text)

test('whatever a sender writes, an attribute holds nothing that CloudEvents forbids', () => {
  fc.assert(
    fc.property(oddText, (text) => {
      for (const attribute of [attributeText(text), attributeId(text), attributeType(text), sourcePart(text)]) {
        assert.ok(isAttribute(attribute), JSON.stringify(attribute))
      }
      assert.match(sourcePart(text), /^[\w.:@~%!'()*-]*$/)
    }),
  )
})

test('two ids stay two', () => {
  fc.assert(fc.property(oddText, oddText, (a, b) => a === b || attributeId(a) !== attributeId(b)))
})

test('usual texts stay as they are', () => {
  for (const same of [attributeText, attributeId, sourcePart])
    assert.equal(same('ceph:s3.default.a'), 'ceph:s3.default.a')
  assert.equal(attributeText('2026/ä ö.jpg'), '2026/ä ö.jpg')
})

test('a type has an underscore for each character that no type has', () => {
  assert.equal(attributeType('org.openstack.nova.größe \u{1f600}\n'), 'org.openstack.nova.gr__e___')
})

test('an odd key, region or request id of Ceph gives a valid event, and the data keeps them', () => {
  const wire = { ...wireRecord('a\nb\ud800'), awsRegion: 'é', responseElements: { 'x-amz-request-id': '1\r\n2' } }
  assert.ok(CephRecord)
  const event = cephEvent(wire as unknown as CephRecord)
  assert.deepEqual([event.subject, event.source.includes('%C3%A9'), isAttribute(event.id)], ['a b\ufffd', true, true])
  assert.equal(event.data.s3.object.key, 'a\nb\ud800')
})
