import { suggestion } from '../process/did-you-mean.ts'
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
