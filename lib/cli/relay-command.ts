import { compile } from 'zod/mini'
import { setUpMetrics } from '../hosts/host-metrics.ts'
import { loadFunction } from '../hosts/load-function.ts'
import { endOnUncaught } from '../hosts/uncaught.ts'
import { FUNCTION_SETTINGS, readConfig } from '../kit/config.ts'
import type { Notifications } from '../kit/function.ts'
import { closeAll } from '../process/at-shutdown.ts'
import { ConfigError } from '../process/errors.ts'
import { listen } from '../process/listening.ts'
import { createLogger, type Logger, setUpLog } from '../process/log.ts'
import { misspeltSettings } from '../process/misspelt-settings.ts'
import { createRedact } from '../process/secrets.ts'
import { compileSchemasWith } from '../process/wire-schema.ts'
import { startRelay } from '../relay/relay.ts'
import type { Invoke } from '../relay/relay-message.ts'
import { type InvokeTarget, keepingAll, readRelayConfig } from '../relay/settings/relay-config.ts'
import { RELAY_SETTINGS } from '../relay/settings/relay-settings.ts'
import { BROKER_SETTINGS, SOURCE_SETTINGS } from '../relay/settings/source-settings.ts'
import type { Relay } from '../relay/status.ts'
import { createProbes, measureRelay } from '../relay/watching/probes.ts'
import { giveRoutes } from '../sinks/routes/routes-file.ts'
import { failureText } from './outcome-text.ts'
import { showRelayProgress } from './progress.ts'
import { parseRelayFlags } from './relay-flags.ts'
import { EXIT, type ExitCode, type Terminal } from './terminal.ts'

const TABLES = [FUNCTION_SETTINGS, BROKER_SETTINGS, SOURCE_SETTINGS, RELAY_SETTINGS]

/**
 * `tidings relay`: runs until it is stopped, or until it meets a fault that a person has to correct. It logs lines of JSON to
 * stderr. A function that runs inside may write events to stdout.
 *
 * @throws UsageError
 */
export const relayCommand = async ({ args, env, stderr, signal }: Terminal): Promise<ExitCode> => {
  const flags = parseRelayFlags(args)
  const secrets: string[] = []
  const progress = showRelayProgress(stderr)
  try {
    await giveRoutes(process.env)
    const config = readRelayConfig(env, flags)
    secrets.push(...config.secrets)
    const { logLevel, tokens } = readConfig(env)
    // This comes before any function is loaded.
    compileSchemasWith(compile)
    const metrics = setUpMetrics()
    const { invoke, notifications } = await openInvoke(config.invoke, config.relay.ordered)
    // This comes after it, because a function sets up the log for itself.
    const redact = createRedact([...secrets, ...tokens])
    setUpLog({ level: logLevel, redact, stream: progress.above })
    const log = createLogger('relay')
    for (const doubt of misspeltSettings(env, TABLES)) log.warn({}, doubt)

    // This comes first, so that a port in use is reported before any message is taken.
    const probes = createProbes({ status: () => relay.status(), serveMetrics: metrics.serve })
    if (config.port !== undefined) {
      const { port } = await listen(probes, `PORT ${config.port}`, config.port)
      log.info({ port }, 'listening')
    }
    using _ = endOnUncaught()
    const relay = startRelay(notifications === 'ceph' ? keepingAll(config.relay) : config.relay, invoke, log)
    measureRelay(relay.status)
    progress.watch(relay)
    const fault = await untilEnded(relay, signal, log)
    progress.end()
    probes.close()
    probes.closeAllConnections()
    await closeAll()
    if (fault !== undefined) throw fault
    log.info({}, 'stopped')
    return EXIT.done
  } catch (error) {
    progress.end()
    stderr.write(createRedact(secrets)(failureText(error, false)))
    return EXIT.failed
  }
}

type Opened = {
  readonly invoke: Invoke
  /** Absent for a function elsewhere. */
  readonly notifications?: Notifications | undefined
}

/** Each kind loads only the modules that it needs. */
const openInvoke = async (target: InvokeTarget, ordered = false): Promise<Opened> => {
  switch (target.kind) {
    case 'http': {
      const { createHttpInvoke } = await import('../relay/invoke/invoke-http.ts')
      return { invoke: createHttpInvoke(target) }
    }
    case 'lambda': {
      const { createLambdaInvoke } = await import('../relay/invoke/invoke-lambda.ts')
      return { invoke: createLambdaInvoke({ ...target, ordered }) }
    }
    case 'function': {
      // Over HTTP its callers show a token and read the answer. A queue has neither.
      if (target.name === 'ceph-provisioner')
        throw new ConfigError('ceph-provisioner takes requests, not messages: run tidings serve ceph-provisioner')
      const { createInProcessInvoke } = await import('../relay/invoke/invoke-in-process.ts')
      const { name, handler } = await loadFunction(target.name)
      const invoke = createInProcessInvoke(name, handler, target.timeoutMs, ordered)
      return { invoke, notifications: handler.notifications }
    }
  }
}

const untilEnded = async (relay: Relay, signal: AbortSignal, log: Logger): Promise<ConfigError | undefined> => {
  const stop = (): void => {
    log.info({}, 'stopping: the messages under way are finished first')
    void relay.stop()
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  return relay.ended
}
