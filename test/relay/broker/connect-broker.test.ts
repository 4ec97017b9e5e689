import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
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

test('a port of another program is told apart from a broker that is away', async (t) => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const source = sourceAt(port, ownQueue('q'))
  await assert.rejects(connect(source, { name: 'test', timeoutMs: 5000, random: 0 }), (error) => {
    assert.ok(error instanceof ConnectError)
    assert.equal(error.isRefused, true)
    assert.match(
      error.message,
      /: a program that does not speak AMQP 0-9-1 listens there: correct the host and the port/,
    )
    return true
  })
})
