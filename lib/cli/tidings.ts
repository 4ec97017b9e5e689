import { DEAD_LETTERS_HELP, DEAD_LETTERS_USAGE, RELAY_HELP, RELAY_USAGE } from './help.ts'
import { packageVersion } from './package-root.ts'
import { PROVISION_HELP, PROVISION_USAGE, provisionHelp } from './provision-help.ts'
import { type Command, isHelp, runCommand, unknownWord } from './run-command.ts'
import { EXIT, type ExitCode, type Terminal } from './terminal.ts'

type Entry = {
  readonly summary: string
  /** Loads the command when it is needed. Most commands load a client or a bundler, which would slow down the others. */
  readonly load: () => Promise<Command>
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  init: {
    summary: 'write a project with one function and one test',
    load: async () => (await import('./init-command.ts')).initCommand,
  },
  serve: {
    summary: 'serve functions over HTTP, and load them again when their code changes',
    load: async () => (await import('./serve-command.ts')).serveCommand,
  },
  send: {
    summary: 'send a notification to a function, as Ceph or OpenStack would',
    load: async () => (await import('./send-command.ts')).sendCommand,
  },
  build: {
    summary: 'bundle a function, with the files that Lambda, containers, OpenFaaS and Knative take',
    load: async () => (await import('./build-command.ts')).buildCommand,
  },
  config: {
    summary: 'check which events go to which sinks',
    load: async () => (await import('./config-command.ts')).configCommand,
  },
  provision: {
    summary: 'make the topics, buckets and rules of a Ceph gateway match a document',
    load: async () => ({
      usage: PROVISION_USAGE,
      help: PROVISION_HELP,
      helpOf: provisionHelp,
      run: async (terminal) => (await import('./provision-command.ts')).provisionCommand(terminal),
    }),
  },
  relay: {
    summary: 'pass messages from RabbitMQ to a function without losing any',
    load: async () => ({
      usage: RELAY_USAGE,
      help: RELAY_HELP,
      run: async (terminal) => (await import('./relay-command.ts')).relayCommand(terminal),
    }),
  },
  'dead-letters': {
    summary: 'look at the messages that a relay gave up, and put them back',
    load: async () => ({
      usage: DEAD_LETTERS_USAGE,
      help: DEAD_LETTERS_HELP,
      run: async (terminal) => (await import('./dead-letters-command.ts')).deadLettersCommand(terminal),
    }),
  },
  completion: {
    summary: 'print what completes these commands in your shell',
    load: async () => (await import('./completion-command.ts')).completionCommand(COMMANDS),
  },
}

const NAMES = Object.keys(COMMANDS)

export const USAGE = `Usage: tidings <command> [options]
       tidings <command> --help
       tidings --version`

export const HELP = `${USAGE}

Commands:
${NAMES.map((name) => `  ${name.padEnd(14)} ${COMMANDS[name]?.summary}`).join('\n')}
`

/** The `tidings` command: runs a command line and returns the exit code. */
export const tidings = async (terminal: Terminal): Promise<ExitCode> => {
  const [name = '', ...args] = terminal.args
  if (isHelp(name) || name === 'help') {
    terminal.stdout.write(HELP)
    return EXIT.done
  }
  if (name === '--version' || name === '-v') {
    terminal.stdout.write(`${packageVersion()}\n`)
    return EXIT.done
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (entry !== undefined) return runCommand(await entry.load(), { ...terminal, args })
  terminal.stderr.write(`tidings: ${unknownWord('command', name || undefined, NAMES).message}\n${USAGE}\n`)
  return EXIT.failed
}
