import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cephEvent } from '../../lib/ceph/ceph-event.ts'
import { recordOf } from '../../lib/ceph/ceph-record.ts'
import { cephCaptures } from '../fixtures.ts'

const captured = (name: string) => {
  const capture = cephCaptures().find((candidate) => candidate.name === name)
  assert.ok(capture)
  return JSON.parse(capture.body).Records[0]
}

test('a handler sees a record without the habits of the wire', () => {
  const record = captured('20.2.4/ObjectCreated_Put.plain.1')
  assert.deepEqual(recordOf(cephEvent(record)), {
    bucket: 'cap-photos',
    key: 'a.txt',
    size: 11,
    eTag: '68a0697b83411b6cb6b7fe791c4cef7b',
    metadata: new Map([
      ['x-amz-meta-note', 'x'],
      ['x-amz-meta-owner', 'ops'],
    ]),
    tags: new Map([
      ['stage', ['dev']],
      ['team', ['blue']],
    ]),
    event: { name: 'ObjectCreated:Put', kind: 'ObjectCreated', action: 'Put' },
    rule: 'plain',
    principalId: 'tester',
  })
})

test('every value of a tag that repeats is kept, and no name harms a map', () => {
  const record = captured('20.2.4/ObjectCreated_Put.plain.1')
  const tagPairs = [
    { key: '__proto__', val: 'p' },
    { key: 'k', val: '1' },
    { key: 'k', val: '2' },
  ]
  const metadataPairs = [
    { key: 'x-amz-meta-k', val: '1' },
    { key: 'x-amz-meta-k', val: '2' },
  ]
  Object.assign(record.s3.object, { tags: tagPairs, metadata: metadataPairs, versionId: 'v1' })
  const { tags, metadata, versionId } = recordOf(cephEvent(record))
  assert.deepEqual(
    [...tags],
    [
      ['__proto__', ['p']],
      ['k', ['1', '2']],
    ],
  )
  assert.deepEqual([...metadata], [['x-amz-meta-k', '2']])
  assert.equal(versionId, 'v1')
})

const names: [string, object][] = [
  ['ObjectLifecycle:Expiration:Current', { kind: 'ObjectLifecycle', action: 'Expiration', detail: 'Current' }],
  ['LifecycleTransition', { kind: 'LifecycleTransition' }],
  ['s3:ObjectRemoved:DeleteMarkerCreated', { kind: 'ObjectRemoved', action: 'DeleteMarkerCreated' }],
]
for (const [eventName, parts] of names) {
  test(`${eventName} is split`, () => {
    const record = { ...captured('20.2.4/ObjectCreated_Put.plain.1'), eventName }
    assert.deepEqual(recordOf(cephEvent(record)).event, { name: eventName.replace('s3:', ''), ...parts })
  })
}
