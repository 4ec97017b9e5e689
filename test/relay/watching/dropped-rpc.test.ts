import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDroppedRpc } from '../../../lib/relay/watching/dropped-rpc.ts'
import { logLines } from '../rig.ts'

test('the first message of each routing key that is dropped is logged', () => {
  const { log, lines } = logLines()
  const dropped = createDroppedRpc('//q', log)
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
  const dropped = createDroppedRpc('//q', log)
  for (let host = 0; host < 10_000; host++) dropped({ exchange: 'nova', routingKey: `compute.${host}` })
  assert.equal(lines.length, 101)
  assert.match(lines.at(-1)?.message ?? '', /no further routing keys/)
})
