import { readFileSync } from 'node:fs'
import { got, gotHost, schemeHint, suggestion } from './did-you-mean.ts'
import { ConfigError, hasCode } from './errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The texts that a setting may have, and the value that each stands for. The usual ones stand below. */
export type Rule<Value> = {
  /** Completes the sentence "PORT must be …". */
  readonly expected: string
  /** Returns undefined for a text that is not allowed. */
  readonly read: (text: string) => Value | undefined
  /** Follows what was found, in a message about a text that is not allowed. */
  readonly hint?: (text: string) => string
  /** The text may hold a secret, so that a message shows it only where it is just a host and a port. */
  readonly mayHoldSecret?: true
  /** The text is a secret. It may also come from a file: see `readSecret`. */
  readonly isSecret?: true
}

export type Setting<Value = unknown> = {
  readonly rule: Rule<Value>
  /** The value of a setting that nobody set. Absent: undefined. */
  readonly default?: Value
  /** How the code computes the default, in words for the documentation. */
  readonly otherwise?: string
  /** One plain sentence, for documents. May hold Markdown. */
  readonly meaning: string
}

/** The settings of one layer, by the names of their environment variables. Each setting is in one table only. */
export type Table = Readonly<Record<string, Setting>>

type ValueOf<Of> = Of extends { readonly rule: Rule<infer Value> } ? Value : never

/** The settings that somebody set. */
export type Given<Of extends Table> = { readonly [Name in keyof Of]?: ValueOf<Of[Name]> | undefined }

/** All settings of a table: undefined only where it has no default. */
export type Values<Of extends Table> = {
  readonly [Name in keyof Of]: Of[Name] extends { readonly default: unknown }
    ? ValueOf<Of[Name]>
    : ValueOf<Of[Name]> | undefined
}

/**
 * The settings of a table, from environment variables. An empty variable counts as absent: `FOO=` in a compose file, or an unset
 * value of a Helm chart, was meant to be left out.
 *
 * @throws ConfigError for all settings at fault: the name, what it must be, and what was found unless that may be a secret
 */
export const readSettings = <Of extends Table>(table: Of, environment: Environment): Values<Of> =>
  withDefaults(table, readGiven(table, environment))

export const withDefaults = <Of extends Table>(table: Of, given: Given<Of>): Values<Of> => {
  const values = Object.entries(table).map(([name, setting]) => [name, given[name] ?? setting.default])
  return Object.fromEntries(values) as Values<Of> // The names and the rules of the table.
}

/**
 * As `readSettings`, without the defaults.
 *
 * @param showsFound false: no message shows what was found
 * @throws ConfigError
 */
export const readGiven = <Of extends Table>(table: Of, environment: Environment, showsFound = true): Given<Of> => {
  const read = Object.entries(table).map(
    ([name, setting]) => [name, () => readOne(name, setting, environment, showsFound)] as const,
  )
  return together(Object.fromEntries(read)) as Given<Of> // The names and the rules of the table.
}

const readOne = (
  name: string,
  { rule, ...setting }: Setting,
  environment: Environment,
  showsFound: boolean,
): unknown => {
  const text = rule.isSecret ? readSecret(environment, name) : environment[name] || undefined
  if (text === undefined) return undefined
  const value = rule.read(text)
  if (value !== undefined) return value
  const example = typeof setting.default === 'number' ? ` (for example ${setting.default})` : ''
  const found = rule.mayHoldSecret ? gotHost(text) : got(text)
  const shown = showsFound && !rule.isSecret ? found + (rule.hint?.(text) ?? '') : ''
  throw new ConfigError(`${name} must be ${rule.expected}${example}${shown}`)
}

/**
 * Reads several parts of the settings, so that the faults of all of them are told at once.
 *
 * @throws ConfigError whose message joins those of all parts
 */
export const together = <Parts extends Readonly<Record<string, () => unknown>>>(
  parts: Parts,
): { readonly [Name in keyof Parts]: ReturnType<Parts[Name]> } => {
  const faults: string[] = []
  const values = Object.entries(parts).map(([name, read]) => {
    try {
      return [name, read()]
    } catch (error) {
      if (!hasCode<ConfigError>(error, 'config_invalid')) throw error
      faults.push(error.message)
      return [name, undefined]
    }
  })
  if (faults.length > 0) throw new ConfigError(faults.join('; '))
  return Object.fromEntries(values) // By name, as they came.
}

/** Where OpenFaaS mounts secrets (https://docs.openfaas.com/reference/secrets/). */
const OPENFAAS_SECRETS = '/var/openfaas/secrets'

/**
 * A secret from the first of these places that has one: the variable; the file that `<VARIABLE>_FILE` names; OpenFaaS's secret
 * of the same name in lower case with dashes (`rgw-secret-key`).
 *
 * @throws ConfigError when the file that is named cannot be read
 */
export const readSecret = (
  environment: Environment,
  variable: string,
  openfaasSecrets = OPENFAAS_SECRETS,
): string | undefined =>
  (environment[variable] || readNamed(environment, variable) || readMounted(openfaasSecrets, variable))?.trim()

const readNamed = (environment: Environment, variable: string): string | undefined => {
  const path = environment[`${variable}_FILE`]
  if (!path) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigError(`${variable}_FILE must name a file that this process may read${because(cause)}`, { cause })
  }
}

/** The name is not shown: somebody may have written the secret itself there. */
const because = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? `: reading it failed with ${cause.code}` : ''

const readMounted = (directory: string, variable: string): string | undefined => {
  try {
    return readFileSync(`${directory}/${variable.toLowerCase().replaceAll('_', '-')}`, 'utf8')
  } catch {
    return undefined
  }
}

export const HOUR_MS = 3_600_000

export const wholeNumber = (least: number, most: number): Rule<number> => ({
  expected: `a whole number from ${least} to ${most}`,
  read: (text) => (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined),
})

export const trueOrFalse: Rule<boolean> = {
  expected: 'true or false',
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
}

export const oneOf = <const Value extends string>(...values: readonly Value[]): Rule<Value> => ({
  expected: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`,
  read: (text) => values.find((value) => value === text),
  hint: (text) => suggestion(text, values).replace(/^ /, '. '),
})

/** A URL may hold a password, so that a message shows only a host and a port. */
export const urlOf = (schemes: readonly string[], example: string): Rule<URL> => ({
  expected: `a URL such as ${example}`,
  read: (text) => {
    const url = URL.parse(text)
    return url !== null && schemes.includes(url.protocol) ? url : undefined
  },
  hint: (text) => schemeHint(text, schemes[0] ?? ''),
  mayHoldSecret: true,
})

export const text: Rule<string> = { expected: 'a text', read: (given) => given }
export const path: Rule<string> = { ...text, expected: 'a path' }

/** Items are separated by commas. */
export const list: Rule<readonly string[]> = {
  expected: 'a list separated by commas',
  read: (given) => itemsOf(given, ','),
}

export const secret: Rule<string> = { ...text, isSecret: true }

/** Several secrets, separated by commas or line ends. */
export const secrets: Rule<readonly string[]> = {
  expected: 'secrets separated by commas or line ends',
  read: (given) => itemsOf(given, /[,\r\n]/),
  isSecret: true,
}

const itemsOf = (given: string, separator: string | RegExp): readonly string[] =>
  given
    .split(separator)
    .map((item) => item.trim())
    .filter(Boolean)
