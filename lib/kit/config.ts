import { unescape as percentDecode } from 'node:querystring'
import { CLAIMS_SETTINGS, claimsConfig, refuseDeduplicate } from '../claims/claims-settings.ts'
import { CORE_SETTINGS } from '../core/core-settings.ts'
import { ConfigError } from '../process/errors.ts'
import { LOG_SETTINGS } from '../process/log.ts'
import { type Environment, readSettings, type Table, together } from '../process/settings.ts'
import { isSecretName } from '../redaction/secret-key.ts'
import type { Routes, Target } from '../sinks/routes/read-routes.ts'
import { ROUTES_SETTINGS, readRoutesConfig } from '../sinks/routes/routes-config.ts'
import { SINK_SETTINGS, sinkConfig } from '../sinks/sink-settings.ts'

/** The settings that every function has. Those of a product stand with the product. */
export const FUNCTION_SETTINGS = {
  ...CORE_SETTINGS,
  ...SINK_SETTINGS,
  ...ROUTES_SETTINGS,
  ...CLAIMS_SETTINGS,
  ...LOG_SETTINGS,
}

/** The result of `readConfig`. */
export type Config = ReturnType<typeof readConfig>

/**
 * The settings that every function has, from the environment.
 *
 * @param own the settings of a product, which it reads from `environment` itself. Here they are checked, so that all faults are
 * told at once.
 * @throws ConfigError for all settings at fault
 */
export const readConfig = (environment: Environment = process.env, own: Table = {}) => {
  const { values, routes } = together({
    values: () => readSettings({ ...own, ...FUNCTION_SETTINGS }, environment),
    routes: () => readRoutesConfig(environment),
    gone: () => refuseDeduplicate(environment),
  })
  const { AUTH_TOKENS, ALLOW_ANONYMOUS, EVENT_TYPES, EVENT_PRIORITIES, LOG_LEVEL } = values
  checkOnce('events go', routes !== undefined, 'SINK_URL', values.SINK_URL)
  checkOnce('dead letters go', routes?.deadLetters !== undefined, 'DEAD_LETTER_URL', values.DEAD_LETTER_URL)
  return {
    environment,
    tokens: AUTH_TOKENS,
    allowAnonymous: ALLOW_ANONYMOUS,
    ...sinkConfig({ ...values, DEAD_LETTER_URL: routes?.deadLetters ?? values.DEAD_LETTER_URL }),
    routes,
    filter: { types: EVENT_TYPES, priorities: EVENT_PRIORITIES },
    claims: claimsConfig(values),
    logLevel: LOG_LEVEL,
  }
}

const checkOnce = (subject: string, isRouted: boolean, name: string, value: URL | undefined): void => {
  if (isRouted && value !== undefined)
    throw new ConfigError(`${name} and the routes of TIDINGS_CONFIG both say where ${subject}: remove one of them`)
}

/** The secrets of the configuration, which neither a log line nor a dead letter may show. */
export const secretsOf = ({ tokens, sink, deadLetterUrl, routes, claims }: Config): readonly string[] => [
  ...tokens,
  ...(sink.options.signingSecrets ?? []),
  ...[sink.url, deadLetterUrl, ...targetsOf(routes).map(({ url }) => url)].flatMap(secretsInUrl),
  ...(claims.url.kind === 'redis' ? secretsInUrl(claims.url.url) : []),
]

const secretsInUrl = ({ password, searchParams }: URL): readonly string[] =>
  [
    percentDecode(password),
    password,
    ...[...searchParams].flatMap(([name, value]) => (isSecretName(name) ? value : [])),
  ].filter(Boolean)

const targetsOf = (routes: Routes | undefined): readonly Target[] =>
  routes === undefined ? [] : [...routes.routes.flatMap(({ targets }) => targets), ...routes.otherwise]
