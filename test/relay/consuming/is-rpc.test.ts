import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIsRpc } from '../../../lib/relay/consuming/is-rpc.ts'
import { ownQueue, sourceAt } from '../rig.ts'

const CALLS = ['compute.host1', 'conductor', 'q-plugin', 'reply_1', 'notifications', 'compute.information', '']

test('where the keys take in remote procedure calls, a notification is known by the priority in its routing key', () => {
  const isRpc = createIsRpc(sourceAt(5672, ownQueue('q', { bindingKeys: ['#'], dropsRpc: true })))
  for (const routingKey of ['notifications.info', 'versioned_notifications.ERROR', 'notifications_designate.sample'])
    assert.equal(isRpc({ exchange: 'nova', routingKey }), false, routingKey)
  for (const routingKey of CALLS) assert.equal(isRpc({ exchange: 'nova', routingKey }), true, routingKey)
  // A copy of the relay's own, or a dead letter that was put back.
  assert.equal(isRpc({ exchange: '', routingKey: 'q' }), false)
})

test('elsewhere no message is taken for a remote procedure call, whatever its routing key', () => {
  for (const queue of [ownQueue('q', { bindingKeys: ['#'] }), { kind: 'foreign', name: 'theirs' } as const]) {
    const isRpc = createIsRpc(sourceAt(5672, queue))
    for (const routingKey of CALLS) assert.equal(isRpc({ exchange: 'ceph', routingKey }), false, routingKey)
  }
})
