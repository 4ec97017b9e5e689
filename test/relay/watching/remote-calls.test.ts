import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDroppedRpc, createIsRpc } from '../../../lib/relay/watching/source-view.ts'
import { logLines, ownQueue, sourceAt } from '../rig.ts'

test('the first message of each routing key that is dropped is logged', () => {
  const { log, lines } = logLines()
  const dropped = createDroppedRpc(log)
  for (const routingKey of ['conductor', 'compute.host1', 'conductor']) dropped({ exchange: 'nova', routingKey })
  dropped({ exchange: 'neutron', routingKey: 'conductor' })
  assert.deepEqual(
    lines.map(({ exchange, routingKey }) => [exchange, routingKey]),
    [
      ['nova', 'conductor'],
      ['nova', 'compute.host1'],
      ['neutron', 'conductor'],
    ],
  )
})

test('however many routing keys there are, the log stays small', () => {
  const { log, lines } = logLines()
  const dropped = createDroppedRpc(log)
  for (let host = 0; host < 10_000; host++) dropped({ exchange: 'nova', routingKey: `compute.${host}` })
  assert.equal(lines.length, 101)
  assert.match(lines.at(-1)?.message ?? '', /no further routing keys/)
})

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
