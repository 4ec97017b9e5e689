import { HELP, PROVISION_HELP, PROVISION_USAGE, USAGE } from './help.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

/** The `tidings` command: carries out a command line, and says how it went. */
export const tidings = async (terminal: Terminal): Promise<ExitCode> => {
  const { args, stdout, stderr } = terminal
  const [command, ...rest] = args
  const isProvision = command === 'provision'
  try {
    if (command === '--help' || command === '-h' || command === 'help') {
      stdout.write(HELP)
      return EXIT.done
    }
    if (isProvision && rest.some((arg) => arg === '--help' || arg === '-h')) {
      stdout.write(PROVISION_HELP)
      return EXIT.done
    }
    if (isProvision) {
      // Loads the AWS SDK, for which nobody who asks for help should wait.
      const { provisionCommand } = await import('./provision-command.ts')
      return await provisionCommand({ ...terminal, args: rest })
    }
    throw new UsageError(command === undefined ? 'say what to do' : 'there is no such command')
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    stderr.write(`tidings: ${error.message}\n${isProvision ? PROVISION_USAGE : USAGE}\n`)
    return EXIT.failed
  }
}
