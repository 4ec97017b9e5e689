// deploy/knative/func under the real faas-js-runtime, and what that runtime does by itself.
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { describe, test } from 'node:test'
import { notification, wireRecord } from '../../ceph/ceph-records.ts'
import { openstackCaptures } from '../../fixtures.ts'
import { startHost } from '../../host-process.ts'
import { ask } from '../../http-client.ts'
import { type Receiver, startReceiver } from '../../receiver.ts'
import { runTable } from '../truth.ts'
import { startFuncRuntime } from './func-runtime.ts'
import { bundle } from './pod.ts'

runTable('faas-js-runtime', (functionName, environment) => startFuncRuntime({ FUNCTION: functionName, ...environment }))

const anonymous = { ALLOW_ANONYMOUS: 'true', SHUTDOWN_GRACE_MS: '0', CLAIMS_URL: 'none:' }
const headers = { 'content-type': 'application/json' }
const body = notification(wireRecord('a'))

/** A receiver that holds its answers back until it is told. */
const startSlowReceiver = async (t: { after(end: () => Promise<void>): void }) => {
  const receiver: Receiver = await startReceiver()
  t.after(receiver.close)
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const { promise: gate, resolve: release } = Promise.withResolvers<void>()
  receiver.answer = async () => {
    reach()
    await gate
    return { status: 204 }
  }
  return { receiver, reached, release }
}

describe('the function project', () => {
  test('is alive and ready, and answers every probe of func.yaml', async () => {
    await using runtime = await startFuncRuntime(anonymous)
    const get = async (path: string) => (await ask({ port: runtime.port, method: 'GET', path })).status
    assert.deepEqual(await Promise.all([get('/health/liveness'), get('/health/readiness')]), [200, 200])
  })

  test('told to stop, it is not ready, and answers what is in flight before it ends', async (t) => {
    const { receiver, reached, release } = await startSlowReceiver(t)
    await using runtime = await startFuncRuntime({ ...anonymous, SINK_URL: receiver.url, SHUTDOWN_GRACE_MS: '500' })
    const slow = runtime.post({ headers, body })
    await reached
    const ended = runtime.stop()
    while ((await ask({ port: runtime.port, method: 'GET', path: '/health/readiness' })).status === 200);
    release()
    assert.equal((await slow).status, 204)
    assert.equal(await ended, 0)
  })

  test('scaled down under load, no request is lost to clients that look elsewhere once it is unready', async (t) => {
    const receiver = await startReceiver()
    t.after(receiver.close)
    await using runtime = await startFuncRuntime({ ...anonymous, SINK_URL: receiver.url, SHUTDOWN_GRACE_MS: '2000' })
    const { port } = runtime
    const statuses: (number | undefined)[] = []
    const { promise: busy, resolve: warm } = Promise.withResolvers<void>()
    let ready = true
    const clients = Array.from({ length: 20 }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      while (ready) if (statuses.push((await ask({ port, headers, body, agent })).status) === 300) warm()
      agent.destroy()
    })
    await busy
    const ended = runtime.stop()
    while (ready) ready = (await ask({ port, method: 'GET', path: '/health/readiness' })).status === 200
    await Promise.all(clients)
    assert.deepEqual([new Set(statuses), receiver.requests.length], [new Set([204]), statuses.length])
    assert.equal(await ended, 0)
  })

  test('takes bodies that are not text as they are', async (t) => {
    const receiver = await startReceiver()
    t.after(receiver.close)
    await using runtime = await startFuncRuntime({ ...anonymous, SINK_URL: receiver.url })
    const bytes = Buffer.from([0, 255, 254, 128, 10])
    const { status } = await runtime.post({ headers: { 'content-type': 'application/octet-stream' }, body: bytes })
    assert.equal(status, 200)
    await runtime.stop()
    assert.ok(runtime.output().includes(bytes.toString('base64')), runtime.output())
  })

  test('a query that hides the request is refused', async () => {
    await using runtime = await startFuncRuntime(anonymous)
    const { status } = await ask({ port: runtime.port, path: '/?headers=x', headers, body })
    assert.equal(status, 400)
  })

  test('a function that there is none of, or a variable that is wrong, ends it with a word', async () => {
    for (const wrong of [{ FUNCTION: 'nova' }, { SINK_TIMEOUT_MS: 'soon' }]) {
      await assert.rejects(startFuncRuntime({ ...anonymous, ...wrong }), /ended with 1: .*(nova\.cjs|SINK_TIMEOUT_MS)/s)
    }
  })
})

describe('faas-js-runtime by itself', () => {
  const entry = 'module.exports = { handle: async () => ({ statusCode: 200, body: "taken" }) }'
  const event = { specversion: '1.0', id: '1', source: '/s', type: 't', datacontenttype: 'application/json', data: {} }

  test('does not look at PORT, which Knative sets', async () => {
    const runtime = await startFuncRuntime({ FUNC_PORT: '', PORT: '12345' }, entry).catch((error) => error)
    // It listens there, or cannot because somebody else does.
    assert.match(runtime instanceof Error ? runtime.message : runtime.output(), /8080/)
    if (!(runtime instanceof Error)) await runtime.stop()
  })

  test('answers 500 for a batch, and for what is not a valid CloudEvent, so that Knative sends it again', async () => {
    await using runtime = await startFuncRuntime({}, entry)
    const batch = { headers: { 'content-type': 'application/cloudevents-batch+json' }, body: JSON.stringify([event]) }
    const invalid = {
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ ...event, source: undefined }),
    }
    assert.deepEqual([(await runtime.post(batch)).status, (await runtime.post(invalid)).status], [500, 500])
  })

  test('answers 400 for what is not JSON, and 404 for every path but one', async () => {
    await using runtime = await startFuncRuntime({}, entry)
    assert.equal((await runtime.post({ headers, body: '{' })).status, 400)
    assert.equal((await ask({ port: runtime.port, path: '/function', headers, body })).status, 404)
  })

  test('lets every web page read its answers', async () => {
    await using runtime = await startFuncRuntime({}, entry)
    assert.equal((await runtime.post({ headers, body })).headers['access-control-allow-origin'], '*')
  })

  test('told to stop, it drops what is in flight', async (t) => {
    const { receiver, reached } = await startSlowReceiver(t)
    const waits = `module.exports = { handle: async () => { await fetch(${JSON.stringify(receiver.url)}); return 'taken' } }`
    await using runtime = await startFuncRuntime({}, waits)
    const dropped = assert.rejects(runtime.post({ headers, body }), { code: 'ECONNRESET' })
    await reached
    assert.equal(await runtime.stop(), 0)
    await dropped
  })
})

test('every captured OpenStack message leads to the same events as in the plain container', async (t) => {
  const variables = { ...anonymous, FUNCTION: 'openstack-notifications' }
  const eventsOf = async (start: (sink: string) => Promise<{ readonly port: number } & AsyncDisposable>) => {
    const receiver = await startReceiver()
    t.after(receiver.close)
    await using running = await start(receiver.url)
    for (const capture of openstackCaptures()) await ask({ port: running.port, headers, body: capture.body })
    return receiver.events()
  }
  const events = await eventsOf((sink) => startFuncRuntime({ ...variables, SINK_URL: sink }))
  assert.ok(events.length > 50)
  assert.deepEqual(events, await eventsOf((sink) => startHost({ ...variables, SINK_URL: sink }, bundle)))
})
