import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { ask, connectRaw } from '../http-client.ts'
import { result, startTestHost } from './in-process.ts'

const head = (...lines: string[]) => ['POST /echo HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n')
const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`

describe('a body larger than the limit', () => {
  test('is refused with 413; one of just that size is not', async (t) => {
    const { port } = await startTestHost(t)
    const { status, body } = await ask({ port, path: '/echo', body: 'x'.repeat(1001) })
    assert.deepEqual(
      [status, JSON.parse(body)],
      [
        413,
        {
          code: 'body_too_large',
          status: 413,
          title: 'Body too large',
          detail: 'the body is larger than MAX_BODY_BYTES',
        },
      ],
    )
    assert.equal((await ask({ port, path: '/echo', body: 'x'.repeat(1000) })).status, 204)
  })

  test('is refused while it is still coming, in chunks, and the connection goes on afterwards', async (t) => {
    let calls = 0
    const { port } = await startTestHost(t, () => result(calls++ === 0 ? 204 : 500))
    const connection = await connectRaw(port)
    connection.send(head('Transfer-Encoding: chunked') + chunk(600) + chunk(600))
    await connection.until('413 Payload Too Large')
    connection.send(`${chunk(60_000)}0\r\n\r\n${head('Content-Length: 2')}{}`)
    await connection.until('204 No Content')
    connection.socket.destroy()
    assert.equal(calls, 1)
  })

  test('is counted as it comes, whatever was announced', async (t) => {
    const { port } = await startTestHost(t)
    const connection = await connectRaw(port)
    connection.send(`${head('Content-Length: 1000000')}${'x'.repeat(1001)}`)
    await connection.until('413 Payload Too Large')
    connection.socket.destroy()
  })
})

describe('Expect: 100-continue', () => {
  test('is answered 413 at once for what is announced too large', async (t) => {
    const { port } = await startTestHost(t)
    const connection = await connectRaw(port)
    connection.send(head('Expect: 100-continue', 'Content-Length: 1001'))
    assert.match(await connection.until('MAX_BODY_BYTES'), /^HTTP\/1.1 413 /)
    connection.socket.destroy()
  })

  test('is answered 100 for what is small enough', async (t) => {
    const { port } = await startTestHost(t)
    const connection = await connectRaw(port)
    connection.send(head('Expect: 100-continue', 'Content-Length: 2'))
    await connection.until('100 Continue')
    connection.send('{}')
    await connection.until('204 No Content')
    connection.socket.destroy()
  })
})

describe('a body shorter than announced', () => {
  test('never reaches the function, and leaves its place to others', async (t) => {
    let calls = 0
    const { port, server } = await startTestHost(
      t,
      () => {
        calls++
        return result(204)
      },
      { maxInFlight: 1 },
    )
    const connection = await connectRaw(port)
    const begun = once(server, 'request')
    connection.send(`${head('Content-Length: 10')}half`)
    await begun
    connection.socket.end()
    await connection.closed
    assert.deepEqual([(await ask({ port, path: '/echo' })).status, calls], [204, 1])
  })
})

describe('whoever is slow is cut off:', () => {
  const slow = [
    { name: 'with nothing at all', sent: '' },
    { name: 'with its headers', sent: 'POST /echo HTTP/1.1\r\nHost: x\r\nX-A' },
    { name: 'with its body', sent: `${head('Content-Length: 10')}half` },
    { name: 'with its chunks', sent: `${head('Transfer-Encoding: chunked')}${chunk(3)}` },
  ]
  for (const { name, sent } of slow) {
    test(name, async (t) => {
      let calls = 0
      const { port } = await startTestHost(t, () => result(204 + calls++), { requestTimeoutMs: 100, maxInFlight: 1 })
      const connection = await connectRaw(port)
      connection.send(sent)
      assert.match(await connection.closed, /^HTTP\/1.1 408 Request Timeout/)
      // Its place is free again, and no call was made for it.
      assert.equal((await ask({ port, path: '/echo' })).status, 204)
    })
  }

  test('a function may take longer than a request may', async (t) => {
    const { port } = await startTestHost(t, () => new Promise((resolve) => setTimeout(resolve, 500, result(204))), {
      requestTimeoutMs: 100,
    })
    assert.equal((await ask({ port, path: '/echo' })).status, 204)
  })
})

test('more in flight than the limit are sent away, until there is room again', async (t) => {
  const { promise: gate, resolve: release } = Promise.withResolvers<void>()
  const { promise: full, resolve: filled } = Promise.withResolvers<void>()
  let running = 0
  const { port } = await startTestHost(
    t,
    async () => {
      if (++running === 2) filled()
      await gate
      return result(204)
    },
    { maxInFlight: 2 },
  )
  const first = [ask({ port, path: '/echo' }), ask({ port, path: '/echo' })]
  await full
  const { status, headers, body } = await ask({ port, path: '/echo', body: '{}' })
  assert.deepEqual([status, headers['retry-after'], JSON.parse(body).code], [503, '1', 'overloaded'])
  assert.equal((await ask({ port, method: 'GET', path: '/healthz' })).status, 200)

  release()
  const statuses = (await Promise.all(first)).map((reply) => reply.status)
  assert.deepEqual([...statuses, (await ask({ port, path: '/echo' })).status], [204, 204, 204])
})

describe('the refusal delay', () => {
  test('holds 401 and 503 back', async (t) => {
    const { port } = await startTestHost(t, ({ rawQueryString }) => result(Number(rawQueryString)), {
      refusalDelayMs: 200,
    })
    for (const status of [401, 503]) {
      const startedAt = performance.now()
      assert.equal((await ask({ port, path: `/echo?${status}` })).status, status)
      // A timer may be a millisecond early.
      assert.ok(performance.now() - startedAt > 190)
    }
  })

  test('holds nothing else back', { timeout: 60_000 }, async (t) => {
    const { port } = await startTestHost(t, ({ rawQueryString }) => result(Number(rawQueryString)), {
      refusalDelayMs: 3_600_000,
    })
    const statuses = [200, 204, 400, 405, 413, 422]
    for (const status of statuses) assert.equal((await ask({ port, path: `/echo?${status}` })).status, status)
    assert.equal((await ask({ port, path: '/none' })).status, 404)
  })

  test('takes no place from others', async (t) => {
    const { promise: handled, resolve } = Promise.withResolvers<void>()
    const { port } = await startTestHost(
      t,
      ({ rawQueryString }) => {
        resolve()
        return result(Number(rawQueryString))
      },
      { refusalDelayMs: 1000, maxInFlight: 1 },
    )
    const refused = ask({ port, path: '/echo?401' })
    await handled
    assert.equal((await ask({ port, path: '/echo?204' })).status, 204)
    assert.equal((await refused).status, 401)
  })
})
