// The Ceph function in the host as it is deployed, but with a sink that takes everything and does nothing; with OWN_HANDLER set, with
// a handler that does nothing. node bench/null-host.ts: prints the port.
import type { AddressInfo } from 'node:net'
import { compile } from 'zod/mini'
import { setUpMetrics } from '../lib/hosts/host-metrics.ts'
import { readHostConfig } from '../lib/hosts/host-settings.ts'
import { createHost } from '../lib/hosts/http-server.ts'
import { toServed } from '../lib/hosts/served.ts'
import { readConfig } from '../lib/kit/config.ts'
import { createLogger } from '../lib/process/log.ts'
import { compileSchemasWith } from '../lib/process/wire-schema.ts'

compileSchemasWith(compile)
const metrics = setUpMetrics()
const { ceph } = await import('../lib/kit/ceph.ts')
const { createFunction } = await import('../lib/kit/function.ts')
const { createCephDecoder } = await import('../lib/ceph/decode-ceph.ts')

const config = readConfig()
const name = 'ceph-notifications'
const sink = { deliver: async () => {} }
const handler = process.env.OWN_HANDLER
  ? ceph({ config }).otherwise(() => {})
  : createFunction({ name, config, decode: createCephDecoder([]), sink })
const log = createLogger('host')
const served = toServed({ name, handler, log, tokens: [], withoutToken: 'closed' })
const host = createHost({
  functions: new Map([[name, served]]),
  atAnyPath: false,
  ...readHostConfig(),
  metrics,
  log,
})
host.server.listen(readHostConfig().port, '127.0.0.1', () => {
  const { port } = host.server.address() as AddressInfo
  process.stdout.write(`${port}\n`)
})
process.once('SIGTERM', () => process.exit(0))
