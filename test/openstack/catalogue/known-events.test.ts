import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEvent } from '../../../lib/openstack/catalogue/known-events.ts'
import { createOpenstackDecoder } from '../../../lib/openstack/decode-openstack.ts'
import type { OpenstackEvent } from '../../../lib/openstack/openstack-event.ts'
import { openstackCapture } from '../../fixtures.ts'

const decode = createOpenstackDecoder({ novaNotifications: 'both' })

const eventOf = (name: string): OpenstackEvent => {
  const { exchange, routingKey, body } = openstackCapture(name)
  const origin = { kind: 'amqp', queue: 'q', redelivered: false, exchange, routingKey } as const
  const [event] = decode({ body: Buffer.from(body), headers: {}, origin }).events
  return (event as OpenstackEvent | undefined) ?? assert.fail(`${name} is not an event`) // What this decoder makes.
}

test('an event is known by its service with its own name or its canonical one', () => {
  const legacy = eventOf('nova/compute.instance.create.end.1')
  const versioned = eventOf('nova/instance.create.end.1')
  assert.equal(isEvent(legacy, 'nova', 'instance.create.end'), true)
  assert.equal(isEvent(versioned, 'nova', 'instance.create.end'), true)
  assert.equal(isEvent(legacy, 'nova', 'compute.instance.create.end'), true)
  assert.equal(isEvent(versioned, 'nova', 'compute.instance.create.end'), false)
  assert.equal(isEvent(eventOf('keystone/identity.user.created.1'), 'keystone', 'identity.user.created'), true)
})

test('another service, another action and another phase are other events', () => {
  const event = eventOf('neutron/port.create.end.1')
  assert.equal(isEvent(event, 'neutron', 'port.create.end'), true)
  assert.equal(isEvent(event, 'ironic', 'port.create.end'), false)
  assert.equal(isEvent(event, 'neutron', 'port.delete.end'), false)
  assert.equal(isEvent(event, 'neutron', 'port.create.start'), false)
})
