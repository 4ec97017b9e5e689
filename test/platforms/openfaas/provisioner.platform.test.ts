import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask } from '../../http-client.ts'
import { deploy, under } from './watchdog.ts'

test(`the provisioner finds its keys in files, and says that the gateway is away (${under})`, async (t) => {
  const { port, output } = await deploy(t, {
    name: 'ceph-provisioner',
    secrets: { 'rgw-access-key': 'an-access-key', 'rgw-secret-key': 'a-secret-key' },
    environment: { RGW_ENDPOINT: 'http://127.0.0.1:1', RGW_ATTEMPTS: '1' },
  })
  const body = JSON.stringify({ action: 'plan', desired: { topics: [{ name: 'a', endpoint: 'http://example.org/' }] } })
  assert.equal((await ask({ port, body })).status, 401)
  // The watchdog logs the query, whatever we do.
  const reply = await ask({ port, headers: { authorization: 'Bearer the-auth-tokens' }, body })
  const { code, detail } = JSON.parse(reply.body)
  assert.deepEqual([reply.status, code], [502, 'rgw_unavailable'])
  // The request was sent: the SDK did not fail before it, for want of a home folder.
  assert.match(detail, /ECONNREFUSED/)
  assert.doesNotMatch(`${output.stdout}${output.stderr}`, /a-secret-key|the-auth-tokens/)
})
