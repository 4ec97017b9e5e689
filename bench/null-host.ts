// The Ceph function in the host as it is deployed, but with a sink that takes everything and does nothing.
// node bench/null-host.ts: prints the port.
import type { AddressInfo } from 'node:net'
import { compile } from 'zod/mini'
import { readConfig } from '../lib/config.ts'
import { createHost } from '../lib/hosts/http-server.ts'
import { setUpMetrics } from '../lib/hosts/metrics.ts'
import { createLogger } from '../lib/log.ts'
import { compileSchemasWith } from '../lib/schemas/compile.ts'

compileSchemasWith(compile)
const metrics = setUpMetrics()
const { cephNotifications } = await import('../lib/ceph-notifications.ts')

const config = readConfig()
const handler = cephNotifications({ config, handle: () => {} })
const host = createHost({
  functions: new Map([['ceph-notifications', handler]]),
  atAnyPath: false,
  ...config.host,
  metrics,
  log: createLogger('host'),
})
host.server.listen(config.host.port, '127.0.0.1', () => {
  const { port } = host.server.address() as AddressInfo
  process.stdout.write(`${port}\n`)
})
process.once('SIGTERM', () => process.exit(0))
