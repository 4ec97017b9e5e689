import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CloudEvent as JudgedEvent } from 'cloudevents'
import { openstackCapture, openstackLookAlike } from '../fixtures.ts'
import { eventOf } from './delivery.ts'

const capture = (name: string) => {
  const { body, exchange } = openstackCapture(name)
  const { payload, ...message } = JSON.parse(JSON.parse(body)['oslo.message'])
  return { event: eventOf(body, exchange), payload, message }
}

test('a legacy notification: attributes, and data around the payload as it is', () => {
  const { event, payload } = capture('nova/compute.instance.live_migration._post.end.1')
  const { data, ...attributes } = event
  const project = 'efd2ff3301614e7a8bf50c1d3c2d48f9'
  const who = { project, owner: project, user: '4340e93692684fb7821e9397576fcf28' }
  assert.deepEqual(attributes, {
    specversion: '1.0',
    id: attributes.id,
    source: 'openstack/nova/compute.osfake1',
    type: 'org.openstack.nova.compute.instance.live_migration._post.end',
    subject: payload.instance_id,
    time: attributes.time,
    datacontenttype: 'application/json',
    priority: 'info',
    kind: 'instance.live_migration_post.end',
    ...who,
    requestid: attributes.requestid,
    host: 'osfake1',
    severitytext: 'INFO',
    severitynumber: 9,
    authtype: 'user',
    authid: who.user,
    correlationid: attributes.requestid,
  })
  assert.deepEqual(data, {
    service: 'nova',
    eventType: 'compute.instance.live_migration._post.end',
    kind: 'instance.live_migration_post.end',
    resource: 'instance',
    action: 'live_migration_post',
    phase: 'end',
    priority: 'info',
    publisher: 'compute.osfake1',
    host: 'osfake1',
    ...who,
    userName: 'admin',
    projectName: 'admin',
    domain: 'default',
    request: attributes.requestid,
    format: 'legacy',
    payload,
  })
})

test('id, time and request are those of the message, time in UTC with its microseconds', () => {
  const { event, message } = capture('nova/compute.instance.create.end.1')
  assert.deepEqual(
    [event.id, event.time, event.requestid],
    [message.message_id, `${message.timestamp.replace(' ', 'T')}Z`, message._context_request_id],
  )
})

test('versioned objects are plain fields, with names and versions beside', () => {
  const { data, subject } = capture('nova/instance.create.end.1').event
  const payload = data.payload as Record<string, Record<string, unknown>> // As captured.
  assert.deepEqual(data.objects, {
    payload: { name: 'InstanceCreatePayload', namespace: 'nova', version: '1.12' },
    'payload.keypairs': { name: 'KeypairPayload', namespace: 'nova', version: '1.0' },
    'payload.flavor': { name: 'FlavorPayload', namespace: 'nova', version: '1.4' },
    'payload.ip_addresses': { name: 'IpPayload', namespace: 'nova', version: '1.0' },
  })
  assert.deepEqual([data.format, subject, payload.flavor?.vcpus], ['versioned', payload.uuid, 1])
  assert.doesNotMatch(JSON.stringify(data), /nova_object/)
})

test('an audit event has its parts, with names of ours, beside the payload', () => {
  const { event, payload } = capture('keystone/identity.authenticate.1')
  const { data } = event
  assert.deepEqual(data.cadf, {
    action: 'authenticate',
    outcome: payload.outcome,
    ...(payload.reason && { reason: { type: payload.reason.reasonType, code: payload.reason.reasonCode } }),
    initiator: {
      id: payload.initiator.id,
      typeUri: 'service/security/account/user',
      name: payload.initiator.username,
      user: payload.initiator.user_id,
      request: payload.initiator.request_id,
      address: payload.initiator.host.address,
      agent: payload.initiator.host.agent,
    },
    target: { id: payload.target.id, typeUri: 'service/security/account/user' },
    observer: { id: payload.observer.id, typeUri: 'service/security' },
  })
  assert.deepEqual(
    [data.format, data.outcome, data.payload, event.subject],
    ['cadf', payload.outcome, payload, payload.initiator.user_id],
  )
})

const audit = (outcome: string) => ({
  event_type: 'identity.authenticate',
  publisher_id: 'identity.ctl1',
  priority: 'INFO',
  payload: {
    typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event',
    action: 'authenticate',
    outcome,
    reason: { reasonType: 'Unauthorized', reasonCode: '401' },
  },
})

test('a login that failed says so in outcome and phase, though keystone calls it INFO', () => {
  const { data } = eventOf(audit('failure'))
  assert.deepEqual(
    [data.outcome, data.phase, data.priority, data.cadf?.reason],
    ['failure', 'error', 'info', { type: 'Unauthorized', code: '401' }],
  )
  assert.equal(eventOf(audit('success')).data.phase, 'none')
})

test('a payload that is a text or a list survives, and a sample has no list around it', () => {
  const text = eventOf(openstackLookAlike('glance-text-payload').body)
  const samples = eventOf(openstackLookAlike('ceilometer-samples').body)
  assert.deepEqual([typeof text.data.payload, text.data.format], ['string', 'other'])
  assert.deepEqual([Array.isArray(samples.data.payload), samples.data.format], [false, 'other'])
  assert.deepEqual(eventOf({ event_type: 'x', payload: [1, 'a'] }).data.payload, [1, 'a'])
})

test('nothing but the name of the event is needed', () => {
  const { id, ...event } = eventOf({ event_type: 'x' })
  assert.match(id, /^[\w-]{43}$/)
  assert.deepEqual(event, {
    specversion: '1.0',
    source: 'openstack/unknown',
    type: 'org.openstack.unknown.x',
    datacontenttype: 'application/json',
    priority: 'info',
    kind: 'x',
    severitytext: 'INFO',
    severitynumber: 9,
    data: {
      service: 'unknown',
      eventType: 'x',
      kind: 'x',
      resource: 'unknown',
      action: 'x',
      phase: 'none',
      priority: 'info',
      format: 'other',
      payload: null,
    },
  })
})

test('a notification without an id has the same one each time, and another than another', () => {
  const id = (payload: unknown) => eventOf({ event_type: 'x', payload }).id
  assert.equal(id({ a: 1 }), id({ a: 1 }))
  assert.notEqual(id({ a: 1 }), id({ a: 2 }))
  const one = { event_type: 'volume.create.error', timestamp: '2026-03-04 05:06:07', payload: { id: 'v' } }
  const others = [one, { ...one, priority: 'ERROR' }, { ...one, _context_request_id: 'req-2' }]
  assert.equal(new Set(others.map((each) => eventOf(each).id)).size, 3)
})

const types: [eventType: string, type: string][] = [
  ['identity.project tag.created', 'org.openstack.unknown.identity.project_tag.created'],
  ['identity.OS-TRUST:trust.created', 'org.openstack.unknown.identity.OS-TRUST:trust.created'],
  ['HostAPI.power_action.start', 'org.openstack.unknown.HostAPI.power_action.start'],
  ['größe\n😀', 'org.openstack.unknown.gr__e__'],
]
for (const [eventType, type] of types) {
  test(`${JSON.stringify(eventType)} gives a valid type, and stays as it is in data`, () => {
    const event = eventOf({ event_type: eventType, publisher_id: null })
    assert.deepEqual(
      [event.type.replace(/openstack\.\w+\./, 'openstack.unknown.'), event.data.eventType],
      [type, eventType],
    )
  })
}

test('a publisher of any characters gives a URI reference', () => {
  const source = (publisher: string) => eventOf({ event_type: 'x', publisher_id: publisher }).source
  assert.equal(source('volume.h@b#pool 1'), 'openstack/cinder/volume.h@b%23pool%201')
  assert.equal(source('nova-compute:h'), 'openstack/nova/nova-compute:h')
  assert.ok(source('\ud800/../é').startsWith('openstack/unknown/%EF%BF%BD%2F..%2F%C3%A9'))
})

test("CloudEvents' extensions tell the severity, the caller and the flow, and the cloudevents package takes them", () => {
  const { message, payload } = capture('nova/compute.instance.create.end.1')
  const numbers = ['debug', 'info', 'audit', 'sample', 'warn', 'error', 'critical'].map((priority) => {
    const event = eventOf({
      ...message,
      payload,
      priority: priority.toUpperCase(),
      _context_global_request_id: 'req-g',
    })
    assert.ok(new JudgedEvent({ ...event }).validate())
    assert.deepEqual([event.severitytext, event.authtype, event.authid], [priority.toUpperCase(), 'user', event.user])
    assert.equal(event.correlationid, 'req-g')
    return Number(event.severitynumber)
  })
  // One-to-one, from the least severe to the most.
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].toSorted((one, other) => one - other),
  )
  const odd = eventOf({ event_type: 'x', priority: 'loud' })
  for (const name of ['severitytext', 'severitynumber', 'authtype', 'authid', 'correlationid'])
    assert.ok(!(name in odd))
})
