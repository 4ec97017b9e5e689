import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openstackCapture } from './fixtures.ts'
import { startHost } from './host-process.ts'

const dist = new URL('../dist/', import.meta.url).pathname
const notification = readFileSync(new URL('../examples/notification.json', import.meta.url))

test('the bundle of the Ceph function is a Lambda handler on its own', async () => {
  const bundle = `${dist}ceph-notifications.cjs`
  const script = `require(${JSON.stringify(bundle)}).handler(${notification}, {}).then(({ outcome }) => console.error(outcome))`
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: '/' })
  assert.equal(JSON.parse(stdout).subject, 'charging-simple-logic.png')
  assert.equal(stderr, 'ack\n')
})

test('the bundle of the OpenStack function is a Lambda handler on its own', async () => {
  const bundle = `${dist}openstack-notifications.cjs`
  const { body } = openstackCapture('nova/compute.instance.create.end.1')
  const script = `require(${JSON.stringify(bundle)}).handler(${body}, {}).then(({ outcome }) => console.error(outcome))`
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: '/' })
  assert.equal(JSON.parse(stdout).type, 'org.openstack.nova.compute.instance.create.end')
  assert.equal(stderr, 'ack\n')
})

test('the bundle of the host logs nothing at LOG_LEVEL=warn while all is well', async () => {
  await using host = await startHost(
    { FUNCTION: 'ceph-notifications', LOG_LEVEL: 'warn', AUTH_TOKENS: 'a-token' },
    `${dist}server.cjs`,
  )
  const reply = await fetch(`${host.url}/?token=a-token`, { method: 'POST', body: notification })
  assert.equal(reply.status, 204)
  await host.untilEvents(1)
  assert.equal(await host.stop(), 0)
  assert.deepEqual(host.log, [])
})

test('the bundle of the host serves and measures', async (t) => {
  const host = await startHost({ FUNCTION: 'ceph-notifications' }, `${dist}server.cjs`)
  t.after(() => host[Symbol.asyncDispose]())
  const reply = await fetch(`${host.url}/at/any/path`, { method: 'POST', body: notification })
  assert.equal(reply.status, 204)
  const [event] = await host.untilEvents(1)
  assert.equal(event.type, 'com.amazonaws.s3.ObjectCreated:Put')
  const metrics = await (await fetch(`${host.url}/metrics`)).text()
  assert.match(metrics, /^tidings_deliveries_total\{function="ceph-notifications",outcome="ack"\} 1$/m)
  assert.equal(await host.stop(), 0)
})
