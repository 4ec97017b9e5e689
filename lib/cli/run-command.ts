import { isatty } from 'node:tty'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { suggestion } from '../process/did-you-mean.ts'
import { lineWriter } from '../process/line-writer.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

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
    const [, unknown] = /^Unknown option '(-[^']+)'$/.exec(error.message) ?? []
    const hint = unknown === undefined ? '' : suggestion(unknown, flagsIn(help)).replace(/^(?=.)/, '.')
    terminal.stderr.write(`tidings: ${error.message}${hint}\n${usage}\n`)
    return EXIT.failed
  }
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
    throw new UsageError(error.message.replace(/[.\n].*$/s, ''))
  }
}

/**
 * `name=value`, each of them.
 *
 * @throws UsageError where there is no `=`
 */
export const pairsOf = (name: string, given: readonly string[] = []): readonly (readonly [string, string])[] =>
  given.map((pair) => {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`--${name} must have the form name=value`)
    return [pair.slice(0, at), pair.slice(at + 1)]
  })

/** A finished command exits after this time even if something is still open, such as an idle connection. Milliseconds. */
const GRACE_MS = 2000

const STDERR = 2

/** Runs a command in this process, and ends it. */
export const runMain = (command: (terminal: Terminal) => Promise<ExitCode>): void => {
  // A second signal of the same kind ends the process at once, which is the default of Node.js.
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort('SIGINT'))
  process.once('SIGTERM', () => stop.abort('SIGTERM'))

  const { argv, env, stdin, stdout } = process
  // Functions that run in this process log to stderr too.
  const stderr = { isTTY: isatty(STDERR), write: lineWriter(STDERR).writeNow }
  // No await: this is bundled as CommonJS too.
  command({ args: argv.slice(2), env, stdin, stdout, stderr, signal: stop.signal }).then((code) => {
    process.exitCode = code
    setTimeout(() => process.exit(), GRACE_MS).unref()
  })
}
