// A host stops for longer than its lease, and another one takes the event that it had in hand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { startHost } from '../host-process.ts'
import { ask } from '../http-client.ts'
import { ownModules } from '../own-modules.ts'
import { startRedis } from '../services/redis.ts'

const HANDLER = `import { once } from 'node:events'
import { ceph, type CephContext } from 'tidings'

export const handler = ceph({ name: 'lost' }).on('*', async ({ signal, log, fence }: CephContext) => {
  log.info('begins', { fence })
  if (fence !== 1) return
  await once(signal, 'abort')
  log.info('stops', { reason: signal.reason.message })
  signal.throwIfAborted()
})
`

test('the signal of its handler aborts, and the event counts as handled by the other', async (t) => {
  const redis = await startRedis()
  t.after(() => redis.stop())
  const { 'lost.ts': FUNCTION = '' } = ownModules(t, { 'lost.ts': HANDLER })
  const environment = { FUNCTION, ALLOW_ANONYMOUS: 'true', CLAIMS_URL: redis.url, CLAIMS_LEASE_MS: '1000' }
  const [first, second] = await Promise.all([startHost(environment), startHost(environment)])
  t.after(() => {
    for (const { process: child } of [first, second]) child.kill('SIGKILL')
  })
  const body = notification(wireRecord('photo'))

  const one = ask({ port: first.port, body })
  await first.untilLogged(({ message }) => message === 'begins')
  first.process.kill('SIGSTOP')
  assert.equal((await ask({ port: second.port, body })).status, 204)
  assert.equal((await second.untilLogged(({ message }) => message === 'begins')).fence, 2)
  first.process.kill('SIGCONT')

  const { reason } = await first.untilLogged(({ message }) => message === 'stops')
  assert.equal(reason, 'the lease ended, and another took the event')
  assert.equal((await one).status, 503)
  assert.equal((await ask({ port: first.port, body })).status, 204)
  assert.equal(first.log.filter(({ message }) => message === 'begins').length, 1)
})
