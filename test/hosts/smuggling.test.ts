import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectRaw } from '../http-client.ts'
import { startTestHost } from './in-process.ts'

const head = 'POST /echo HTTP/1.1\r\nHost: localhost\r\n'
const hidden = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'

/** Of each, two servers could say that it ends at different places. */
const ambiguous: Readonly<Record<string, string>> = {
  'a length beside chunks': `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'two lengths': `${head}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
  'a signed length': `${head}Content-Length: +0\r\n\r\n${hidden}`,
  'a blank before the colon': `${head}Content-Length : 0\r\n\r\n${hidden}`,
  'an encoding that is not chunked': `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunked in the middle': `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
  'a folded header': `${head}X: a\r\n Content-Length: 3\r\n\r\n${hidden}`,
  'a line feed alone': `POST /echo HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n${hidden}`,
  'a size of a chunk that is not a number': `${head}Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n${hidden}`,
}

for (const [name, bytes] of Object.entries(ambiguous)) {
  test(`${name}: what stands behind it is not a second request`, async (t) => {
    const host = await startTestHost(t)
    const connection = await connectRaw(host.port)
    connection.send(bytes)
    connection.socket.end()
    assert.doesNotMatch(await connection.closed, /200 OK|metrics/)
  })
}

test('a header without end is answered 431, and the connection ends', async (t) => {
  const host = await startTestHost(t)
  const connection = await connectRaw(host.port)
  connection.send(`${head}X: ${'a'.repeat(20_000)}`)
  assert.match(await connection.closed, /^HTTP\/1\.1 431 /)
})
