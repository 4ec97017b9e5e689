import { compile } from 'zod/mini'
import { type Config, FUNCTION_SETTINGS } from '../kit/config.ts'
import { ConfigError, hasCode } from '../process/errors.ts'
import { lineWriter } from '../process/line-writer.ts'
import { listen } from '../process/listening.ts'
import { createLogger, type Logger, setUpLog } from '../process/log.ts'
import { misspeltSettings } from '../process/misspelt-settings.ts'
import { createRedact } from '../process/secrets.ts'
import { compileSchemasWith } from '../process/wire-schema.ts'
import { setUpMetrics } from './host-metrics.ts'
import { HOST_SETTINGS, type HostConfig } from './host-settings.ts'
import { createHost, type Host } from './http-server.ts'
import { BUILT_IN, loadFunction } from './load-function.ts'
import { type Served, toServed } from './served.ts'

export type Serving = Pick<Host, 'shutDown'> & {
  readonly port: number
  readonly address: string
  /** Each is served at `/<name>`; one that was asked for alone, at every path. */
  readonly names: readonly string[]
}

const STDERR = 2
const TABLES = [FUNCTION_SETTINGS, HOST_SETTINGS]
const LOOPBACK = '127.0.0.1'

/**
 * Serves functions by HTTP until `shutDown`, and logs where.
 *
 * @param asked names or paths as `loadFunction` takes them; none: all built-in functions that the environment configures
 * @throws ConfigError if a function cannot be loaded or lacks a setting, if nobody could call it, if every caller would seem to be
 *   local, or if the port is in use
 */
export const serve = async (config: Config, host: HostConfig, asked: readonly string[]): Promise<Serving> => {
  const redact = createRedact(config.tokens)
  setUpLog({ level: config.logLevel, redact, stream: { write: lineWriter(STDERR).writeNow } })
  const log = createLogger('host')
  // This has to happen before any function is loaded.
  compileSchemasWith(compile)
  const metrics = setUpMetrics()
  const { port, hostname, functionName: _name, shutdownGraceMs: _grace, behindProxy, ...limits } = host
  const { functions, missing } = asked.length === 0 ? await loadBuiltIn(config) : await loadAsked(config, asked)
  const unguarded = [...functions].flatMap(([name, { access }]) => (access.guard === 'address' ? [name] : []))
  const isGuarded = unguarded.length === 0
  if (behindProxy && !isGuarded) {
    const seems = "behind this platform's proxy every caller seems to be this machine"
    throw new ConfigError(`AUTH_TOKENS is missing: ${seems}, and ${remedy(unguarded)}${scope(config)}`)
  }
  const created = createHost({ functions, atAnyPath: asked.length === 1, ...limits, metrics, log })
  const only = hostname ?? (isGuarded ? undefined : LOOPBACK)
  const bound = await listen(created.server, `PORT ${port}`, port, only)
  const names = [...functions.keys()]
  warnOfShortTokens(config.tokens, log)
  for (const doubt of misspeltSettings(process.env, TABLES)) log.warn({}, doubt)
  if (!isGuarded)
    log.warn(
      { unguarded },
      `listening on ${LOOPBACK} only, because ${remedy(unguarded)} to listen on all addresses${scope(config)}`,
    )
  for (const [name, reason] of missing)
    log.info({ function: name, reason }, `${name} is not configured, so it is not served`)
  log.info({ port: bound.port, address: bound.address, functions: names }, 'listening')
  return { port: bound.port, address: bound.address, names, shutDown: created.shutDown }
}

const remedy = (unguarded: readonly string[]): string =>
  `no secret guards ${unguarded.join(' and ')}: set AUTH_TOKENS (or ALLOW_ANONYMOUS=true)`

/** A user who has set these secrets has to learn why a function is unguarded all the same. */
const scope = ({ environment }: Config): string =>
  environment.OPAQUE_SECRETS || environment.OPAQUE_SECRETS_FILE
    ? '. OPAQUE_SECRETS guards only functions of Ceph notifications'
    : ''

/** Shorter tokens can be guessed. */
const MIN_TOKEN_LENGTH = 6

const warnOfShortTokens = (tokens: readonly string[], log: Logger): void => {
  const length = Math.min(...tokens.map((token) => token.length))
  if (length < MIN_TOKEN_LENGTH)
    log.warn(
      { length },
      `AUTH_TOKENS has a token of ${length} characters, which can be guessed: use a longer one, such as that of openssl rand -hex 24`,
    )
}

type Loaded = {
  readonly functions: ReadonlyMap<string, Served>
  /** The reasons for which other functions are not served, by name. */
  readonly missing: ReadonlyMap<string, string>
}

/** @throws ConfigError where it cannot be loaded, lacks a setting, or is closed to everybody */
const load = async (config: Config, nameOrPath: string): Promise<readonly [name: string, served: Served]> => {
  const { name, handler } = await loadFunction(nameOrPath)
  const withoutToken = config.allowAnonymous ? 'anonymous' : 'address'
  const served = toServed({ name, handler, log: createLogger(name), tokens: config.tokens, withoutToken })
  if (served.access.guard === 'closed')
    throw new ConfigError(`AUTH_TOKENS is missing: ${name} serves callers with a token only`, { isMissing: true })
  return [name, served]
}

const loadAsked = async (config: Config, asked: readonly string[]): Promise<Loaded> => {
  const functions = new Map<string, Served>()
  for (const nameOrPath of asked) {
    const [name, served] = await load(config, nameOrPath)
    if (functions.has(name)) throw new ConfigError(`two functions are called ${name}: rename the file of one`)
    functions.set(name, served)
  }
  return { functions, missing: new Map() }
}

/** Leaves out functions that lack a setting. This is not an error, because the user did not name them. */
const loadBuiltIn = async (config: Config): Promise<Loaded> => {
  const missing = new Map<string, string>()
  const functions = new Map<string, Served>()
  for (const name of BUILT_IN) {
    try {
      functions.set(...(await load(config, name)))
    } catch (error) {
      if (!hasCode<ConfigError>(error, 'config_invalid') || !error.isMissing) throw error
      missing.set(name, error.message)
    }
  }
  return { functions, missing }
}
