import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ask, connectRaw } from '../http-client.ts'
import { result, startTestHost } from './in-process.ts'

const head = (...lines: string[]) => ['POST /echo HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n')
const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`
const limits = { maxBodyBytes: 1000, maxBytesInFlight: 1500 }

describe('bytes in flight beyond the limit are answered 503:', () => {
  const arriving = [
    { name: 'a length that is announced', first: head('Content-Length: 1000') },
    { name: 'chunks as they come', first: head('Transfer-Encoding: chunked') + chunk(501) },
  ]
  for (const { name, first } of arriving) {
    test(`${name}, until the first is gone`, async (t) => {
      const { port } = await startTestHost(t, undefined, limits)
      const slow = await connectRaw(port)
      slow.send(first)
      // The first has its bytes once the second has none.
      const body = 'x'.repeat(1000)
      const { status, headers, body: problem } = await refusedOnce(port, body)
      assert.deepEqual([status, headers['retry-after'], JSON.parse(problem).code], [503, '1', 'overloaded'])
      slow.socket.destroy()
      await untilStatus(port, body, 204)
    })
  }

  test('a body that is being handled', async (t) => {
    const { promise: gate, resolve: release } = Promise.withResolvers<void>()
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    const handle = async () => {
      reach()
      await gate
      return result(204)
    }
    const { port } = await startTestHost(t, handle, limits)
    const first = ask({ port, path: '/echo', body: 'x'.repeat(1000) })
    await reached
    assert.equal((await ask({ port, path: '/echo', body: 'x'.repeat(1000) })).status, 503)
    const small = ask({ port, path: '/echo', body: 'x'.repeat(500) })
    release()
    assert.deepEqual([(await first).status, (await small).status], [204, 204])
    assert.equal((await ask({ port, path: '/echo', body: 'x'.repeat(1000) })).status, 204)
  })

  test('also before it is sent, where the client asks first', async (t) => {
    const { port } = await startTestHost(t, undefined, limits)
    const slow = await connectRaw(port)
    slow.send(head('Content-Length: 1000'))
    await refusedOnce(port, 'x'.repeat(1000))
    const second = await connectRaw(port)
    second.send(head('Expect: 100-continue', 'Content-Length: 1000'))
    assert.match(await second.until('\r\n\r\n'), /^HTTP\/1.1 503 /)
    for (const { socket } of [slow, second]) socket.destroy()
  })
})

test('whoever sends slowly keeps others out for the time of a request at most', async (t) => {
  const { port } = await startTestHost(t, undefined, { ...limits, requestTimeoutMs: 500 })
  const slow = await connectRaw(port)
  slow.send(`${head('Content-Length: 1000')}half`)
  await refusedOnce(port, 'x'.repeat(1000))
  assert.match(await slow.closed, /^HTTP\/1.1 408 /)
  await untilStatus(port, 'x'.repeat(1000), 204)
})

/** Asks until it is refused: the host may not have seen another connection yet. */
async function refusedOnce(port: number, body: string) {
  for (;;) {
    const reply = await ask({ port, path: '/echo', body })
    if (reply.status === 503) return reply
  }
}

async function untilStatus(port: number, body: string, status: number): Promise<void> {
  while ((await ask({ port, path: '/echo', body })).status !== status);
}
