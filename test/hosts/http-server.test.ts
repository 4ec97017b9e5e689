import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { describe, test } from 'node:test'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createFunction } from '../../lib/kit/function.ts'
import { ask, connectRaw } from '../http-client.ts'
import { collectLog } from '../log-lines.ts'
import { createMemorySink } from '../memory-sink.ts'
import { result, startTestHost, type UrlEvent } from './in-process.ts'

test('a handler without a door gets the event that a Function URL would send, byte for byte', async (t) => {
  const events: UrlEvent[] = []
  const { port } = await startTestHost(t, (event) => {
    events.push(event)
    return { ...result(200), headers: { 'x-answer': 'yes' }, body: 'täken' }
  })
  const body = Buffer.from([0, 0xff, 0x7b])
  const reply = await ask({ port, path: '/echo?token=a%2Bb&x=?', headers: { 'X-Upper': 'V', host: 'h' }, body })

  assert.deepEqual([reply.status, reply.headers['x-answer'], reply.body], [200, 'yes', 'täken'])
  const [{ requestContext: { http, stage } = {}, ...event } = {}] = events
  assert.deepEqual(
    [http, stage],
    [{ method: 'POST', path: '/echo', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' }, '$default'],
  )
  assert.deepEqual(event, {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/echo',
    rawQueryString: 'token=a%2Bb&x=?',
    headers: { 'content-length': '3', 'x-upper': 'V', host: 'h', connection: 'close' },
    queryStringParameters: { token: 'a+b', x: '?' },
    body: body.toString('base64'),
    isBase64Encoded: true,
  })
})

describe('paths', () => {
  const paths = [
    { path: '/echo', status: 204 },
    { path: '/echo/', status: 204 },
    { path: '//echo', status: 204 },
    { path: '/echo?x=/none', status: 204 },
    { path: '/', status: 404 },
    { path: '/none', status: 404 },
    { path: '/echo/more', status: 404 },
    { path: '/ECHO', status: 404 },
    { path: '/constructor', status: 404 },
    { path: '//evil.com/x', status: 404 },
    { path: 'http://evil.com/echo', status: 404 },
    { path: '*', status: 404 },
  ]
  for (const { path, status } of paths) {
    test(`${path} is ${status}`, async (t) => {
      const { port } = await startTestHost(t)
      assert.equal((await ask({ port, path })).status, status)
    })
  }

  for (const path of ['/', '/echo', '/any/thing?x', '//evil.com/x', '/healthz']) {
    test(`${path} is the one function's, where it is served at any path`, async (t) => {
      const { port } = await startTestHost(t, undefined, { atAnyPath: true })
      assert.equal((await ask({ port, path })).status, 204)
    })
  }

  test('where there is no function, a problem document says what to do', async (t) => {
    const { port } = await startTestHost(t)
    const { status, headers, body } = await ask({ port, path: '/none' })
    assert.deepEqual(
      [status, headers['content-type'], JSON.parse(body)],
      [
        404,
        'application/problem+json',
        {
          code: 'not_found',
          status: 404,
          title: 'Not found',
          detail: 'there is no function at this path: POST to /echo',
        },
      ],
    )
  })
})

describe('probes', () => {
  for (const path of ['/healthz', '/_/health', '/_/ready', '/health/liveness', '/health/readiness', '/metrics']) {
    for (const atAnyPath of [false, true]) {
      test(`${path} answers GET and HEAD, functions at ${atAnyPath ? 'any path' : 'their own'}`, async (t) => {
        const { port } = await startTestHost(t, () => result(418), { atAnyPath })
        const replies = [await ask({ port, method: 'GET', path }), await ask({ port, method: 'HEAD', path })]
        assert.deepEqual(
          replies.map(({ status }) => status),
          [200, 200],
        )
      })
    }
  }
})

test('other methods are answered by the function: 405 with Allow, OPTIONS with the handshake', async (t) => {
  const config = readConfig({ ALLOW_ANONYMOUS: 'true' })
  const handler = createFunction({ name: 'echo', config, decode: createCephDecoder([]), sink: createMemorySink() })
  collectLog()
  const { port } = await startTestHost(t, undefined, { functions: new Map([['echo', handler]]) })
  const answers = []
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await ask({ port, method, path: '/echo' })
    answers.push([method, status, headers.allow])
  }
  assert.deepEqual(answers, [
    ['GET', 405, 'POST, OPTIONS'],
    ['HEAD', 405, 'POST, OPTIONS'],
    ['PUT', 405, 'POST, OPTIONS'],
    ['DELETE', 405, 'POST, OPTIONS'],
    ['OPTIONS', 204, 'POST, OPTIONS'],
  ])
})

test('one connection serves many requests', async (t) => {
  const { port, server } = await startTestHost(t)
  let connections = 0
  server.on('connection', () => connections++)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (const path of ['/echo', '/none', '/echo']) await ask({ port, path, agent, body: '{}' })
  agent.destroy()
  assert.equal(connections, 1)
})

for (const host of ['[::bad', 'a b', '', 'x@y:z:1', '//', 'ü']) {
  test(`a Host header of "${host}" harms nobody`, async (t) => {
    const { port } = await startTestHost(t)
    const connection = await connectRaw(port)
    connection.send(`POST //evil.com/x HTTP/1.1\r\nHost: ${host}\r\n\r\nPOST /echo HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    assert.match(await connection.until('204 No Content'), /^HTTP\/1.1 404 Not Found/)
    connection.socket.destroy()
  })
}

test('a function that throws is our fault: to be sent again, and nothing of it is told', async (t) => {
  const { port, logged } = await startTestHost(t, () => {
    throw new Error('/srv/secret')
  })
  const { status, headers, body } = await ask({ port, path: '/echo' })
  assert.deepEqual(
    [status, headers['retry-after'], JSON.parse(body)],
    [
      503,
      '1',
      {
        code: 'internal_error',
        status: 503,
        title: 'Try again later',
        detail: 'the request could not be handled now; send it again',
      },
    ],
  )
  assert.deepEqual(logged, ['error: not handled: the sender has to send it again'])
})

test('a connection whose request was in flight at the end is closed after its answer', async (t) => {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const { promise: gate, resolve: release } = Promise.withResolvers<void>()
  const host = await startTestHost(t, async () => {
    reach()
    await gate
    return result(204)
  })
  const agent = new Agent({ keepAlive: true })
  const asked = ask({ port: host.port, path: '/echo', agent })
  await reached
  const shutDown = host.shutDown(0)
  release()
  assert.deepEqual([(await asked).status, (await asked).headers.connection], [204, 'close'])
  await shutDown
})
