// How a pod ends in Knative: the kubelet has queue-proxy drained (the container's preStop hook), and only then sends SIGTERM.
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { test } from 'node:test'
import { notification, wireRecord } from '../../ceph/ceph-records.ts'
import { ask } from '../../http-client.ts'
import { startReceiver } from '../../receiver.ts'
import { startPod } from './pod.ts'

const headers = { authorization: 'Bearer a-token' }
const body = notification(wireRecord('a'))

test('scaled down under load, no request is lost, and the container ends at once after the last', async (t) => {
  const receiver = await startReceiver()
  t.after(receiver.close)
  await using pod = await startPod('ceph-notifications', {
    AUTH_TOKENS: 'a-token',
    K_SINK: receiver.url,
    CLAIMS_URL: 'none:',
  })
  const { port } = pod.proxy
  const statuses: (number | undefined)[] = []
  const { promise: busy, resolve: warm } = Promise.withResolvers<void>()
  let ready = true
  const clients = Array.from({ length: 20 }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (ready) {
      const { status } = await ask({ port, headers, body, agent })
      if (statuses.push(status) === 300) warm()
    }
    agent.destroy()
  })
  await busy
  const drained = pod.proxy.drain()
  // As Knative's activator does: who is not ready any more gets no more requests.
  while (ready) ready = await pod.proxy.isReady()
  await Promise.all(clients)
  assert.equal(await drained, 200)

  assert.deepEqual([new Set(statuses), receiver.requests.length], [new Set([204]), statuses.length])
  assert.equal(await pod.host.stop(), 0)
})

test('killed with no drain before it, what was in flight is answered all the same, and the pod is not ready', async (t) => {
  const receiver = await startReceiver()
  t.after(receiver.close)
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  const { promise: gate, resolve: release } = Promise.withResolvers<void>()
  receiver.answer = async () => {
    reach()
    await gate
    return { status: 202 }
  }
  await using pod = await startPod('ceph-notifications', { AUTH_TOKENS: 'a-token', K_SINK: receiver.url })
  const slow = pod.post({ headers, body })
  await reached
  const ended = pod.host.stop()
  await pod.host.untilLogged(({ message }) => message === 'shutting down')
  while (await pod.proxy.isReady());
  release()
  assert.equal((await slow).status, 204)
  assert.equal(await ended, 0)
})
