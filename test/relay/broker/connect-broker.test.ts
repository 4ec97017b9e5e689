import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectError, connect, inTurn } from '../../../lib/relay/broker/connect-broker.ts'
import { freePorts } from '../../services/ports.ts'
import { ownQueue, sourceAt } from '../rig.ts'

test('hosts are tried in turn, from a random one on', () => {
  assert.deepEqual(
    [0, 0.34, 0.99].map((random) => inTurn(['a', 'b', 'c'], random)),
    [
      ['a', 'b', 'c'],
      ['b', 'c', 'a'],
      ['c', 'a', 'b'],
    ],
  )
})

test('when no host takes a connection, the error says what each of them said, and no password', async () => {
  const ports = await freePorts(2)
  const hosts = ports.map((port) => ({ host: '127.0.0.1', port }))
  const source = sourceAt(0, ownQueue('q'), { hosts, password: 'a-secret' })
  await assert.rejects(connect(source, { name: 'test', timeoutMs: 5000, random: 0 }), (error) => {
    assert.ok(error instanceof ConnectError)
    assert.equal(error.isRefused, false)
    assert.equal(
      error.message,
      `no host of the broker accepts a connection: ${ports.map((port) => `127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`).join('; ')}`,
    )
    return true
  })
})
