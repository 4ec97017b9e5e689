import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createPlainPost, postWith } from '../../lib/sinks/http-post.ts'
import { createPooledPost } from '../../lib/sinks/http-post-pooled.ts'

// The client of host and relay does all that the plain one does.
postWith(createPooledPost)
await import('./http-sink.test.ts')
await import('./http-trouble.test.ts')
await import('../relay/invoke/invoke-http.test.ts')

/** Answers what comes on each connection, and tells how many there were. */
const peer = async (t: TestContext, answer: (socket: Socket, request: string) => void) => {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    socket.on('data', (bytes) => answer(socket, bytes.toString('latin1')))
  })
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A string only for pipes.
  const post = createPooledPost(new URL(`http://127.0.0.1:${port}/a?b=c`), 5000)
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
  for (const create of [createPlainPost, createPooledPost])
    await create(new URL(`http://u:p@127.0.0.1:${port}/`), 5000)(message, undefined)
  const shown = requests.map((request) => request.match(/^authorization: .*$/gim))
  assert.deepEqual(shown, [['authorization: Basic dTpw'], ['authorization: Basic dTpw']])
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
