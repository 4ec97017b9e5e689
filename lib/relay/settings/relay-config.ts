import { unescape as percentDecode } from 'node:querystring'
import { ConfigError } from '../../process/errors.ts'
import { type Environment, readSettings, together, type Values } from '../../process/settings.ts'
import type { RelayOptions, Source } from '../options.ts'
import { RELAY_SETTINGS, VARIABLE_OF_FLAG } from './relay-settings.ts'
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
  /** The port of probes and metrics. Absent: no probes and no metrics. */
  readonly port: number | undefined
  /** Secrets to remove from logs. */
  readonly secrets: readonly string[]
}

/**
 * The relay's settings. A flag counts more than its variable, and the query of a URL counts more than both, for that one
 * source.
 *
 * @param flags by name without dashes in front, as `queue-type`
 * @throws ConfigError for all settings at fault
 */
export const readRelayConfig = (environment: Environment, flags: Environment): RelayConfig => {
  const fromFlags = toVariables(flags)
  const { values, sources } = together({
    values: () => readValues({ ...environment, ...withoutEmpty(fromFlags) }),
    sources: () => readSources(environment, fromFlags),
  })
  const invoke = toTarget(values)
  const ordered = values.RELAY_ORDERED
  const concurrency = values.RELAY_CONCURRENCY
  // Over HTTP each message is a request of its own, so a batch could not stop at the first failure.
  const size = ordered && invoke.kind === 'http' ? 1 : values.RELAY_BATCH_SIZE
  return {
    relay: {
      sources,
      batch: { size, lingerMs: values.RELAY_LINGER_MS },
      concurrency,
      ordered,
      // Enough for the next batches to be ready when these are done.
      prefetch: values.RELAY_PREFETCH ?? Math.min(2 * size * concurrency, 65_535),
      bytesInHand: values.RELAY_BYTES_IN_HAND,
      maxMessageBytes: values.RELAY_MAX_MESSAGE_BYTES,
      retry: {
        attempts: values.RELAY_ATTEMPTS,
        firstDelayMs: values.RELAY_RETRY_FIRST_DELAY_MS,
        maxDelayMs: values.RELAY_RETRY_MAX_DELAY_MS,
      },
      rebindMs: values.RELAY_REBIND_MS,
      drainMs: values.RELAY_DRAIN_MS,
    },
    invoke,
    port: values.PORT,
    secrets: [
      ...new Set([
        ...sources.map(({ password }) => password),
        values.RELAY_INVOKE_TOKEN ?? '',
        invoke.kind === 'http' ? percentDecode(invoke.url.password) : '',
      ]),
    ].filter(Boolean),
  }
}

type RelayValues = Values<typeof RELAY_SETTINGS>

const readValues = (environment: Environment): RelayValues => {
  const values = readSettings(RELAY_SETTINGS, environment)
  const faults = [
    values.RELAY_ORDERED &&
      values.RELAY_CONCURRENCY > 1 &&
      'RELAY_ORDERED allows one batch at a time: set RELAY_CONCURRENCY to 1, or leave RELAY_ORDERED out',
    values.RELAY_RETRY_MAX_DELAY_MS < values.RELAY_RETRY_FIRST_DELAY_MS &&
      `RELAY_RETRY_MAX_DELAY_MS must be at least RELAY_RETRY_FIRST_DELAY_MS, which is ${values.RELAY_RETRY_FIRST_DELAY_MS}`,
    values.FUNCTION !== undefined &&
      values.RELAY_INVOKE !== undefined &&
      'FUNCTION names a function inside the relay and RELAY_INVOKE one elsewhere: set one of them',
  ].filter((fault) => fault !== false)
  if (faults.length > 0) throw new ConfigError(faults.join('; '))
  return values
}

/** For a function of Ceph's notifications: the gateway sends no remote procedure calls, and its routing keys are the names of topics. */
export const keepingAll = ({ sources, ...relay }: RelayOptions): RelayOptions => ({
  ...relay,
  sources: sources.map(keepingEach),
})

const keepingEach = (source: Source): Source =>
  source.queue.kind === 'own' ? { ...source, queue: { ...source.queue, dropsRpc: false } } : source

/** Flags by the names of their variables. */
export const toVariables = (flags: Environment): Environment =>
  Object.fromEntries(Object.entries(flags).map(([name, value]) => [VARIABLE_OF_FLAG[name] ?? name, value]))

const withoutEmpty = (values: Environment): Environment =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value))

const toTarget = ({ RELAY_INVOKE: target, ...values }: RelayValues): InvokeTarget => {
  const timeoutMs = values.RELAY_INVOKE_TIMEOUT_MS
  if (target === undefined) return { kind: 'function', name: values.FUNCTION ?? 'openstack-notifications', timeoutMs }
  if (target instanceof URL) return { kind: 'http', url: target, token: values.RELAY_INVOKE_TOKEN, timeoutMs }
  return { kind: 'lambda', functionName: target.slice('lambda:'.length), timeoutMs }
}
