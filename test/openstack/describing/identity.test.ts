import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openstackCapture } from '../../fixtures.ts'
import { eventOf } from '../delivery.ts'

/** A captured notification as if it were asked for by an administrator of another project. */
const askedByAdmin = (name: string) => {
  const { body, exchange } = openstackCapture(name)
  return eventOf(body.replace(/(_context_(?:project|tenant)(?:_id)?\\": \\")[^\\]+/g, '$1admins'), exchange)
}

const PROJECT = 'efd2ff3301614e7a8bf50c1d3c2d48f9'

const owned = [
  'nova/compute.instance.create.end.1',
  'nova/instance.create.end.1',
  'nova/server_group.create.1',
  'nova/detach_volume.1',
  'nova/scheduler.select_destinations.start.1',
  'nova/compute_task.migrate_server.error.1',
  'nova/compute_task.build_instances.error.1',
  'neutron/port.create.end.1',
  'neutron/router.interface.create.1',
  'neutron/security_group.delete.end.1',
  'cinder/volume.create.end.1',
  'heat/orchestration.stack.create.start.1',
  'designate/dns.zone.create.1',
  'openstack/share.delete.end.1',
]
for (const name of owned) {
  test(`${name}: the owner is the project of the resource, the project is that of the caller`, () => {
    const { project, owner, data } = askedByAdmin(name)
    assert.deepEqual({ project, owner }, { project: 'admins', owner: PROJECT })
    assert.deepEqual({ project: data.project, owner: data.owner }, { project: 'admins', owner: PROJECT })
  })
}

for (const name of ['glance/image.create.1', 'glance/image.send.1', 'glance/task.success.1']) {
  test(`${name}: the owner is the owner that glance names`, () => {
    const { body, exchange } = openstackCapture(name)
    assert.equal(eventOf(body, exchange).owner, PROJECT)
  })
}

const withoutOwner = [
  'nova/flavor.create.1',
  'nova/aggregate.create.end.1',
  'neutron/agent.update.end.1',
  'neutron/port.delete.start.1',
  'cinder/volume_type.create.1',
  'keystone/identity.role_assignment.created.1',
  'ironic/baremetal.node.create.end.1',
]
for (const name of withoutOwner) {
  test(`${name}: what belongs to no project, or does not say to which, has no owner`, () => {
    assert.equal('owner' in askedByAdmin(name), false)
  })
}

test('an ironic node belongs to its owner; the owner of anything else may be anybody', () => {
  const payload = {
    'ironic_object.name': 'NodePayload',
    'ironic_object.namespace': 'ironic',
    'ironic_object.version': '1.16',
    'ironic_object.data': { uuid: 'n1', owner: 'p1', lessee: 'p2' },
  }
  assert.equal(eventOf({ event_type: 'baremetal.node.create.end', payload }).owner, 'p1')
  assert.equal(eventOf({ event_type: 'volume.update', payload: { owner: 'p1' } }, 'openstack').owner, undefined)
})

test('of several resources in one neutron request the owner is told if it is the same for all', () => {
  const ports = (...owners: string[]) =>
    eventOf({
      event_type: 'port.create.end',
      payload: { ports: owners.map((project_id) => ({ id: 'x', project_id })) },
    }).owner
  assert.equal(ports('p1', 'p1'), 'p1')
  assert.equal(ports('p1', 'p2'), undefined)
  assert.equal(ports(), undefined)
})

const callers: [name: string, caller: object][] = [
  ['nova/compute.instance.create.end.1', { userName: 'admin', projectName: 'admin', domain: 'default' }],
  ['neutron/port.create.end.1', { userName: 'admin', projectName: undefined, domain: undefined }],
  ['cinder/volume.create.end.1', { userName: undefined, projectName: 'admin', domain: undefined }],
  ['heat/orchestration.stack.create.start.1', { userName: undefined, projectName: 'admin', domain: 'default' }],
  ['glance/image.create.1', { userName: undefined, projectName: undefined, domain: undefined }],
]
for (const [name, caller] of callers) {
  test(`${name}: names and domain are those in the context of the request`, () => {
    const { body, exchange } = openstackCapture(name)
    const { userName, projectName, domain } = eventOf(body, exchange).data
    assert.deepEqual({ userName, projectName, domain }, caller)
  })
}

test('the global request id is kept beside the id of the request', () => {
  const { body, exchange } = openstackCapture('neutron/port.create.end.1')
  const { request, globalRequestId } = eventOf(
    body.replace('_context_global_request_id\\": null', '_context_global_request_id\\": \\"req-global\\"'),
    exchange,
  ).data
  assert.match(request ?? '', /^req-\w{8}-/)
  assert.equal(globalRequestId, 'req-global')
})

test('who acts on a domain has that domain, in the context and in an audit event', () => {
  const context = {
    _context_user_id: 'u1',
    _context_domain: 'd1',
    _context_project_domain: null,
    _context_user_domain: 'd2',
  }
  assert.equal(eventOf({ event_type: 'volume.create.end', ...context }).data.domain, 'd1')
  const payload = {
    typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event',
    action: 'created.user',
    outcome: 'success',
    initiator: { id: 'u1', username: 'alice', domain_id: 'd1' },
  }
  const { userName, domain } = eventOf({ event_type: 'identity.user.created', payload }).data
  assert.deepEqual({ userName, domain }, { userName: 'alice', domain: 'd1' })
})

const audited = (initiator: object, target: object) =>
  eventOf({
    event_type: 'audit.http.request',
    publisher_id: 'uwsgi',
    payload: {
      typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event',
      action: 'read/list',
      outcome: 'failure',
      initiator,
      target: { typeURI: 'service/compute/servers', ...target },
    },
  })

test('an audit event of a caller who is not known has neither user nor project', () => {
  const unknown = { id: 'unknown', name: 'unknown' }
  const { project, user, authtype, authid, subject, data } = audited({ ...unknown, project_id: 'unknown' }, unknown)
  assert.deepEqual(
    [project, user, authtype, authid, subject, data.userName],
    [undefined, undefined, undefined, undefined, undefined, undefined],
  )
})

test('the namespace that old releases put before ids of audit events is not part of the id', () => {
  const { project, user, subject } = audited({ id: 'openstack:u1', project_id: 'openstack:p1' }, { id: 'openstack:t1' })
  assert.deepEqual([project, user, subject], ['p1', 'u1', 't1'])
})

test("who asked heat is the one who gave it a trust, and not heat's own user", () => {
  const heat = { event_type: 'orchestration.stack.create.end', publisher_id: 'orchestration.ctl1' }
  const flat = eventOf({ ...heat, _context_user_id: 'heat', _context_trustor_user_id: 'alice' })
  const nested = eventOf({ ...heat, _context: { user_id: 'heat', trustor_user_id: 'alice' } })
  const listener = eventOf({ ...heat, ctxt: { user_id: 'heat', trustor_user_id: 'alice' } })
  assert.deepEqual([flat.user, nested.user, listener.user], ['alice', 'alice', 'alice'])
  const named = eventOf({ ...heat, _context_username: 'heat', _context_trustor_user_id: 'alice' })
  assert.equal(named.data.userName, undefined, "the name in the context is that of heat's own user")
  assert.equal(eventOf({ ...heat, _context_user_id: 'bob', _context_trustor_user_id: null }).user, 'bob')
})

test('glance sends no context, so the project is the owner of the image', () => {
  const image = (payload: object) => eventOf({ event_type: 'image.update', publisher_id: 'image.localhost', payload })
  assert.equal(image({ id: 'i', owner: 'p1' }).project, 'p1')
  assert.equal(image({ id: 'i', owner_id: 'p1' }).project, 'p1')
  assert.equal(image({ id: 'i', owner: null }).project, undefined)
  assert.equal(eventOf({ event_type: 'volume.update', payload: { owner: 'p1' } }, 'openstack').project, undefined)
})
