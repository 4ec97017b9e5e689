import { readConfig } from '../kit/config.ts'
import { closeAll } from '../process/at-shutdown.ts'
import { isTidingsError } from '../process/errors.ts'
import { createLogger } from '../process/log.ts'
import { together } from '../process/settings.ts'
import { giveRoutes } from '../sinks/routes/routes-file.ts'
import { readHostConfig } from './host-settings.ts'
import { serve } from './serve.ts'
import { endOnUncaught } from './uncaught.ts'

const start = async (): Promise<void> => {
  await giveRoutes(process.env)
  const { config, host } = together({ config: () => readConfig(), host: () => readHostConfig() })
  const { functionName, shutdownGraceMs } = host
  const serving = serve(config, host, functionName === undefined ? [] : [functionName])
  const stop = (graceMs: number) => async (signal: NodeJS.Signals) => {
    const { shutDown } = await serving
    createLogger('host').info({ signal }, 'shutting down')
    await shutDown(graceMs)
    await closeAll()
    process.exit(0)
  }
  // This comes first, because a program that waits for "listening" may send the signal at once.
  process.once('SIGTERM', stop(shutdownGraceMs))
  // A wrapper may forward a SIGTERM that the whole process group has got already. Unhandled, it would end the requests in flight.
  process.on('SIGTERM', () => {})
  // At a terminal there is no platform that has to stop sending requests first.
  process.once('SIGINT', stop(0))
  await serving
  endOnUncaught()
}

const giveUp = (error: unknown): never => {
  if (!isTidingsError(error)) throw error
  process.stderr.write(`tidings: ${error.code}: ${error.message}\n`)
  process.exit(1)
}

// No top-level await: this is bundled as CommonJS too.
start().catch(giveUp)
