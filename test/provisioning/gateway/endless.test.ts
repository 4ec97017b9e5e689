// A stand-in for something else that answers at the gateway's URL: a real gateway cannot be made to.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { createRgw } from '../../../lib/provisioning/gateway/rgw-client.ts'

const gatewayThat = async (answer: (response: ServerResponse) => void, requestTimeoutMs = 500) => {
  const server = createServer((_, response) => answer(response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A string only for pipes.
  const rgw = createRgw({
    endpoint: new URL(`http://127.0.0.1:${port}`),
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    connectTimeoutMs: 1000,
    requestTimeoutMs,
    attempts: 1,
  })
  after(() => {
    rgw.close()
    server.close()
    server.closeAllConnections()
  })
  return rgw
}

const refused = (message: RegExp) => ({ code: 'rgw_refused', message })

test('an answer without an end is given up at a size', async () => {
  const rgw = await gatewayThat((response) => {
    const mebibyte = Buffer.alloc(1024 * 1024, '<a>')
    const body = Readable.from(
      (function* () {
        for (;;) yield mebibyte
      })(),
    )
    body.on('error', () => {}).pipe(response)
  }, 30_000)
  await assert.rejects(rgw.listTopics(), refused(/^ListTopics: the answer of .* does not end within 16777216 bytes/))
})

test('an answer that is begun and never ended is given up after a time', async () => {
  const rgw = await gatewayThat((response) => response.write('<ListTopicsResponse>'))
  await assert.rejects(rgw.listTopics(), refused(/^ListTopics: the answer of .* does not end within 500 ms/))
})

test('a list with a token for ever is given up', async () => {
  let asked = 0
  const rgw = await gatewayThat((response) => {
    asked += 1
    response.end(
      `<ListTopicsResponse><ListTopicsResult><Topics/></ListTopicsResult><NextToken>${asked}</NextToken></ListTopicsResponse>`,
    )
  }, 30_000)
  await assert.rejects(rgw.listTopics(), refused(/does not end within 1000 pages/))
  assert.equal(asked, 1000)
})

test('a reference that names no character is not an answer of a gateway', async () => {
  const rgw = await gatewayThat((response) => response.end('<ListTopicsResponse>&#x110000;</ListTopicsResponse>'))
  await assert.rejects(rgw.listTopics(), refused(/is not an S3 gateway, it answered 200 with XML that is not of S3/))
})
