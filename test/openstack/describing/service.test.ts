import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clues, serviceOf } from '../../../lib/openstack/describing/service.ts'
import { openstackLookAlike } from '../../fixtures.ts'
import { decode, deliver, eventOf } from '../delivery.ts'

const service = (clues: Partial<Clues>): string =>
  serviceOf({
    namespace: undefined,
    exchange: undefined,
    publisher: undefined,
    observer: undefined,
    eventType: 'x.y',
    payload: {},
    ...clues,
  })

const cases: [service: string, clues: Partial<Clues>][] = [
  // The namespace of an object is surest, the exchange next.
  ['nova', { namespace: 'nova', exchange: 'openstack', publisher: 'x' }],
  ['watcher', { namespace: 'watcher', eventType: 'service.update' }],
  ['masakari', { namespace: 'masakari', eventType: 'segment.create.end' }],
  ['neutron', { exchange: 'neutron', eventType: 'segment.create.end' }],
  ['designate', { exchange: 'dns', eventType: 'dns.zone.create' }],
  ['octavia', { exchange: 'octavia', eventType: 'octavia.loadbalancer.update.end' }],
  // Several services share one exchange.
  ['cinder', { exchange: 'openstack', publisher: 'volume.h@b#p', eventType: 'volume.create.end' }],
  ['manila', { exchange: 'openstack', publisher: 'share.h@b', eventType: 'share.create.end' }],
  ['trove', { exchange: 'openstack', publisher: 'taskmanager.h', eventType: 'dbaas.instance_create.end' }],
  ['nova', { publisher: 'scheduler.h', eventType: 'scheduler.select_destinations.end' }],
  ['cinder', { publisher: 'scheduler.h', eventType: 'scheduler.create_volume' }],
  ['manila', { publisher: 'scheduler.h', eventType: 'scheduler.create_share' }],
  ['aodh', { publisher: 'aodh.evaluator', eventType: 'alarm.state_transition' }],
  ['masakari', { publisher: 'masakari-engine:h', eventType: 'notification.process.end' }],
  ['ironic', { publisher: 'ironic-conductor.h', eventType: 'port.create.end' }],
  ['watcher', { publisher: 'infra-optim:h', eventType: 'audit.create' }],
  // Audit events from middleware, whose publisher is the name of a program.
  ['nova', { publisher: 'uwsgi', observer: 'service/compute', eventType: 'audit.http.request' }],
  ['swift', { observer: 'service/storage/object', eventType: 'objectstore.http.request' }],
  // The name of the event alone.
  ['keystone', { eventType: 'identity.user.created' }],
  ['octavia', { eventType: 'octavia.loadbalancer.update.end' }],
  ['nova', { eventType: 'reboot_instance', payload: { exception: 'Timeout()', args: {} } }],
  ['unknown', { eventType: 'reboot_instance', payload: { exception: 'Timeout()' } }],
]
for (const [expected, clues] of cases) {
  test(`${JSON.stringify(clues)} is ${expected}`, () => {
    assert.equal(service(clues), expected)
  })
}

test('a name that several services use tells none of them', () => {
  const ambiguous = [
    'segment.create',
    'service.update',
    'scheduler.x',
    'flavor.create',
    'audit.create',
    'port.create.end',
  ]
  assert.deepEqual(
    ambiguous.map((eventType) => service({ eventType })),
    ambiguous.map(() => 'unknown'),
  )
})

for (const header of ['x-amqp-exchange', 'ce-amqpexchange', 'x-rabbitmq-exchange']) {
  test(`the exchange is read from ${header}`, () => {
    const delivery = { ...deliver('{"event_type":"port.create.end"}'), headers: { [header]: 'neutron' } }
    assert.equal(decode(delivery).events[0]?.source, 'openstack/neutron')
  })
}

const written: [name: string, source: string][] = [
  ['octavia-null-publisher', 'openstack/octavia'],
  ['masakari-versioned', 'openstack/masakari/'],
  ['watcher-versioned', 'openstack/watcher/'],
  ['magnum-cadf', 'openstack/magnum/'],
  ['glance-text-payload', 'openstack/glance/'],
]
for (const [name, source] of written) {
  test(`${name} is of ${source}`, () => {
    const { body, exchange } = openstackLookAlike(name)
    assert.ok(eventOf(body, exchange).source.startsWith(source))
  })
}
