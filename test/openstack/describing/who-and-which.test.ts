import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SchemaError } from '../../../lib/process/errors.ts'
import { decode, deliver, eventOf } from '../delivery.ts'

test('the progress of caching images is about the aggregate, as its start and end are', () => {
  const kindOf = (phase: string) => {
    const { resource, action, phase: told } = eventOf({ event_type: `aggregate.cache_images.${phase}` }, 'nova').data
    return { resource, action, phase: told }
  }
  const common = { resource: 'aggregate', action: 'cache_images' }
  assert.deepEqual(kindOf('start'), { ...common, phase: 'start' })
  assert.deepEqual(kindOf('progress'), { ...common, phase: 'none' })
  assert.deepEqual(kindOf('end'), { ...common, phase: 'end' })
})

const targets: [typeUri: string, service: string][] = [
  ['service/compute/servers', 'nova'],
  ['service/compute/servers/action/os-start', 'nova'],
  ['service/network/ports', 'neutron'],
  ['service/storage/image/images', 'glance'],
  ['service/storage/block/volumes', 'cinder'],
  ['service/compute/baremetal/nodes', 'ironic'],
  ['service', 'unknown'],
  ['other/things', 'unknown'],
]
for (const [typeURI, service] of targets) {
  test(`an audit event without an exchange, about ${typeURI}, is of ${service}`, () => {
    const payload = {
      typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event',
      action: 'read/list',
      outcome: 'success',
      target: { id: 't', typeURI },
      observer: { id: 'target' },
    }
    assert.equal(eventOf({ event_type: 'audit.http.request', publisher_id: 'uwsgi', payload }).data.service, service)
  })
}

test("who asked heat is the one who gave it a trust, and not heat's own user", () => {
  const heat = { event_type: 'orchestration.stack.create.end', publisher_id: 'orchestration.ctl1' }
  const flat = eventOf({ ...heat, _context_user_id: 'heat', _context_trustor_user_id: 'alice' })
  const nested = eventOf({ ...heat, _context: { user_id: 'heat', trustor_user_id: 'alice' } })
  const listener = eventOf({ ...heat, ctxt: { user_id: 'heat', trustor_user_id: 'alice' } })
  assert.deepEqual([flat.user, nested.user, listener.user], ['alice', 'alice', 'alice'])
  assert.equal(eventOf({ ...heat, _context_user_id: 'bob', _context_trustor_user_id: null }).user, 'bob')
})

test("what cinder's cache of images is about is the image", () => {
  const payload = { image_id: 'img', host: 'h@b' }
  assert.equal(eventOf({ event_type: 'image_volume_cache.hit', payload }, 'openstack').subject, 'img')
})

test("glance's project is the owner of the image", () => {
  const image = (payload: object) => eventOf({ event_type: 'image.update', publisher_id: 'image.localhost', payload })
  assert.equal(image({ id: 'i', owner: 'p1' }).project, 'p1')
  assert.equal(image({ id: 'i', owner_id: 'p1' }).project, 'p1')
  assert.equal(image({ id: 'i', owner: null }).project, undefined)
  assert.equal(eventOf({ event_type: 'volume.update', payload: { owner: 'p1' } }, 'openstack').project, undefined)
})

const incomplete: [body: object, field: string][] = [
  [{ 'oslo.message': '{"event_type":"x"}' }, 'oslo.version'],
  [{ 'oslo.version': '2.0' }, 'oslo.message'],
  [{ 'oslo.version': '2.0', 'oslo.message': null }, 'oslo.message'],
]
for (const [body, field] of incomplete) {
  test(`${JSON.stringify(body)} lacks ${field}, and is told so`, () => {
    const { faults } = decode(deliver(JSON.stringify(body)))
    assert.deepEqual([faults.map((fault) => fault.field), faults[0] instanceof SchemaError], [[field], true])
  })
}
