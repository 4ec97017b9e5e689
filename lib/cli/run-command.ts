import { accessSync, constants } from 'node:fs'
import { isatty } from 'node:tty'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { CORE_SETTINGS } from '../core/core-settings.ts'
import { got, gotHost, schemeHint, suggestion } from '../process/did-you-mean.ts'
import { ConfigError } from '../process/errors.ts'
import { lineWriter } from '../process/line-writer.ts'
import { type Environment, readSettings } from '../process/settings.ts'
import { EXIT, type ExitCode, printable, type Terminal, UsageError } from './terminal.ts'

export type Command = {
  readonly usage: string
  readonly help: string
  /** The help of one of its actions, if the arguments name one. */
  readonly helpOf?: (args: readonly string[]) => string
  /** @throws UsageError */
  readonly run: (terminal: Terminal) => Promise<ExitCode>
}

/** Runs one command, or prints its help. */
export const runCommand = async ({ usage, help, helpOf, run }: Command, terminal: Terminal): Promise<ExitCode> => {
  if (terminal.args.some(isHelp)) {
    terminal.stdout.write(helpOf?.(terminal.args) ?? help)
    return EXIT.done
  }
  try {
    return await run(terminal)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    terminal.stderr.write(`tidings: ${error.message}${hintFor(error.message, help)}\n${usage}\n`)
    return EXIT.failed
  }
}

/** A hint from the help of a command, to follow a message about one of its flags. */
const hintFor = (message: string, help: string): string => {
  const [, unknown] = /^Unknown option '(-[^']+)'$/.exec(message) ?? []
  if (unknown !== undefined) return suggestion(unknown, flagsIn(help)).replace(/^(?=.)/, '.')
  const [, flag] = /^(--[\w-]+) needs a value$/.exec(message) ?? []
  if (flag === undefined) return ''
  const values = [...help.matchAll(new RegExp(`(?<![\\w-])${flag} (<[^>]+>|[\\w./:-]+)`, 'g'))].map(
    ([, value]) => value,
  )
  const example = values.find((value) => !value?.startsWith('<'))
  if (example !== undefined) return `, such as ${flag} ${example}`
  return values[0] === undefined ? '' : `: ${flag} ${values[0]}`
}

export const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h'

/** The long flags that a help text names: those that a command has. */
export const flagsIn = (help: string): ReadonlySet<string> =>
  new Set([...help.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([name]) => name))

export const text = { type: 'string' } as const
export const texts = { type: 'string', multiple: true } as const
export const flag = { type: 'boolean' } as const

type Options = NonNullable<ParseArgsConfig['options']>

/** @throws UsageError; never with a value, which may be secret */
export const parseCommandLine = <const Known extends Options>(args: readonly string[], options: Known) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // The rest of the message, after its first sentence, is about positional arguments.
    throw new UsageError(inOurWords(error.message.replace(/[.\n].*$/s, '')))
  }
}

/** Two messages of parseArgs about values: `Option '--bucket <value>' argument missing`. */
const inOurWords = (message: string): string =>
  message
    .replace(/^Option '(?:-\w, )?(--[\w-]+)(?: <value>)?' argument (?:missing|is ambiguous)$/, '$1 needs a value')
    .replace(/^Option '(?:-\w, )?(--[\w-]+)' does not take an argument$/, '$1 takes no value: remove it')

/**
 * One of the words that a command knows, such as its actions.
 *
 * @param what `action`
 * @throws UsageError
 */
export const oneOfWords = <const Word extends string>(
  what: string,
  given: string | undefined,
  words: readonly Word[],
): Word => {
  const word = words.find((one) => one === given)
  if (word === undefined) throw unknownWord(what, given, words)
  return word
}

export const unknownWord = (what: string, given: string | undefined, words: readonly string[]): UsageError => {
  const fault = given === undefined ? `the ${what} is missing` : `unknown ${what} '${printable(given)}'`
  return new UsageError(`${fault}.${suggestion(given ?? '', words) || ` Use one of ${words.join(', ')}.`}`)
}

/**
 * `name=value`, each of them.
 *
 * @throws UsageError where there is no `=`
 */
export const pairsOf = (name: string, given: readonly string[] = []): readonly (readonly [string, string])[] =>
  given.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`--${name} must have the form name=value${got(pair)}`)
    return [pair.slice(0, at), pair.slice(at + 1)]
  })

/**
 * The URL of a function.
 *
 * @throws UsageError, which shows nothing that may be a password
 */
export const httpUrlOf = (name: string, given: string): URL => {
  const url = URL.parse(given)
  if (url !== null && /^https?:$/.test(url.protocol)) return url
  const hint = schemeHint(given, 'http:')
  throw new UsageError(`--${name} must be a URL that begins with http:// or https://${gotHost(given)}${hint}`)
}

/**
 * The tokens of a function that is called: those of the file that `--token-file` names, or else of AUTH_TOKENS.
 *
 * @throws ConfigError where the file cannot be read
 */
export const tokensFrom = (tokenFile: string | undefined, env: Environment): readonly string[] => {
  if (tokenFile === undefined) return readSettings({ AUTH_TOKENS: CORE_SETTINGS.AUTH_TOKENS }, env).AUTH_TOKENS
  try {
    accessSync(tokenFile, constants.R_OK)
  } catch (cause) {
    throw new ConfigError(`--token-file ${tokenFile} cannot be read: name a file that has the token`, { cause })
  }
  return readSettings({ AUTH_TOKENS: CORE_SETTINGS.AUTH_TOKENS }, { AUTH_TOKENS_FILE: tokenFile }).AUTH_TOKENS
}

/** A finished command exits after this time even if something is still open, such as an idle connection. Milliseconds. */
const GRACE_MS = 2000

const STDERR = 2

/** Runs a command in this process, and ends it. */
export const runMain = (command: (terminal: Terminal) => Promise<ExitCode>): void => {
  const stop = new AbortController()
  // A second Ctrl-C ends the process at once, which is the default of Node.js.
  process.once('SIGINT', () => stop.abort('SIGINT'))
  // A service manager that signals the whole group reaches this process twice where bin/tidings.cjs forwards. Both mean one stop.
  process.on('SIGTERM', () => stop.abort('SIGTERM'))

  const { argv, env, stdin, stdout } = process
  // Functions that run in this process log to stderr too.
  const stderr = { isTTY: isatty(STDERR), write: lineWriter(STDERR).writeNow }
  // No await: this is bundled as CommonJS too.
  command({ args: argv.slice(2), env, stdin, stdout, stderr, signal: stop.signal }).then((code) => {
    process.exitCode = code
    setTimeout(() => process.exit(), GRACE_MS).unref()
  })
}
