import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { describe, test } from 'node:test'
import { brokenRecord, notification, wireRecord } from '../../ceph/ceph-records.ts'
import { ask, connectRaw } from '../../http-client.ts'
import { startReceiver } from '../../receiver.ts'
import { type DeployOptions, deploy, start, under } from './watchdog.ts'

const path = '/?token=the-auth-tokens'
const body = notification(wireRecord('a'))
const ceph = { name: 'ceph-notifications' }

/** With a sink that takes all, unless the test changes its mind. */
const deployCeph = async (t: Parameters<typeof deploy>[0], environment: DeployOptions['environment'] = {}) => {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  return { receiver, ...(await deploy(t, { ...ceph, environment: { SINK_URL: receiver.url, ...environment } })) }
}

describe(`a function ${under}`, () => {
  test('opens to the secret that is mounted as a file, and to no other', async (t) => {
    const { port, receiver } = await deployCeph(t)
    const { status, body: answered } = await ask({ port, path, body })
    assert.deepEqual([status, answered], [200, ''])
    assert.equal((await ask({ port, path: '/?token=other', body })).status, 401)
    assert.deepEqual(
      receiver.events().map(({ subject }) => subject),
      ['a'],
    )
  })

  test('reads bodies that come in chunks, without a length, whatever their size', async (t) => {
    const { port, receiver } = await deployCeph(t)
    const large = notification({ ...wireRecord('large'), opaqueData: 'x'.repeat(600_000) })
    const connection = await connectRaw(port)
    connection.send(`POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`)
    for (let at = 0; at < large.length; at += 9000) {
      const chunk = large.slice(at, at + 9000)
      connection.send(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    }
    connection.send('0\r\n\r\n')
    assert.match(await connection.closed, /^HTTP\/1\.1 200 /)
    assert.equal(receiver.events()[0]?.subject, 'large')
  })

  test('refuses what is too large with 413 and a problem document', async (t) => {
    const { port, receiver } = await deployCeph(t, { MAX_BODY_BYTES: '1000' })
    const reply = await ask({ port, path, body: 'x'.repeat(300_000) })
    assert.deepEqual([reply.status, reply.headers['content-type']], [413, 'application/problem+json'])
    assert.equal(JSON.parse(reply.body).code, 'body_too_large')
    assert.equal(receiver.requests.length, 0)
  })

  test('hears every header and is heard with its own, to which the watchdog adds how long it took', async (t) => {
    const { port, receiver } = await deployCeph(t)
    receiver.answer = () => ({ status: 503, headers: { 'retry-after': '7' } })
    const reply = await ask({ port, body, headers: { 'x-call-id': 'a-call', authorization: 'Bearer the-auth-tokens' } })
    assert.deepEqual([reply.status, reply.headers['retry-after']], [503, '7'])
    assert.match(String(reply.headers['x-duration-seconds']), /^\d+\.\d+$/)
    assert.equal(reply.headers['x-openfaas-internal'], undefined)
  })

  test('shows its metrics', async (t) => {
    const { port } = await deployCeph(t)
    await ask({ port, path, body })
    const { body: text } = await ask({ port, path: '/metrics', method: 'GET' })
    assert.match(text, /^tidings_deliveries_total\{[^}]*function="ceph-notifications"[^}]*\} 1/m)
  })

  test('prints events and dead letters whole, however long, and goes on', async (t) => {
    const { port, output, untilLogged } = await deploy(t, ceph)
    const opaqueData = 'x'.repeat(400_000)
    for (const key of ['a', 'b']) {
      const records = [
        { ...wireRecord(key), opaqueData },
        { ...brokenRecord(key), opaqueData },
      ]
      assert.equal((await ask({ port, path, body: notification(...records) })).status, 200)
    }
    assert.equal((await ask({ port, path, body: notification(wireRecord('c')) })).status, 200)
    await untilLogged('"subject":"c"')
    const lines = output.stdout.split('\n').filter(Boolean)
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).subject),
      ['a', 'b', 'c'],
    )
  })

  test('is given up by the watchdog when exec_timeout is over, which a queue-worker retries', async (t) => {
    const { port, receiver } = await deployCeph(t, { exec_timeout: '200ms' })
    receiver.answer = () => 'hang'
    const reply = await ask({ port, path, body })
    assert.deepEqual([reply.status, reply.headers['x-openfaas-internal']], [504, 'of-watchdog'])
  })

  test('is ready only once it listens itself, and is not any more after SIGTERM', async (t) => {
    const {
      port,
      untilLogged,
      process: child,
    } = await start(t, { ...ceph, environment: { healthcheck_interval: '2s' } })
    const ready = async () => (await ask({ port, path: '/_/ready', method: 'GET' }).catch(() => undefined))?.status
    const seen = new Set<number | undefined>()
    for (let status = await ready(); status !== 200; status = await ready()) seen.add(status)
    // Nobody listens yet; the watchdog does, without its lock file; with it, and the function does not answer.
    assert.deepEqual(
      [...seen].filter((status) => ![undefined, 503, 500].includes(status)),
      [],
    )
    child.kill('SIGTERM')
    await untilLogged('no new connections in')
    assert.equal(await ready(), 503)
    assert.equal((await ask({ port, path, body: '{}' })).status, 400)
  })

  test('and its container end when the process dies; what the function said last may be lost', async (t) => {
    const { exited, output } = await start(t, { ...ceph, environment: { FUNCTION: 'none-such' } })
    assert.deepEqual(await exited, { code: 1, signal: null })
    assert.match(output.stderr, /Forked function has terminated: exit status 1/)
  })

  test('is logged by the watchdog with the whole URI, but a token in a header is not', async (t) => {
    const { port, untilLogged, output } = await deployCeph(t)
    await ask({ port, path: '/?token=guess', body })
    await untilLogged('POST /?token=guess - 401 Unauthorized - ContentLength: ')
    await ask({ port, path: '/in-a-header', body, headers: { authorization: 'Bearer the-auth-tokens' } })
    await untilLogged('POST /in-a-header - 200 OK - ContentLength: ')
    assert.doesNotMatch(`${output.stdout}${output.stderr}`, /the-auth-tokens/)
  })

  test('is answered 429 by the watchdog beyond max_inflight, and is not ready meanwhile', async (t) => {
    const { port, receiver } = await deployCeph(t, { max_inflight: '1' })
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
    const { promise: gate, resolve: release } = Promise.withResolvers<void>()
    receiver.answer = async () => {
      reach()
      await gate
      return { status: 204 }
    }
    const first = ask({ port, path, body })
    await reached
    assert.equal((await ask({ port, path, body })).status, 429)
    assert.equal((await ask({ port, path: '/_/ready', method: 'GET' })).status, 429)
    release()
    assert.equal((await first).status, 200)
    assert.equal((await ask({ port, path: '/_/ready', method: 'GET' })).status, 200)
  })

  test('is measured by the watchdog on port 8081, whatever port it serves', async (t) => {
    const { port } = await deployCeph(t)
    await ask({ port, path, body })
    const { body: text } = await ask({ port: 8081, path: '/metrics', method: 'GET' })
    assert.match(text, /^http_requests_total\{code="200",method="post"\} 1$/m)
  })

  test('is asked for its health by GET alone', async (t) => {
    const { port } = await deployCeph(t)
    assert.equal((await ask({ port, path: '/_/health', body: '{}' })).status, 405)
    assert.equal((await ask({ port, path: '/_/ready', body: '{}' })).status, 405)
  })

  test('is healthy by the lock file, as HEALTHCHECK asks for it', async (t) => {
    const { exec } = await deployCeph(t)
    assert.equal(await exec(['fwatchdog', '-run-healthcheck']), 0)
  })
})

/** Clients that post again and again, each until nobody listens any more. */
const load = (port: number, clients: number) => {
  const statuses: (number | undefined)[] = []
  const failures: string[] = []
  const { promise: busy, resolve } = Promise.withResolvers<void>()
  const client = async (number: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    try {
      for (let count = 0; ; count++) {
        const record = notification(wireRecord(`${number}-${count}`))
        const { status } = await ask({ port, path, body: record, agent })
        if (statuses.push(status) === 300) resolve()
      }
    } catch (error) {
      failures.push(String((error as NodeJS.ErrnoException).code)) // Of node:http.
    }
    agent.destroy()
  }
  return { statuses, failures, busy, done: Promise.all(Array.from({ length: clients }, (_, number) => client(number))) }
}

for (const [name, handled] of [
  ['ceph-notifications', 200],
  ['ceph-notifications-plain', 204],
] as const) {
  test(`SIGTERM under load loses no request (${name}, ${under})`, async (t) => {
    const receiver = await startReceiver()
    t.after(() => receiver.close())
    const {
      port,
      process: child,
      exited,
    } = await deploy(t, {
      name,
      environment: { SINK_URL: receiver.url, healthcheck_interval: '1s', SHUTDOWN_GRACE_MS: '2000' },
    })
    const { statuses, failures, busy, done } = load(port, 20)
    await busy
    child.kill('SIGTERM')
    await done
    assert.deepEqual(await exited, { code: 0, signal: null })
    assert.deepEqual(new Set(statuses), new Set([handled]))
    assert.equal(receiver.events().length, statuses.length)
    // The end of each client: no connection is taken any more, or a kept one was closed while idle.
    assert.deepEqual(
      [...new Set(failures)].filter((code) => !['ECONNREFUSED', 'ECONNRESET'].includes(code)),
      [],
    )
  })
}
