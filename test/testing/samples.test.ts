import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { CephEvent } from '../../lib/ceph/ceph-event.ts'
import { recordOf } from '../../lib/ceph/ceph-record.ts'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import type { Decode } from '../../lib/core/decoder.ts'
import { createOpenstackDecoder } from '../../lib/openstack/decode-openstack.ts'
import type { OpenstackEvent } from '../../lib/openstack/openstack-event.ts'
import { cephSample } from '../../lib/testing/ceph-sample.ts'
import { openstackSample, openstackSampleTypes } from '../../lib/testing/openstack-sample.ts'
import { makeSamples, samplesFile, samplesText } from '../../scripts/samples.ts'
import { cephCapture, openstackCapture } from '../fixtures.ts'

const decoded = (decode: Decode, sample: unknown) => {
  const body = Buffer.from(JSON.stringify(sample))
  const { events, faults } = decode({ body, headers: {}, origin: { kind: 'direct' } })
  assert.deepEqual(faults, [])
  return events
}

const ceph = (sample: unknown): CephEvent => decoded(createCephDecoder([]), sample)[0] as CephEvent
const openstack = (sample: unknown): OpenstackEvent =>
  decoded(createOpenstackDecoder({ novaNotifications: 'both' }), sample)[0] as OpenstackEvent

const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return []
  if (typeof value !== 'object' || value === null) return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]))
}

test('a Ceph sample has the fields of a captured notification, in the same order', () => {
  for (const name of [
    'ObjectCreated_Put.plain.1',
    'ObjectRemoved_Delete.plain.1',
    'LifecycleExpiration_Delete.plain.1',
  ]) {
    const [captured] = JSON.parse(cephCapture(`20.2.4/${name}`).body).Records
    const [made] = cephSample(captured.eventName).Records
    assert.equal(JSON.stringify(shapeOf(made)), JSON.stringify(shapeOf(captured)), name)
    assert.equal(made?.userIdentity.principalId === 'rgw lifecycle', name.startsWith('Lifecycle'))
  }
})

test('a Ceph sample says what it is asked to say', () => {
  const sample = cephSample('ObjectCreated:Put', {
    bucket: 'films',
    key: 'in/ä b.mkv',
    size: 7,
    tenant: 'blue',
    metadata: { owner: 'ops', 'x-amz-meta-note': 'x' },
    tags: { stage: ['raw', 'dev'] },
    time: new Date('2026-11-21T20:16:10.533Z'),
  })
  const event = ceph(sample)
  const { bucket, key, size, tenant, metadata, tags } = recordOf(event)
  assert.deepEqual({ bucket, key, size, tenant }, { bucket: 'films', key: 'in/ä b.mkv', size: 7, tenant: 'blue' })
  assert.deepEqual(
    [...metadata],
    [
      ['x-amz-meta-owner', 'ops'],
      ['x-amz-meta-note', 'x'],
    ],
  )
  assert.deepEqual([...tags], [['stage', ['raw', 'dev']]])
  assert.match(String(event.time), /^2026-11-21T20:16:10\.533/)
})

test('no two samples are the same event, at the same time either', () => {
  const time = new Date()
  const ids = Array.from({ length: 100 }, () => ceph(cephSample('ObjectCreated:Put', { time })).id)
  assert.equal(new Set(ids).size, ids.length)
  const type = 'compute.instance.create.end'
  assert.notEqual(openstack(openstackSample(type)).id, openstack(openstackSample(type)).id)
})

test('every OpenStack sample is read without a fault, as an event of its type and service', () => {
  for (const [service, types] of openstackSampleTypes()) {
    // Libraries send from within a service, which they do not name; a payload without samples is not a metering.
    if (['keystonemiddleware', 'oslo.messaging', 'ceilometer'].includes(service)) continue
    for (const type of types) {
      const event = openstack(openstackSample(type, { service }))
      assert.deepEqual([event.data.eventType, event.data.service], [type, service])
    }
  }
})

test('the OpenStack samples are those of the fixtures and the catalogue', () => {
  assert.equal(readFileSync(samplesFile, 'utf8'), samplesText(makeSamples()))
})

test('an OpenStack sample has the payload of a captured message of its type', () => {
  const { body } = openstackCapture('nova/compute.instance.create.end.1')
  const captured = JSON.parse(JSON.parse(body)['oslo.message'])
  const made = openstackSample('compute.instance.create.end')
  assert.deepEqual(Object.keys(shapeOf(made.payload) as object), Object.keys(captured.payload))
  assert.equal(made.publisher_id, captured.publisher_id)
})

test('a type that was not captured has the payload of another event of the resource, or none', () => {
  const { payload } = openstackSample('compute.instance.reboot.end')
  assert.equal(typeof (payload as { instance_id: unknown }).instance_id, 'string')
  assert.deepEqual(openstackSample('lease.create', { payload: { name: 'a' } }).payload, { name: 'a' })
  assert.equal(openstackSample('mine.own.event').publisher_id, 'mine.host1')
})

test('project and payload of an OpenStack sample can be chosen, in the versioned form too', () => {
  for (const type of [
    'compute.instance.create.end',
    'instance.create.end',
    'port.create.end',
    'identity.user.created',
  ]) {
    assert.equal(openstack(openstackSample(type, { project: 'p-1' })).project, 'p-1', type)
  }
  const versioned = openstackSample('instance.create.end', { payload: { display_name: 'web-1' } })
  assert.equal(
    (versioned.payload as Record<string, Record<string, unknown>>)['nova_object.data']?.display_name,
    'web-1',
  )
})
