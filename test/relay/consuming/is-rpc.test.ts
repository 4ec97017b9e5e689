import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIsRpc } from '../../../lib/relay/consuming/is-rpc.ts'
import { ownQueue, sourceAt } from '../rig.ts'

const isRpc = createIsRpc(sourceAt(5672, ownQueue('q', { bindingKeys: ['#', 'my.topic'] })))

test('a notification is told by the priority at the end of its routing key', () => {
  const keys = ['notifications.info', 'versioned_notifications.ERROR', 'notifications_designate.sample', 'my.topic']
  for (const routingKey of keys) assert.equal(isRpc({ exchange: 'nova', routingKey }), false, routingKey)
  const calls = ['compute.host1', 'conductor', 'q-plugin', 'reply_1', 'notifications', 'compute.information', '']
  for (const routingKey of calls) assert.equal(isRpc({ exchange: 'nova', routingKey }), true, routingKey)
})

test('what did not come through an exchange, or to a queue of somebody else, is not judged', () => {
  assert.equal(isRpc({ exchange: '', routingKey: 'q' }), false)
  const foreign = createIsRpc(sourceAt(5672, { kind: 'foreign', name: 'theirs' }))
  assert.equal(foreign({ exchange: 'nova', routingKey: 'conductor' }), false)
})
