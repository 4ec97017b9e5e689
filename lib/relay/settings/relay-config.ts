import { unescape as percentDecode } from 'node:querystring'
import { ConfigError } from '../../process/errors.ts'
import { readSecret } from '../../process/secret-files.ts'
import { type Environment, readVariables } from '../../process/variables.ts'
import type { RelayOptions, Source } from '../options.ts'
import { RELAY_RULES, VARIABLE_OF_FLAG } from './relay-settings.ts'
import { readSources } from './source-config.ts'

/** Who is handed the messages. */
export type InvokeTarget =
  | { readonly kind: 'function'; readonly name: string; readonly timeoutMs: number }
  | { readonly kind: 'http'; readonly url: URL; readonly token: string | undefined; readonly timeoutMs: number }
  /** Name, name and qualifier, or ARN, as Lambda's API takes them. */
  | { readonly kind: 'lambda'; readonly functionName: string; readonly timeoutMs: number }

export type RelayConfig = {
  readonly relay: RelayOptions
  readonly invoke: InvokeTarget
  /** Of probes and metrics; absent: there are none. */
  readonly port: number | undefined
  /** What must not be logged. */
  readonly secrets: readonly string[]
}

/**
 * The relay's settings. A flag is worth more than its variable, and what stands in the query of a URL more than both, for
 * that one source.
 *
 * @param flags by name without dashes in front, as `queue-type`
 * @throws ConfigError naming each setting at fault and what to write instead; never a value, which may be a secret
 */
export const readRelayConfig = (environment: Environment, flags: Environment): RelayConfig => {
  const fromFlags = toVariables(flags)
  const variables = readVariables(RELAY_RULES, { ...environment, ...withoutEmpty(fromFlags) })
  const concurrency = Number(variables.RELAY_CONCURRENCY ?? 1)
  const ordered = variables.RELAY_ORDERED === 'true'
  if (ordered && concurrency > 1)
    throw new ConfigError(
      'RELAY_ORDERED: allows one batch at a time: leave RELAY_CONCURRENCY at 1, or RELAY_ORDERED out',
    )
  const retry = {
    attempts: Number(variables.RELAY_ATTEMPTS ?? 10),
    firstDelayMs: Number(variables.RELAY_RETRY_FIRST_DELAY_MS ?? 1000),
    maxDelayMs: Number(variables.RELAY_RETRY_MAX_DELAY_MS ?? 300_000),
  }
  if (retry.maxDelayMs < retry.firstDelayMs)
    throw new ConfigError('RELAY_RETRY_MAX_DELAY_MS: is less than RELAY_RETRY_FIRST_DELAY_MS: raise it')
  const token = readSecret(environment, 'RELAY_INVOKE_TOKEN')
  const timeoutMs = Number(variables.RELAY_INVOKE_TIMEOUT_MS ?? 60_000)
  const invoke = readInvoke(variables.RELAY_INVOKE, variables.FUNCTION, token, timeoutMs)
  // Over HTTP each message is a request of its own, so a batch could not stop at the first failure.
  const size = ordered && invoke.kind === 'http' ? 1 : Number(variables.RELAY_BATCH_SIZE ?? 100)
  const sources = readSources(environment, fromFlags).map((source) =>
    invoke.kind === 'function' && invoke.name === 'ceph-notifications' ? keepingAll(source) : source,
  )
  return {
    relay: {
      sources,
      batch: { size, lingerMs: Number(variables.RELAY_LINGER_MS ?? 50) },
      concurrency,
      ordered,
      // So that the next batches are there when these are done.
      prefetch: Number(variables.RELAY_PREFETCH ?? Math.min(2 * size * concurrency, 65_535)),
      bytesInHand: Number(variables.RELAY_BYTES_IN_HAND ?? 33_554_432),
      maxMessageBytes: Number(variables.RELAY_MAX_MESSAGE_BYTES ?? 33_554_432),
      retry,
      rebindMs: Number(variables.RELAY_REBIND_MS ?? 30_000),
      drainMs: Number(variables.RELAY_DRAIN_MS ?? 25_000),
    },
    invoke,
    port: variables.PORT === undefined ? undefined : Number(variables.PORT),
    secrets: [
      ...new Set([
        ...sources.map(({ password }) => password),
        token ?? '',
        invoke.kind === 'http' ? percentDecode(invoke.url.password) : '',
      ]),
    ].filter(Boolean),
  }
}

/** The gateway sends no remote procedure calls: its routing keys are the names of topics. */
const keepingAll = (source: Source): Source =>
  source.queue.kind === 'own' ? { ...source, queue: { ...source.queue, dropsRpc: false } } : source

/** Flags by the names of their variables. */
export const toVariables = (flags: Environment): Environment =>
  Object.fromEntries(Object.entries(flags).map(([name, value]) => [VARIABLE_OF_FLAG[name] ?? name, value]))

const withoutEmpty = (values: Environment): Environment =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value))

const readInvoke = (
  target: string | undefined,
  functionName: string | undefined,
  token: string | undefined,
  timeoutMs: number,
): InvokeTarget => {
  if (target === undefined) return { kind: 'function', name: functionName ?? 'openstack-notifications', timeoutMs }
  if (functionName !== undefined)
    throw new ConfigError(
      'FUNCTION: names what runs inside the relay, RELAY_INVOKE what runs elsewhere: give one of them',
    )
  if (target.startsWith('lambda:')) return { kind: 'lambda', functionName: target.slice('lambda:'.length), timeoutMs }
  return { kind: 'http', url: new URL(target), token, timeoutMs }
}
