// Hosts that share a store of claims, and whose clocks are an hour apart.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { startHost } from '../host-process.ts'
import { ask } from '../http-client.ts'
import { ownModules } from '../own-modules.ts'
import { sharedStores } from './shared-stores.ts'

const HOUR_MS = 3_600_000
const LEASE_MS = 1000

const HANDLER = `import { setTimeout as delay } from 'node:timers/promises'
import { ceph, type CephContext } from 'tidings'

export const handler = ceph({ name: 'skew' }).on('*', async ({ log, fence }: CephContext) => {
  log.info('begins', { fence })
  await delay(${2 * LEASE_MS})
})
`

for (const [name, open] of Object.entries(sharedStores)) {
  test(`${name} clocks an hour ahead and behind neither end a lease early nor keep it for long`, async (t) => {
    const { 'skew.ts': FUNCTION = '' } = ownModules(t, { 'skew.ts': HANDLER })
    const limits = { CLAIMS_LEASE_MS: String(LEASE_MS), CLAIMS_TIMEOUT_MS: '20000', CLAIMS_WHEN_AWAY: 'retry' }
    const environment = { FUNCTION, ALLOW_ANONYMOUS: 'true', ...limits, ...(await open(t)) }
    const skew = `--import ${new URL('clock-skew.mjs', import.meta.url).href}`
    const [right, ahead, behind] = await Promise.all([
      startHost(environment),
      startHost({ ...environment, NODE_OPTIONS: skew, CLOCK_SKEW_MS: String(HOUR_MS) }),
      startHost({ ...environment, NODE_OPTIONS: skew, CLOCK_SKEW_MS: String(-HOUR_MS) }),
    ])
    const hosts = [right, ahead, behind]
    t.after(() => {
      for (const { process: child } of hosts) child.kill('SIGKILL')
    })
    const fences = () =>
      hosts.map(({ log }) => log.filter(({ message }) => message === 'begins').map(({ fence }) => fence))

    for (const first of hosts) {
      const body = notification(wireRecord(randomUUID()))
      const begun = first.log.length
      const one = ask({ port: first.port, body })
      await first.untilLogged((line) => line.message === 'begins' && first.log.indexOf(line) >= begun)
      const others = hosts.filter((host) => host !== first).map(({ port }) => ask({ port, body }))
      for (const { status } of await Promise.all([one, ...others])) assert.equal(status, 204)
    }
    assert.deepEqual(fences(), [[1], [1], [1]])

    const body = notification(wireRecord(randomUUID()))
    const lost = ask({ port: ahead.port, body }).catch(() => undefined)
    const begins = () => ahead.log.filter(({ message }) => message === 'begins').length === 2
    await ahead.untilLogged(begins)
    await ahead.stop('SIGKILL')
    const untilHandled = async ({ port }: { readonly port: number }): Promise<void> => {
      while ((await ask({ port, body })).status !== 204) await delay(20)
    }
    await Promise.all([lost, untilHandled(right), untilHandled(behind)])
    assert.deepEqual([...(fences()[0] ?? []), ...(fences()[2] ?? [])].toSorted(), [1, 1, 2])
  })
}
