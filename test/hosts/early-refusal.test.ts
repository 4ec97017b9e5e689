import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { readHostConfig } from '../../lib/hosts/host-settings.ts'
import { readConfig } from '../../lib/index.ts'
import { ceph } from '../../lib/kit/ceph.ts'
import { ask, connectRaw } from '../http-client.ts'
import { logOf } from '../kit/own-functions.ts'
import { startTestHost } from './in-process.ts'

const curl = promisify(execFile)

/** The Ceph function behind a token, in a host with the default limit of a body. */
const guarded = async (t: { after(end: () => void): void }, environment: Record<string, string> = {}) => {
  const config = readConfig({ AUTH_TOKENS: 'abc', ...environment })
  const handler = ceph({ config }).otherwise(() => {})
  const log = logOf(handler)
  const functions = new Map([['echo', handler]])
  return { log, ...(await startTestHost(t, undefined, { functions, ...readHostConfig({}), refusalDelayMs: 250 })) }
}
const head = (...lines: string[]) => ['POST /echo HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n')

describe('a caller without a token', () => {
  test('is answered before its body is there', async (t) => {
    const { port, log } = await guarded(t)
    const connection = await connectRaw(port)
    connection.send(`${head('Content-Length: 900000')}half`)
    assert.match(await connection.until('a token is needed'), /^HTTP\/1.1 401 /)
    connection.socket.destroy()
    assert.deepEqual(
      log.map(({ message, peer, path }) => [message, peer, path]),
      [['refused', '127.0.0.1', '/echo']],
    )
  })

  test('is answered before it sends its body where it asks first', async (t) => {
    const { port } = await guarded(t)
    const connection = await connectRaw(port)
    connection.send(head('Expect: 100-continue', 'Content-Length: 900000'))
    assert.match(await connection.until('a token is needed'), /^HTTP\/1.1 401 /)
    connection.socket.destroy()
  })

  test('with an unknown one learns that it is unknown', async (t) => {
    const { port } = await guarded(t)
    const { status, body } = await ask({ port, path: '/echo?token=xyz', body: '{}' })
    assert.deepEqual(
      [status, JSON.parse(body).detail],
      [401, 'the token is not known: show one that is in AUTH_TOKENS'],
    )
  })

  test('may go on with another request on its connection', async (t) => {
    const { port } = await guarded(t)
    const connection = await connectRaw(port)
    connection.send(`${head('Content-Length: 900000')}${'x'.repeat(900_000)}`)
    await connection.until('401 Unauthorized')
    connection.send(`${head('Authorization: Bearer abc', 'Content-Length: 14')}{"Records":[]}`)
    await connection.until('204 No Content')
    connection.socket.destroy()
  })

  test('holds none of the bytes that others need', async (t) => {
    const { port } = await guarded(t, { MAX_BODY_BYTES: '1000', MAX_BYTES_IN_FLIGHT: '1000' })
    const connection = await connectRaw(port)
    connection.send(`${head('Content-Length: 1000')}half`)
    await connection.until('401 Unauthorized')
    const headers = { authorization: 'Bearer abc' }
    assert.equal((await ask({ port, path: '/echo', headers, body: `{"Records":[]}${' '.repeat(980)}` })).status, 204)
    connection.socket.destroy()
  })
})

describe('an answer arrives at a client that is still sending', () => {
  const cases = [
    { bytes: 900_000, token: '', status: 401 },
    { bytes: 3_000_000, token: '', status: 401 },
    { bytes: 3_000_000, token: 'abc', status: 413 },
  ]
  for (const { bytes, token, status } of cases) {
    const title = `${bytes} bytes ${token ? 'with' : 'without'} a token: ${status}`
    const body = Buffer.alloc(bytes, ' ')

    test(`${title}, by node:http`, async (t) => {
      const { port } = await guarded(t)
      assert.equal((await ask({ port, path: `/echo?token=${token}`, body })).status, status)
    })

    test(`${title}, by fetch in chunks`, async (t) => {
      const { port } = await guarded(t)
      const url = `http://127.0.0.1:${port}/echo?token=${token}`
      const stream = new Blob([body]).stream()
      const answer = await fetch(url, { method: 'POST', body: stream, duplex: 'half' })
      assert.equal(answer.status, status)
    })

    for (const expect of ['Expect: 100-continue', 'Expect:']) {
      test(`${title}, by curl with "${expect}"`, async (t) => {
        const { port } = await guarded(t)
        const url = `http://127.0.0.1:${port}/echo?token=${token}`
        const args = ['-sS', '-o', '/dev/null', '-w', '%{http_code}', '-H', expect, '--data-binary', '@-', url]
        const sent = curl('curl', args)
        sent.child.stdin?.end(body)
        assert.equal((await sent).stdout, String(status))
      })
    }
  }

  test('one that sends without end reads its answer too, and then its connection ends', async (t) => {
    const { port } = await guarded(t)
    const socket = connect(port, '127.0.0.1')
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    let [received, sent] = ['', 0]
    socket.on('data', (data) => {
      received += data
    })
    // It is cut off while it sends.
    socket.on('error', () => {})
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const pump = (): void => {
      do sent += chunk.length
      while (socket.writable && socket.write(chunk))
    }
    socket.on('drain', pump)
    socket.write(head('Transfer-Encoding: chunked'))
    pump()
    await closed
    assert.match(received, /^HTTP\/1.1 401 /)
    assert.match(received, /a token is needed/)
    assert.ok(sent < 32 * 1_048_576, `${sent} bytes were taken`)
  })
})

describe('methods other than POST', () => {
  for (const [method, status] of [
    ['GET', 405],
    ['PUT', 405],
    ['OPTIONS', 204],
  ] as const) {
    test(`${method} is answered ${status} before its body is there`, async (t) => {
      const { port } = await guarded(t)
      const connection = await connectRaw(port)
      connection.send(`${method} /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nhalf`)
      assert.match(await connection.until('\r\n\r\n'), new RegExp(`^HTTP/1.1 ${status} `))
      connection.socket.destroy()
    })
  }
})

test('a path of 15,900 slashes costs next to nothing', async (t) => {
  const { port } = await startTestHost(t)
  const path = `/${'/'.repeat(15_900)}x${'/'.repeat(100)}`
  await ask({ port, path: '/warm' })
  const before = process.cpuUsage()
  for (let count = 0; count < 10; count++) assert.equal((await ask({ port, path })).status, 404)
  const { user } = process.cpuUsage(before)
  assert.ok(user < 500_000, `${user} µs for ten`)
})
