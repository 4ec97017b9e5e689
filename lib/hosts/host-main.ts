import type { AddressInfo } from 'node:net'
import { compile } from 'zod/mini'
import { type Config, readConfig } from '../kit/config.ts'
import { compileSchemasWith } from '../process/compile.ts'
import { ConfigError, isTidingsError } from '../process/errors.ts'
import { createLogger } from '../process/log.ts'
import { loadFunctions, withoutClosed } from './functions.ts'
import { setUpMetrics } from './host-metrics.ts'
import { createHost } from './http-server.ts'

const LOOPBACK = '127.0.0.1'

const start = async (config: Config): Promise<void> => {
  // Both before any function is loaded.
  compileSchemasWith(compile)
  const metrics = setUpMetrics()
  const { port, hostname, functionName, shutdownGraceMs, behindProxy, ...limits } = config.host
  const { functions, missing } = withoutClosed(await loadFunctions(functionName), functionName)
  const unguarded = [...functions].flatMap(([name, { access }]) => (access?.guard === 'address' ? [name] : []))
  const guarded = unguarded.length === 0
  if (behindProxy && !guarded) {
    const seems = "behind this platform's proxy every caller seems to be this machine"
    throw new ConfigError(`AUTH_TOKENS: ${seems}: ${remedy(config, unguarded)}`)
  }
  const log = createLogger('host')
  const host = createHost({ functions, atAnyPath: functionName !== undefined, ...limits, metrics, log })

  const only = hostname ?? (guarded ? undefined : LOOPBACK)
  host.server.listen({ port, ...(only !== undefined && { host: only }) }, () => {
    const address = host.server.address() as AddressInfo // A string only for pipes.
    if (!guarded) log.warn({ unguarded }, `only ${LOOPBACK} is served: ${remedy(config, unguarded)}`)
    for (const [name, { message }] of missing)
      log.info({ reason: message }, `${name} is not served, as a setting is missing`)
    log.info({ port: address.port, address: address.address, functions: [...functions.keys()] }, 'listening')
  })
  host.server.on('error', (error) => {
    log.error({ error }, `cannot listen on port ${port}: set PORT to a free one`)
    process.exit(1)
  })

  const stop = (graceMs: number) => async (signal: NodeJS.Signals) => {
    log.info({ signal }, 'shutting down')
    await host.shutDown(graceMs)
    process.exit(0)
  }
  process.once('SIGTERM', stop(shutdownGraceMs))
  // A person at a terminal does not wait for a platform to look elsewhere.
  process.once('SIGINT', stop(0))
}

const remedy = ({ opaqueSecrets }: Config, unguarded: readonly string[]): string =>
  opaqueSecrets.length === 0
    ? 'set AUTH_TOKENS or OPAQUE_SECRETS (or ALLOW_ANONYMOUS=true)'
    : `OPAQUE_SECRETS does not guard ${unguarded.join(' and ')}: set AUTH_TOKENS (or ALLOW_ANONYMOUS=true), or serve another function alone (FUNCTION)`

const giveUp = (error: unknown): never => {
  if (!isTidingsError(error)) throw error
  process.stderr.write(`tidings: ${error.code}: ${error.message}\n`)
  process.exit(1)
}

// No top-level await: this is bundled as CommonJS too.
const run = async () => start(readConfig())
run().catch(giveUp)
