import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReplyReader } from '../../lib/sinks/reply-reader.ts'

/** After these bytes, and after each of them alone. */
const readers = (text: string): ReplyReader[] => {
  const bytes = Buffer.from(text, 'latin1')
  const whole = new ReplyReader()
  whole.read(bytes)
  const slow = new ReplyReader()
  for (const byte of bytes) slow.read(Buffer.of(byte))
  return [whole, slow]
}

const answers = [
  { name: '204 has no body', text: 'HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n', status: 204 },
  { name: '304 has no body', text: 'HTTP/1.1 304 Not Modified\r\n\r\n', status: 304 },
  {
    name: '204 has no body where a length of none is told',
    text: 'HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n',
    status: 204,
  },
  {
    name: '204 closes the connection where a body is announced',
    text: 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n',
    status: 204,
    keepsOpen: false,
  },
  {
    name: '304 closes the connection where chunks are announced',
    text: 'HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n',
    status: 304,
    keepsOpen: false,
  },
  { name: 'a reason may be absent', text: 'HTTP/1.1 204\r\n\r\n', status: 204 },
  {
    name: 'a body has the length that the head says',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 4 \r\n\r\nbody',
    body: 'body',
  },
  { name: 'a body may be empty', text: 'HTTP/1.1 202 Accepted\r\ncontent-length:0\r\n\r\n', status: 202 },
  {
    name: 'a body comes in chunks, with extensions and trailers',
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\nbo\r\r\n0A\r\n0123456789\r\n0\r\nx-sum: 1\r\n\r\n',
    body: 'bo\r0123456789',
  },
  {
    name: 'interim answers come before it',
    text: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    status: 204,
  },
  {
    name: 'a receiver may close the connection after it',
    text: 'HTTP/1.1 204 No Content\r\nConnection: Close\r\n\r\n',
    status: 204,
    keepsOpen: false,
  },
  {
    name: 'HTTP/1.0 closes the connection',
    text: 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n',
    keepsOpen: false,
  },
  {
    name: 'HTTP/1.0 may keep the connection',
    text: 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n',
  },
  {
    name: 'the coding counts, not the length beside it',
    text: 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    keepsOpen: false,
  },
]
for (const { name, text, status = 200, body = '', keepsOpen = true } of answers) {
  test(`an answer of HTTP: ${name}`, () => {
    for (const reader of readers(text)) {
      const { head, isOver } = reader
      assert.deepEqual([head?.status, reader.body, isOver, reader.keepsOpen], [status, body, true, keepsOpen])
    }
  })
}

test('the head has the headers that matter, whatever stands beside them', () => {
  const lines = ['x-content-type: no', 'CONTENT-TYPE:\ttext/plain', 'Retry-After: 5', 'keep-alive: timeout=7, max=9']
  for (const { head } of readers(`HTTP/1.1 503 \r\n${lines.join('\r\n')}\r\ncontent-length: 0\r\n\r\n`)) {
    assert.deepEqual(head, {
      status: 503,
      contentType: 'text/plain',
      retryAfterSeconds: 5,
      keepAliveSeconds: 7,
      keepsOpen: true,
      length: 0,
    })
  }
})

test('of two times to come again the first one counts, as in Node.js', () => {
  const again = 'Retry-After: Wed, 21 Oct 2015 07:28:00 GMT'
  for (const { head } of readers(`HTTP/1.1 503 \r\n${again}\r\nretry-after: 5\r\ncontent-length: 0\r\n\r\n`)) {
    assert.equal(head?.retryAfterSeconds, 0)
  }
})

test('a body without length lasts until the connection is closed, and one with a length does not', () => {
  for (const reader of readers('HTTP/1.1 200 OK\r\n\r\nsome\r\n\r\nmore')) {
    assert.deepEqual([reader.body, reader.isOver], ['some\r\n\r\nmore', false])
  }
})

test('a head is as long as Node.js allows, whether it comes at once or not', () => {
  const rest = '\r\ncontent-length: 0\r\n\r\n'
  const start = 'HTTP/1.1 200 OK\r\nx: '
  const longest = `${start}${'x'.repeat(16_384 - start.length - rest.length)}${rest}`
  for (const { head } of readers(longest)) assert.equal(head?.status, 200)
  const reader = new ReplyReader()
  assert.throws(() => reader.read(Buffer.from(`${start}x${longest.slice(start.length)}`)), { code: 'EPROTO' })
})

test('a connection on which more comes than the answer takes no other request', () => {
  const reader = new ReplyReader()
  reader.read(Buffer.from('HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'))
  assert.deepEqual([reader.head?.status, reader.isOver, reader.keepsOpen], [204, true, false])
})

const foreign = [
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['another version', 'HTTP/2 200\r\n\r\n'],
  ['a status that is not valid', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['another protocol from now on', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n'],
  ['a line that is not a header', 'HTTP/1.1 200 OK\r\nnothing\r\n\r\n'],
  ['a header that goes on in the next line', 'HTTP/1.1 200 OK\r\nx: 1\r\n 2\r\n\r\n'],
  ['a line end within a header', 'HTTP/1.1 200 OK\r\nx: 1\ny: 2\r\n\r\n'],
  ['a length that is not a number', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
  ['a chunk without size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnone\r\n'],
  ['a chunk that is longer than its size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n'],
] as const
for (const [name, text] of foreign) {
  test(`${name} is not an answer of HTTP/1.1`, () => {
    assert.throws(() => readers(text), { code: 'EPROTO', message: 'the answer is not HTTP/1.1' })
  })
}

for (const [name, start, enough] of [
  ['a head', 'HTTP/1.1 200 OK\r\nx: ', 1],
  ['a line between chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;', 1],
  ['a body', 'HTTP/1.1 200 OK\r\n\r\n', 5],
] as const) {
  test(`${name} without end is too long`, () => {
    const reader = new ReplyReader()
    reader.read(Buffer.from(start))
    const more = Buffer.alloc(16_384, 'x')
    const readOn = () => reader.read(more)
    for (let count = 1; count < enough; count++) readOn()
    assert.throws(readOn, { code: 'EPROTO', message: 'the answer is too long' })
  })
}
