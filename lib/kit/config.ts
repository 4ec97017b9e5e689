import { unescape as percentDecode } from 'node:querystring'
import { CLAIMS_SETTINGS, claimsConfig, refuseDeduplicate } from '../claims/claims-settings.ts'
import { CORE_SETTINGS } from '../core/core-settings.ts'
import { LOG_SETTINGS } from '../process/log.ts'
import { type Environment, readSettings, type Table, together } from '../process/settings.ts'
import { isSecretName } from '../redaction/secret-key.ts'
import { SINK_SETTINGS, sinkConfig } from '../sinks/sink-settings.ts'

/** The settings that every function has. Those of a product stand with the product. */
export const FUNCTION_SETTINGS = { ...CORE_SETTINGS, ...SINK_SETTINGS, ...CLAIMS_SETTINGS, ...LOG_SETTINGS }

export type Config = ReturnType<typeof readConfig>

/**
 * The settings that every function has, from the environment.
 *
 * @param own the settings of a product, which it reads from `environment` itself. Here they are checked, so that all faults are
 * told at once.
 * @throws ConfigError for all settings at fault
 */
export const readConfig = (environment: Environment = process.env, own: Table = {}) => {
  const { values } = together({
    values: () => readSettings({ ...own, ...FUNCTION_SETTINGS }, environment),
    gone: () => refuseDeduplicate(environment),
  })
  const { AUTH_TOKENS, ALLOW_ANONYMOUS, EVENT_TYPES, EVENT_PRIORITIES, LOG_LEVEL } = values
  return {
    environment,
    tokens: AUTH_TOKENS,
    allowAnonymous: ALLOW_ANONYMOUS,
    ...sinkConfig(values),
    filter: { types: EVENT_TYPES, priorities: EVENT_PRIORITIES },
    claims: claimsConfig(values),
    logLevel: LOG_LEVEL,
  }
}

/** The secrets of the configuration, which neither a log line nor a dead letter may show. */
export const secretsOf = ({ tokens, sink, deadLetterUrl }: Config): readonly string[] => [
  ...tokens,
  ...[sink.url, deadLetterUrl].flatMap(secretsInUrl),
]

const secretsInUrl = ({ password, searchParams }: URL): readonly string[] =>
  [
    percentDecode(password),
    password,
    ...[...searchParams].flatMap(([name, value]) => (isSecretName(name) ? value : [])),
  ].filter(Boolean)
