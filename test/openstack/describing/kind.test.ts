import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOpenstackDecoder } from '../../../lib/openstack/decode-openstack.ts'
import { kindOf } from '../../../lib/openstack/describing/kind.ts'
import { openstackCaptures } from '../../fixtures.ts'
import { deliver, eventOf } from '../delivery.ts'

const kind = (service: string, eventType: string, priority = 'info', payload: unknown = {}) =>
  kindOf({ service, eventType, priority, payload })

/** https://opendev.org/openstack/nova/src/branch/master/nova/rpc.py and doc/notification_samples. */
const pairs: [legacy: string, versioned: string][] = [
  ['compute.instance.create.end', 'instance.create.end'],
  ['compute.instance.exists', 'instance.exists'],
  ['compute.instance.resize.confirm.start', 'instance.resize_confirm.start'],
  ['compute.instance.resize.prep.end', 'instance.resize_prep.end'],
  ['compute.instance.finish_resize.end', 'instance.resize_finish.end'],
  ['compute.instance.live_migration._post.end', 'instance.live_migration_post.end'],
  ['compute.instance.live_migration._rollback.start', 'instance.live_migration_rollback.start'],
  ['compute.instance.live_migration.pre.start', 'instance.live_migration_pre.start'],
  ['compute.instance.live_migration.post.dest.end', 'instance.live_migration_post_dest.end'],
  ['compute.instance.live_migration.rollback.dest.end', 'instance.live_migration_rollback_dest.end'],
  ['compute.instance.live.migration.abort.end', 'instance.live_migration_abort.end'],
  ['compute.instance.live.migration.force.complete.end', 'instance.live_migration_force_complete.end'],
  ['compute.instance.rebuild.scheduled', 'instance.rebuild_scheduled'],
  ['compute.instance.volume.attach', 'instance.volume_attach.end'],
  ['compute.instance.volume.detach', 'instance.volume_detach.end'],
  ['compute.libvirt.error', 'libvirt.connect.error'],
  ['compute.metrics.update', 'metrics.update'],
  ['compute_task.migrate_server', 'compute_task.migrate_server.error'],
  ['servergroup.create', 'server_group.create'],
  ['servergroup.addmember', 'server_group.add_member'],
  ['aggregate.addhost.end', 'aggregate.add_host.end'],
  ['aggregate.removehost.start', 'aggregate.remove_host.start'],
  ['aggregate.updatemetadata.end', 'aggregate.update_metadata.end'],
  ['aggregate.updateprop.end', 'aggregate.update_prop.end'],
  ['scheduler.select_destinations.end', 'scheduler.select_destinations.end'],
]
for (const [legacy, versioned] of pairs) {
  test(`${legacy} is ${versioned}`, () => {
    assert.deepEqual([kind('nova', legacy).kind, kind('nova', versioned).kind], [versioned, versioned])
  })
}

const parts: [service: string, eventType: string, kind: string, resource: string, action: string, phase: string][] = [
  ['keystone', 'identity.OS-TRUST:trust.created', 'trust.created', 'trust', 'created', 'none'],
  ['keystone', 'identity.project tag.created', 'project_tag.created', 'project_tag', 'created', 'none'],
  ['keystone', 'identity.authenticate', 'authenticate', 'keystone', 'authenticate', 'none'],
  ['heat', 'orchestration.stack.create.error', 'stack.create.error', 'stack', 'create', 'error'],
  ['ironic', 'baremetal.node.provision_set.success', 'node.provision_set.success', 'node', 'provision_set', 'end'],
  ['trove', 'dbaas.instance_reset_status.start', 'instance.reset_status.start', 'instance', 'reset_status', 'start'],
  ['cinder', 'volume.transfer.accept.end', 'volume.transfer.accept.end', 'volume.transfer', 'accept', 'end'],
  ['designate', 'dns.zone.create', 'zone.create', 'zone', 'create', 'none'],
  ['unknown', 'end', 'end', 'unknown', 'end', 'none'],
  // The habits of one service are not those of others.
  ['cinder', 'dbaas.volume_create', 'dbaas.volume_create', 'dbaas', 'volume_create', 'none'],
  ['trove', 'other.instance_create', 'other.instance_create', 'other', 'instance_create', 'none'],
  ['cinder', 'OS-EXT:volume type.create', 'OS-EXT:volume type.create', 'OS-EXT:volume type', 'create', 'none'],
  ['keystone', 'identity.x-OS-TRUST:trust.created', 'x-OS-TRUST:trust.created', 'x-OS-TRUST:trust', 'created', 'none'],
  ['nova', 'x.compute_task.build', 'x.compute_task.build', 'x.compute_task', 'build', 'none'],
]
for (const [service, eventType, ...expected] of parts) {
  test(`${eventType} of ${service} is ${expected.join(', ')}`, () => {
    const { kind: name, resource, action, phase } = kind(service, eventType)
    assert.deepEqual([name, resource, action, phase], expected)
  })
}

test('a priority of error makes the phase one, unless the name says another', () => {
  const phases = [
    kind('cinder', 'volume_type.delete', 'error'),
    kind('glance', 'image.upload', 'critical'),
    kind('nova', 'a.b.end', 'error'),
  ]
  assert.deepEqual(
    phases.map(({ phase }) => phase),
    ['error', 'error', 'end'],
  )
})

test('what is remembered of a name holds for its service and priority alone', () => {
  const phases = ['error', 'info', 'error'].map((priority) => kind('cinder', 'group.x', priority).phase)
  assert.deepEqual(phases, ['error', 'none', 'error'])
  const kinds = ['trove', 'cinder', 'trove'].map((service) => kind(service, 'dbaas.a_b').kind)
  assert.deepEqual(kinds, ['a.b', 'dbaas.a_b', 'a.b'])
})

test('a function of nova that failed is an exception, as in the versioned dialect; the name alone says nothing', () => {
  assert.equal(kind('nova', 'reboot_instance', 'error', { exception: 'x', args: {} }).kind, 'compute.exception')
  assert.equal(kind('nova', 'reboot_instance', 'info').kind, 'reboot_instance')
})

const kept = (novaNotifications: 'both' | 'versioned' | 'unversioned') => {
  const decode = createOpenstackDecoder({ novaNotifications })
  return openstackCaptures()
    .filter(({ name, body }) => name.startsWith('nova/') && decode(deliver(body)).dropped?.[0] !== 'filtered')
    .map(({ name, body }) => ({ name, ...eventOf(body).data }))
}

test("of nova's two dialects one is left out by choice, and only what the other tells too", () => {
  const all = kept('both')
  const versioned = kept('versioned')
  const unversioned = kept('unversioned')
  const outOf = (some: typeof all) => all.filter(({ name }) => !some.some((other) => other.name === name))
  assert.ok(outOf(versioned).length > 20)
  assert.ok(outOf(unversioned).length > 15)
  assert.deepEqual(new Set(outOf(versioned).map(({ format }) => format)), new Set(['legacy']))
  assert.deepEqual(new Set(outOf(unversioned).map(({ format }) => format)), new Set(['versioned']))
  // Services sent these in one dialect alone.
  const eventTypes = (some: typeof all) => new Set(some.map(({ eventType }) => eventType))
  assert.ok(eventTypes(versioned).has('pubtest.messagingv2.info'))
  for (const eventType of ['flavor.create', 'flavor.delete']) assert.ok(eventTypes(unversioned).has(eventType))
})

test('no other service is touched by the choice', () => {
  const decode = createOpenstackDecoder({ novaNotifications: 'unversioned' })
  for (const { name, body } of openstackCaptures().filter(({ name }) => name.startsWith('ironic/'))) {
    assert.deepEqual(decode(deliver(body)).dropped, [], name)
  }
})

test('a volume being attached has its start in the versioned dialect alone, so it always stays', () => {
  const decode = createOpenstackDecoder({ novaNotifications: 'unversioned' })
  const drops = (eventType: string) => {
    const object = {
      'nova_object.name': 'P',
      'nova_object.namespace': 'nova',
      'nova_object.version': '1.0',
      'nova_object.data': {},
    }
    return decode(deliver(JSON.stringify({ event_type: eventType, payload: object }))).dropped
  }
  assert.deepEqual(
    ['start', 'end', 'error'].map((phase) => drops(`instance.volume_attach.${phase}`)),
    [[], ['filtered'], []],
  )
})
