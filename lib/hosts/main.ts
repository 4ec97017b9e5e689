import type { AddressInfo } from 'node:net'
import { compile } from 'zod/mini'
import { type Config, readConfig } from '../config.ts'
import { ConfigError, TidingsError } from '../errors.ts'
import { createLogger } from '../log.ts'
import { compileSchemasWith } from '../schemas/compile.ts'
import { loadFunctions } from './functions.ts'
import { createHost } from './http-server.ts'
import { setUpMetrics } from './metrics.ts'

const LOOPBACK = '127.0.0.1'

const NOBODY_IS_LOCAL =
  "AUTH_TOKENS: behind this platform's proxy every caller seems to be this machine: set AUTH_TOKENS or OPAQUE_SECRETS (or ALLOW_ANONYMOUS=true)"

const start = async (config: Config): Promise<void> => {
  // Both before any function is loaded.
  compileSchemasWith(compile)
  const metrics = setUpMetrics()
  const { port, hostname, functionName, shutdownGraceMs, behindProxy, ...limits } = config.host
  const guarded = config.tokens.length > 0 || config.opaqueSecrets.length > 0 || config.allowAnonymous
  if (behindProxy && !guarded) throw new ConfigError(NOBODY_IS_LOCAL)
  const { functions, missing } = await loadFunctions(functionName)
  const log = createLogger('host')
  const host = createHost({ functions, atAnyPath: functionName !== undefined, ...limits, metrics, log })

  const only = hostname ?? (guarded ? undefined : LOOPBACK)
  host.server.listen({ port, ...(only !== undefined && { host: only }) }, () => {
    const address = host.server.address() as AddressInfo // A string only for pipes.
    if (!guarded)
      log.warn({}, `only ${LOOPBACK} is served: set AUTH_TOKENS or OPAQUE_SECRETS (or ALLOW_ANONYMOUS=true)`)
    for (const error of missing) log.info({ reason: error.message }, 'a function is not served')
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

const giveUp = (error: unknown): never => {
  if (!(error instanceof TidingsError)) throw error
  process.stderr.write(`tidings: ${error.code}: ${error.message}\n`)
  process.exit(1)
}

// No top-level await: this is bundled as CommonJS too.
const run = async () => start(readConfig())
run().catch(giveUp)
