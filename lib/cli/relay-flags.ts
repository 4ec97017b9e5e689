import { SWITCHES, VARIABLE_OF_FLAG } from '../relay/settings/relay-settings.ts'
import { flagOf, SOURCE_SETTINGS } from '../relay/settings/source-settings.ts'
import { flag, parseCommandLine, text } from './run-command.ts'
import { UsageError } from './terminal.ts'

const texts = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, text]))

/** The flags of a source. `dead-letters` takes them too. */
const SOURCE_FLAGS = ['url', ...Object.keys(SOURCE_SETTINGS).map(flagOf)]

export type RelayFlags = Readonly<Record<string, string>>

/** @throws UsageError. It never names a value, which may be secret */
export const parseRelayFlags = (args: readonly string[]): RelayFlags => {
  const switches = Object.fromEntries(SWITCHES.map((name) => [name, flag]))
  const { values, positionals } = parseCommandLine(args, { ...texts(Object.keys(VARIABLE_OF_FLAG)), ...switches })
  if (positionals.length > 0)
    throw new UsageError('there is an argument that is not a flag: remove it, or name a function with --function')
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
}

const DEAD_LETTERS_OPTIONS = {
  json: flag,
  limit: text,
  index: text,
  all: flag,
  match: text,
  'dry-run': flag,
  newest: flag,
  from: text,
  to: text,
  'token-file': text,
} as const

export type DeadLettersLine = {
  /** The flags of the source. */
  readonly flags: RelayFlags
  readonly json: boolean
  readonly limit: string | undefined
  readonly index: string | undefined
  readonly all: boolean
  readonly match: string | undefined
  readonly dryRun: boolean
  readonly newest: boolean
  /** Where the dead letters are, if not in the queue of a relay. */
  readonly from: string | undefined
  /** The function that gets their messages. */
  readonly to: string | undefined
  readonly tokenFile: string | undefined
  readonly positionals: readonly string[]
}

/** @throws UsageError */
export const parseDeadLettersFlags = (args: readonly string[]): DeadLettersLine => {
  const options: Readonly<Record<string, typeof text | typeof flag>> = {
    ...texts(SOURCE_FLAGS),
    ...DEAD_LETTERS_OPTIONS,
  }
  const { values, positionals } = parseCommandLine(args, options)
  const textOf = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    flags: Object.fromEntries(SOURCE_FLAGS.flatMap((name) => pairs(name, textOf(name)))),
    json: values.json === true,
    limit: textOf('limit'),
    index: textOf('index'),
    all: values.all === true,
    match: textOf('match'),
    dryRun: values['dry-run'] === true,
    newest: values.newest === true,
    from: textOf('from'),
    to: textOf('to'),
    tokenFile: textOf('token-file'),
    positionals,
  }
}

const pairs = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, value]]
