import {
  DEAD_LETTERS_HELP,
  DEAD_LETTERS_USAGE,
  HELP,
  PROVISION_HELP,
  PROVISION_USAGE,
  RELAY_HELP,
  RELAY_USAGE,
  USAGE,
} from './help.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

type Command = {
  readonly usage: string
  readonly help: string
  readonly run: (terminal: Terminal) => Promise<ExitCode>
}

/** Each is loaded when it is run: they bring the AWS SDK or an AMQP client, for which nobody who asks for help should wait. */
const COMMANDS: Readonly<Record<string, Command>> = {
  provision: {
    usage: PROVISION_USAGE,
    help: PROVISION_HELP,
    run: async (terminal) => (await import('./provision-command.ts')).provisionCommand(terminal),
  },
  relay: {
    usage: RELAY_USAGE,
    help: RELAY_HELP,
    run: async (terminal) => (await import('./relay-command.ts')).relayCommand(terminal),
  },
  'dead-letters': {
    usage: DEAD_LETTERS_USAGE,
    help: DEAD_LETTERS_HELP,
    run: async (terminal) => (await import('./dead-letters-command.ts')).deadLettersCommand(terminal),
  },
}

/** The `tidings` command: carries out a command line, and says how it went. */
export const tidings = async (terminal: Terminal): Promise<ExitCode> => {
  const { args, stdout, stderr } = terminal
  const [name = '', ...rest] = args
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  try {
    if (isHelp(name) || name === 'help') {
      stdout.write(HELP)
      return EXIT.done
    }
    if (command === undefined) throw new UsageError(name === '' ? 'say what to do' : 'there is no such command')
    if (rest.some(isHelp)) {
      stdout.write(command.help)
      return EXIT.done
    }
    return await command.run({ ...terminal, args: rest })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    stderr.write(`tidings: ${error.message}\n${command?.usage ?? USAGE}\n`)
    return EXIT.failed
  }
}

const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h'
