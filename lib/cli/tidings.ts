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
import { type Command, isHelp, runCommand } from './run-command.ts'
import { EXIT, type ExitCode, type Terminal } from './terminal.ts'

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
  const [name = '', ...args] = terminal.args
  if (isHelp(name) || name === 'help') {
    terminal.stdout.write(HELP)
    return EXIT.done
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command !== undefined) return runCommand(command, { ...terminal, args })
  terminal.stderr.write(
    `tidings: ${name === '' ? 'the command is missing' : 'unknown command'}: use one of ${Object.keys(COMMANDS).join(', ')}\n${USAGE}\n`,
  )
  return EXIT.failed
}
