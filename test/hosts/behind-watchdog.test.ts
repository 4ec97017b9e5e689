import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { startHost } from '../host-process.ts'
import { ask } from '../http-client.ts'

for (const [where, variables, handled] of [
  ['behind of-watchdog', { fprocess: 'node server.cjs' }, 200],
  ['alone', {}, 204],
] as const) {
  test(`${where} a handled delivery is answered ${handled} with an empty body`, async () => {
    await using host = await startHost({ ...variables, AUTH_TOKENS: 'a-token', FUNCTION: 'ceph-notifications' })
    const headers = { authorization: 'Bearer a-token' }
    const { status, body } = await ask({ port: host.port, headers, body: notification(wireRecord('a')) })
    assert.deepEqual([status, body], [handled, ''])
  })
}
