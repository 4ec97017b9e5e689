import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../../lib/kit/config.ts'
import { openstack } from '../../../lib/kit/openstack.ts'

test('a versioned object whose name has a toString of its own is read, and does not come again for ever', async () => {
  const handler = openstack({ config: readConfig({ ALLOW_ANONYMOUS: 'true' }) }).otherwise(() => {})
  const payload = { 'nova_object.name': { toString: 'x', valueOf: 1 }, 'nova_object.data': { uuid: 'a' } }
  const answer = await handler({ event_type: 'instance.create.end', publisher_id: 'nova-compute:a', payload }, {})
  assert.equal((answer as { outcome: string }).outcome, 'ack') // A direct invocation's answer.
})
