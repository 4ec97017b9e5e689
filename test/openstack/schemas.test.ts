import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod/mini'
import { CadfEvent } from '../../lib/openstack/describing/cadf.ts'
import { VersionedObject } from '../../lib/openstack/describing/versioned-object.ts'
import { OsloEnvelope, OsloMessage } from '../../lib/openstack/reading/oslo-message.ts'
import { openstackCaptures } from '../fixtures.ts'

const captures = openstackCaptures()
  .filter(({ name }) => !name.split('/', 1)[0]?.endsWith('-rpc'))
  .map(({ name, body }) => ({ name, outer: JSON.parse(body) }))
  .map(({ name, outer }) => ({
    name,
    outer,
    message: 'oslo.message' in outer ? JSON.parse(outer['oslo.message']) : outer,
  }))

test('every capture fits the envelope, or is bare, and its message fits', () => {
  for (const { name, outer, message } of captures) {
    assert.equal(z.validate(OsloEnvelope, outer), outer !== message, name)
    assert.ok(z.validate(OsloMessage, message), name)
  }
})

test("every captured payload of nova's and ironic's versioned objects fits, and of keystone's audit events", () => {
  const fitting = { nova_object: 0, ironic_object: 0, cadf: 0 }
  for (const { name, message } of captures) {
    const { payload } = message
    for (const prefix of ['nova_object', 'ironic_object'] as const) {
      if (!(`${prefix}.data` in payload)) continue
      assert.ok(z.validate(VersionedObject[prefix], payload), name)
      fitting[prefix]++
    }
    if (!('typeURI' in payload)) continue
    assert.ok(z.validate(CadfEvent, payload), name)
    fitting.cadf++
  }
  assert.ok(
    Object.values(fitting).every((count) => count >= 8),
    JSON.stringify(fitting),
  )
})

const { message } = captures[0] ?? assert.fail()
const broken: [field: string, value: unknown][] = [
  ['event_type', ''],
  ['event_type', undefined],
  ['event_type', 7],
  ['message_id', 7],
  ['publisher_id', {}],
  ['priority', 1],
  ['timestamp', 1795291313],
]
for (const [field, value] of broken) {
  test(`a message whose ${field} is ${JSON.stringify(value)} does not fit`, () => {
    assert.ok(!z.validate(OsloMessage, { ...message, [field]: value }))
  })
}

test('nothing is asked of fields that nobody reads', () => {
  assert.ok(z.validate(OsloMessage, { ...message, _unique_id: {}, new_field: [] }))
  assert.ok(z.validate(OsloMessage, { event_type: 'x', publisher_id: null, payload: 'text' }))
})
