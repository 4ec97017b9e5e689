import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostOf, hostOfPublisher } from '../../lib/openstack/openstack-data.ts'

const hosts: [publisher: string | undefined, host: string | undefined][] = [
  ['compute.ctl-0.example.org', 'ctl-0.example.org'],
  ['nova-compute:ctl-0', 'ctl-0'],
  ['volume.ctl-0@lvm#pool', 'ctl-0'],
  ['identity.identity.ctl-0', 'ctl-0'],
  ['telemetry.publisher.ctl-0.x', 'ctl-0.x'],
  ['aodh.evaluator', undefined],
  ['aodh.notifier', undefined],
  ['ceilometer.polling', undefined],
  ['image.localhost', undefined],
  ['aggregate.3', undefined],
  ['uwsgi', undefined],
  ['', undefined],
  [undefined, undefined],
]
for (const [publisher, host] of hosts) {
  test(`${publisher} is on ${host ?? 'no host that it names'}`, () => {
    assert.equal(hostOfPublisher(publisher), host)
  })
}

test('a host is named without its backend', () => {
  assert.deepEqual([hostOf('ctl-0@lvm'), hostOf('ctl-0'), hostOf('')], ['ctl-0', 'ctl-0', undefined])
})
