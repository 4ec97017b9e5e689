import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { test } from 'node:test'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { ask, connectRaw } from '../http-client.ts'
import { startReceiver } from '../receiver.ts'
import { startHost, untilLogged } from './process.ts'

const path = '/ceph-notifications'
const body = notification(wireRecord('a'))
/** The load is one notification again and again: each is to reach the receiver. */
const anonymous = { ALLOW_ANONYMOUS: 'true', CLAIMS_URL: 'none:' }

test('after SIGTERM it is unready at once, serves on for the grace, finishes what is slow, and exits 0', async (t) => {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const { promise: gate, resolve: release } = Promise.withResolvers<void>()
  const receiver = await startReceiver()
  t.after(receiver.close)
  receiver.answer = async (request) => {
    if (request.body.includes('"slow"')) {
      reach()
      await gate
    }
    return { status: 204 }
  }
  const host = await startHost(t, { ...anonymous, SINK_URL: receiver.url, SHUTDOWN_GRACE_MS: '2000' })
  const { port } = host
  const get = async (probe: string) => (await ask({ port, method: 'GET', path: probe })).status
  assert.equal(await get('/_/ready'), 200)
  const slow = ask({ port, path, body: notification(wireRecord('slow')) })
  await reached

  host.child.kill('SIGTERM')
  await untilLogged(host, 'shutting down')
  assert.deepEqual([await get('/_/ready'), await get('/health/readiness'), await get('/healthz')], [503, 503, 200])
  const agent = new Agent({ keepAlive: true })
  const served = await ask({ port, path, body, agent })
  assert.deepEqual([served.status, served.headers.connection], [204, 'close'])

  // The grace is over once nobody listens any more; the slow request is still there.
  while (await get('/healthz').catch(() => undefined));
  release()
  assert.equal((await slow).status, 204)
  assert.deepEqual(await host.exited, { code: 0, signal: null })
  assert.equal(receiver.requests.length, 2)
})

/** Fifty clients that post again and again while `wanted`, each until its first failure. */
const load = (port: number, wanted: () => boolean) => {
  const statuses: (number | undefined)[] = []
  const failures: unknown[] = []
  const { promise: busy, resolve: warm } = Promise.withResolvers<void>()
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    try {
      while (wanted()) {
        const { status } = await ask({ port, path, body, agent })
        if (statuses.push(status) === 200) warm()
      }
    } catch (error) {
      failures.push(error)
    }
    agent.destroy()
  }
  return { statuses, failures, busy, done: Promise.all(Array.from({ length: 50 }, client)) }
}

test('under load, every request that was taken is answered, up to the last', async (t) => {
  const receiver = await startReceiver()
  t.after(receiver.close)
  const host = await startHost(t, { ...anonymous, SINK_URL: receiver.url, SHUTDOWN_GRACE_MS: '200' })
  const { statuses, busy, done } = load(host.port, () => true)
  await busy
  host.child.kill('SIGTERM')
  await done

  assert.deepEqual(await host.exited, { code: 0, signal: null })
  assert.deepEqual([new Set(statuses), receiver.requests.length], [new Set([204]), statuses.length])
})

test('clients that look elsewhere once it is unready see no failure at all', async (t) => {
  const host = await startHost(t, { ...anonymous, SHUTDOWN_GRACE_MS: '3000' })
  let ready = true
  const { statuses, failures, busy, done } = load(host.port, () => ready)
  await busy
  host.child.kill('SIGTERM')
  while (ready) ready = (await ask({ port: host.port, method: 'GET', path: '/_/ready' })).status === 200
  await done

  assert.deepEqual([failures, new Set(statuses), await host.exited], [[], new Set([204]), { code: 0, signal: null }])
})

test('no client can hold up the end: none that says nothing, stops halfway, or keeps a connection', async (t) => {
  const host = await startHost(t, { ...anonymous, SHUTDOWN_GRACE_MS: '0' })
  const sent = [
    '',
    `POST ${path} HTTP/1.1\r\nHo`,
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{`,
    'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n',
  ]
  const connections = await Promise.all(sent.map(() => connectRaw(host.port)))
  for (const [index, connection] of connections.entries()) connection.send(sent[index] ?? '')
  // This request comes after them, so the host has seen them once it is answered.
  await ask({ port: host.port, method: 'GET', path: '/healthz' })
  host.child.kill('SIGTERM')
  assert.deepEqual(await host.exited, { code: 0, signal: null })
  for (const { socket } of connections) socket.destroy()
})

test('SIGINT, from a person at a terminal, waits for no grace', async (t) => {
  const host = await startHost(t, { ...anonymous, SHUTDOWN_GRACE_MS: '3600000' })
  host.child.kill('SIGINT')
  assert.deepEqual(await host.exited, { code: 0, signal: null })
})
