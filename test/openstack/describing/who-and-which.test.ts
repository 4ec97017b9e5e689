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
  ['service/security/keymanager/secrets', 'barbican'],
  ['service/security/users', 'keystone'],
  ['service/bss/metering/samples', 'ceilometer'],
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

test("what cinder's cache of images is about is the image", () => {
  const payload = { image_id: 'img', host: 'h@b' }
  assert.equal(eventOf({ event_type: 'image_volume_cache.hit', payload }, 'openstack').subject, 'img')
})

test("what ironic's sensors are about is the node, and not the instance on it", () => {
  const payload = { message_id: 'm', node_uuid: 'node', instance_uuid: 'instance', payload: {} }
  assert.equal(eventOf({ event_type: 'hardware.ipmi.metrics', publisher_id: 'ironic.h', payload }).subject, 'node')
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
