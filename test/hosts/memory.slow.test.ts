import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { cephCapture } from '../fixtures.ts'
import { ask, connectRaw, type RawConnection } from '../http-client.ts'
import { startReceiver } from '../receiver.ts'
import { type ListeningHost, startHost } from './process.ts'

/** At its highest so far. */
const peakMiB = ({ child }: ListeningHost): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024

/** As the image sets them (deploy/docker/Dockerfile). */
const image = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' }
/** A small heap. With memory to spare Node.js collects late, and the peak says little about what is held. */
const small = { AUTH_TOKENS: 'abc', NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=128', ...image }
/** With something to spare: it was 1,100 before bytes in flight were bounded. */
const MOST_MIB = 320

describe('a process stays small, whoever sends', () => {
  test('1,024 half-sent bodies', async (t) => {
    const host = await startHost(t, small)
    const half = 'x'.repeat(900_000)
    const connections: RawConnection[] = []
    for (let count = 0; count < 1024; count++) {
      const connection = await connectRaw(host.port)
      connection.send(
        `POST /ceph-notifications?token=abc HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${half}`,
      )
      connections.push(connection)
    }
    // It has dealt with all that came when it answers the last of them.
    const { status } = await ask({ port: host.port, method: 'GET', path: '/healthz' })
    const peak = peakMiB(host)
    for (const { socket } of connections) socket.destroy()
    assert.equal(status, 200)
    assert.ok(peak < MOST_MIB, `${peak} MiB`)
  })

  test('bodies in chunks of one byte each', async (t) => {
    const host = await startHost(t, small)
    const head = 'POST /ceph-notifications?token=abc HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
    const bodies = Array.from({ length: 3 }, async () => {
      const connection = await connectRaw(host.port)
      connection.send(`${head}${'1\r\nx\r\n'.repeat(200_000)}0\r\n\r\n`)
      const answer = await connection.until('\r\n\r\n')
      connection.socket.destroy()
      return answer.slice(0, 'HTTP/1.1 422'.length)
    })
    assert.deepEqual(new Set(await Promise.all(bodies)), new Set(['HTTP/1.1 200']))
    assert.ok(peakMiB(host) < MOST_MIB, `${peakMiB(host)} MiB`)
  })

  test('100 callers with a token and 900 kB each are answered 204 or 503', async (t) => {
    const receiver = await startReceiver()
    t.after(receiver.close)
    const host = await startHost(t, { ...small, SINK_URL: receiver.url, CLAIMS_URL: 'none:' })
    const [record] = JSON.parse(cephCapture('20.2.4/ObjectCreated_Put.plain.1').body).Records
    const records = Array.from({ length: Math.floor(900_000 / JSON.stringify(record).length) }, () => record)
    const body = JSON.stringify({ Records: records })
    const path = '/ceph-notifications?token=abc'
    const replies = await Promise.all(Array.from({ length: 100 }, () => ask({ port: host.port, path, body })))
    const statuses = new Set(replies.map(({ status }) => status))
    const peak = peakMiB(host)
    // A machine that handles bodies as fast as they come refuses none.
    assert.ok(statuses.has(204))
    assert.deepEqual(
      [...statuses].filter((status) => status !== 204 && status !== 503),
      [],
    )
    assert.equal((await ask({ port: host.port, path, body })).status, 204)
    assert.ok(peak < MOST_MIB, `${peak} MiB`)
  })
})
