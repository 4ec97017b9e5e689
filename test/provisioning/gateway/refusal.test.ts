// Stand-ins for what answers at a wrong URL, and for answers that a healthy gateway gives to nobody.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { createRgw } from '../../../lib/provisioning/gateway/rgw-client.ts'

const gatewayThat = async (status: number, body: string) => {
  const server = createServer((_, response) => response.writeHead(status).end(body))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A string only for pipes.
  const rgw = createRgw({
    endpoint: new URL(`http://127.0.0.1:${port}`),
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    connectTimeoutMs: 1000,
    requestTimeoutMs: 5000,
    attempts: 1,
  })
  after(() => {
    rgw.close()
    server.close()
    server.closeAllConnections()
  })
  return rgw
}

const foreign: [name: string, status: number, body: string, found: RegExp][] = [
  ['a dashboard', 200, '<!DOCTYPE html>\n<html><body><p>Ceph Dashboard<br></body></html>', /answered 200 with HTML/],
  ['a JSON API', 200, '{"status":"ok"}', /answered 200 with JSON/],
  ['an empty answer', 200, '', /answered 200 with nothing/],
  ['a web server without such a page', 404, '<html><body>Not Found</body></html>', /answered 404 with HTML/],
  ['a server without such a path', 404, 'page not found', /answered 404 with text/],
  ['a login page', 403, '<html>log in</html>', /answered 403 with HTML/],
]
for (const [name, status, body, found] of foreign) {
  test(`${name} is not taken for a gateway`, async () => {
    const rgw = await gatewayThat(status, body)
    await assert.rejects(rgw.listTopics(), (error: { code: string; message: string }) => {
      assert.equal(error.code, 'rgw_refused')
      assert.match(error.message, /^ListTopics: http:\/\/127\.0\.0\.1:\d+ is not an S3 gateway, it answered /)
      assert.match(error.message, found)
      return true
    })
  })
}

test('a proxy that says the gateway is away is asked again later', async () => {
  const rgw = await gatewayThat(502, '<html>Bad Gateway</html>')
  await assert.rejects(rgw.listTopics(), { code: 'rgw_unavailable' })
})

test('a gateway that takes its host name for a bucket is told apart', async () => {
  const rgw = await gatewayThat(501, '<Error><Code>NotImplemented</Code></Error>')
  await assert.rejects(rgw.listTopics(), {
    code: 'rgw_refused',
    message:
      'ListTopics: 501 NotImplemented: the gateway took the host name 127.0.0.1 for the name of a bucket: ' +
      'use a host name that it knows (rgw_dns_name), or its IP address',
  })
})

test('words of the gateway are shown without secrets', async () => {
  const rgw = await gatewayThat(
    400,
    '<Error><Code>InvalidArgument</Code><Message>bad password=hunter2</Message></Error>',
  )
  await assert.rejects(rgw.createTopic('t', new Map([['push-endpoint', 'http://h/s3cret']])), (error: Error) => {
    assert.match(error.message, /400 InvalidArgument, bad password=/)
    assert.doesNotMatch(error.message, /hunter2|s3cret/)
    return true
  })
})
