// Who may call a function that no token guards, in this process. who-may-call.slow.test.ts asks a host that was started.
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { describe, test } from 'node:test'
import { readConfig } from '../../lib/kit/config.ts'
import { openstackNotifications } from '../../lib/kit/openstack-function.ts'
import { cephProvisioner } from '../../lib/kit/provisioner-function.ts'
import { readRgwConfig } from '../../lib/provisioning/provisioning-settings.ts'
import { albEvent, functionUrlEvent, restApiEvent } from '../envelopes/samples.ts'
import { collectLog } from '../log-lines.ts'
import { startTestHost } from './in-process.ts'

/** The gateway is never asked here. */
const gateway = { RGW_ENDPOINT: 'http://127.0.0.1:1', RGW_ACCESS_KEY: 'key', RGW_SECRET_KEY: 'secret' }
const plan = JSON.stringify({ action: 'plan', desired: { topics: [{ name: 'a', endpoint: 'http://example.org/' }] } })

describe('OPAQUE_SECRETS without AUTH_TOKENS', () => {
  test('does not let other addresses call openstack-notifications, wherever its host listens', async (t) => {
    const others = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    const other = others.find(({ internal, family }) => !internal && family === 'IPv4')
    if (other === undefined) return t.skip('this machine has no other address')
    const [handler, events] = [openstackNotifications({ config: readConfig({ OPAQUE_SECRETS: 'abc' }) }), 'openstack']
    collectLog()
    const { server } = await startTestHost(t, undefined, { functions: new Map([[events, handler]]) })
    server.close()
    await new Promise<void>((resolve) => server.listen(0, other.address, resolve))
    const url = `http://${other.address}:${(server.address() as { port: number }).port}/${events}` // No pipe.
    assert.equal((await fetch(url, { method: 'POST', body: '{}' })).status, 401)
  })
})

describe('the provisioner is never served without a token', () => {
  for (const event of [functionUrlEvent, restApiEvent, albEvent]) {
    test(`by HTTP it answers 401 wherever it runs (${event.name}), also to this machine`, async () => {
      const handler = cephProvisioner(readConfig({ ALLOW_ANONYMOUS: 'true' }), readRgwConfig(gateway))
      collectLog()
      const headers = { host: 'localhost', authorization: 'Bearer x' }
      const answer = await handler(event({ body: plan, sourceIp: '127.0.0.1', headers }), {})
      assert.equal((answer as { statusCode: number }).statusCode, 401) // HTTP in, HTTP out.
    })
  }

  test('direct invocations need no token, as their platform asks who calls', async () => {
    const handler = cephProvisioner(readConfig({}), readRgwConfig({ ...gateway, RGW_ATTEMPTS: '1' }))
    collectLog()
    await assert.rejects(handler(JSON.parse(plan), {}), { code: 'rgw_unavailable' })
  })
})
