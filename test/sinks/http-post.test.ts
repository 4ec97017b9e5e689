import assert from 'node:assert/strict'
import dns from 'node:dns'
import { once } from 'node:events'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createPost, linesOf } from '../../lib/sinks/http-post.ts'

/** Answers what comes on each connection, and tells how many there were. */
const peer = async (
  t: TestContext,
  answer: (socket: Socket, request: string) => void,
  { address = '127.0.0.1', name = address }: { readonly address?: string; readonly name?: string } = {},
) => {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    socket.on('data', (bytes) => answer(socket, bytes.toString('latin1')))
  })
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  server.listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A string only for pipes.
  const post = createPost(new URL(`http://${name}:${port}/a?b=c`), 5000)
  return { port, sockets, post: (body: string | Buffer, headers = {}) => post({ headers, body }, undefined) }
}

test('a request has its head, and the bytes of its body', async (t) => {
  const requests: string[] = []
  const { port, post } = await peer(t, (socket, request) => {
    requests.push(request)
    socket.write(TAKEN)
  })
  const start = `POST /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: keep-alive\r\n`
  const euro = Buffer.from('€').toString('latin1')
  await post('€', { 'x-a': '1' })
  await post(Buffer.from('€'), { 'x-a': '1' })
  await post('€', { 'x-a': 'ä' })
  const ends = ['1', '1', 'ä'].map((value) => `x-a: ${value}\r\ncontent-length: 3\r\n\r\n${euro}`)
  assert.deepEqual(
    requests,
    ends.map((end) => start + end),
  )
})

test('a request has one authorization: that of the URL, if it has credentials', async (t) => {
  const requests: string[] = []
  const { port } = await peer(t, (socket, request) => {
    requests.push(request)
    socket.write(TAKEN)
  })
  const message = { headers: { authorization: 'Bearer b' }, body: '' }
  await createPost(new URL(`http://u:p@127.0.0.1:${port}/`), 5000)(message, undefined)
  const shown = requests.map((request) => request.match(/^authorization: .*$/gim))
  assert.deepEqual(shown, [['authorization: Basic dTpw']])
})

const isTaken = (call: () => unknown): boolean => {
  try {
    call()
    return true
  } catch {
    return false
  }
}

test('headers may have the characters that node:http lets them have', () => {
  const parts = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code))
  for (const part of [...parts, '', '\r\n', 'a\n', 'a\r\nb: c', '\u{1f600}']) {
    const name = isTaken(() => linesOf({ [part]: '' }))
    const value = isTaken(() => linesOf({ a: part }))
    const [nodesName, nodesValue] = [
      isTaken(() => validateHeaderName(part)),
      isTaken(() => validateHeaderValue('a', part)),
    ]
    assert.deepEqual([part, name, value], [part, nodesName, nodesValue])
  }
})

test('a header that HTTP cannot carry is refused before anything is sent, and the connection stays', async (t) => {
  const { post, sockets } = await peer(t, (socket) => socket.write(TAKEN))
  await post('1')
  await assert.rejects(post('2', { 'x-a': 'b\nc' }), {
    code: 'ERR_INVALID_CHAR',
    message: 'the header "x-a" has characters that HTTP cannot carry',
  })
  await post('3')
  assert.equal(sockets.length, 1)
})

const hostOf = (request: string): string | undefined => /^host: (.*)\r$/m.exec(request)?.[1]

test('a receiver may have an address of IPv6', async (t) => {
  const hosts: unknown[] = []
  const { post, port } = await peer(
    t,
    (socket, request) => {
      hosts.push(hostOf(request))
      socket.write(TAKEN)
    },
    { address: '::1', name: '[::1]' },
  )
  await post('1')
  assert.deepEqual(hosts, [`[::1]:${port}`])
})

test('where a name has several addresses, one at which nobody listens does no harm', async (t) => {
  const addresses = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ]
  type Found = (error: null, found: typeof addresses) => void
  t.mock.method(dns, 'lookup', (_name: string, _options: object, found: Found) => found(null, addresses))
  const { post } = await peer(t, (socket) => socket.write(TAKEN), { name: 'receiver.test' })
  assert.equal((await post('1')).status, 204)
})

test('after the process was stopped, a connection that was idle for too long by the clock is not used', async (t) => {
  const { post, sockets } = await peer(t, (socket) => socket.write(TAKEN))
  await post('1')
  // The timers have not fired yet, as after a freeze.
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3000 })
  await post('2')
  assert.equal(sockets.length, 1)
  t.mock.timers.tick(4000)
  await post('3')
  assert.equal(sockets.length, 2)
})

const TAKEN = 'HTTP/1.1 204 No Content\r\n\r\n'
const used = [
  {
    name: 'an answer in chunks',
    answer: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    count: 1,
  },
  { name: 'an answer with a length', answer: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', count: 1 },
  {
    name: 'an answer that closes the connection',
    answer: 'HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n',
    count: 2,
  },
  {
    name: 'a receiver that closes idle connections at once',
    answer: 'HTTP/1.1 204 No Content\r\nkeep-alive: timeout=1\r\n\r\n',
    count: 2,
  },
  {
    name: 'a receiver that does not say for how long it keeps idle connections',
    answer: 'HTTP/1.1 204 No Content\r\nkeep-alive: max=100\r\n\r\n',
    count: 1,
  },
  { name: 'more than one answer to a request', answer: TAKEN + TAKEN, count: 2 },
  {
    name: 'an answer that announces the body of a status that has none',
    answer: 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n',
    count: 2,
  },
]
for (const { name, answer, count } of used) {
  test(`after ${name} there ${count === 1 ? 'is one connection' : 'are two connections'} for two requests`, async (t) => {
    const { post, sockets } = await peer(t, (socket) => socket.write(answer))
    await post('1')
    await post('2')
    assert.equal(sockets.length, count)
  })
}

test('after bytes on an idle connection, and after its end, another one is opened', async (t) => {
  const { post, sockets } = await peer(t, (socket) => socket.write(TAKEN))
  await post('1')
  const [first] = sockets
  first?.write('HTTP/1.1 408 Request Timeout\r\n\r\n')
  await once(first as Socket, 'close')
  await post('2')
  const [, second] = sockets
  second?.end()
  await once(second as Socket, 'close')
  await post('3')
  assert.equal(sockets.length, 3)
})

test('an answer may come before all of the request was read, and its connection takes no other one', async (t) => {
  const { post, sockets } = await peer(t, (socket) => {
    socket.pause()
    socket.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n')
  })
  const large = Buffer.alloc(16_777_216)
  for (const body of [large, large]) assert.equal((await post(body)).status, 413)
  assert.equal(sockets.length, 2)
})
