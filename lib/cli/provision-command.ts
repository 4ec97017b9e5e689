import { readFileSync } from 'node:fs'
import { addAbortSignal } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stringify } from 'yaml'
import { connectionOf } from '../gateway/gateway-connection.ts'
import { ConfigError } from '../process/errors.ts'
import { createRedact } from '../process/secrets.ts'
import { parseDesired, placedIn } from '../provisioning/document/desired.ts'
import { rookResources } from '../provisioning/import/rook-resources.ts'
import { reportText } from '../provisioning/probe/probe-report.ts'
import { ACTIONS, type Action, provision } from '../provisioning/provision.ts'
import { readRgwConfig } from '../provisioning/provisioning-settings.ts'
import { type ProvisionLine, parseFlags } from './flags.ts'
import { importGateway, importText } from './import-command.ts'
import { oneShotDocument, plainWarning } from './one-shot.ts'
import { failureText, resultText } from './outcome-text.ts'
import { showProgress } from './progress.ts'
import { rememberSecrets, withGatewayKeys } from './provision-secrets.ts'
import { unknownWord } from './run-command.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'
import { testRules } from './test-rules.ts'

/**
 * `tidings provision <action>`: the result goes to stdout, everything else to stderr.
 *
 * @throws UsageError
 */
export const provisionCommand = async (terminal: Terminal): Promise<ExitCode> => {
  const line = parseFlags(terminal.args)
  if (line.flags['print-desired']) return printDesired(line, terminal)
  if (line.flags['print-rook']) return printRook(line, terminal)
  if (line.positionals[0] === 'import') return importDocument(line, terminal)
  if (line.positionals[0] === 'test') return testDocument(line, terminal)
  const action = actionOf(line)
  const document = line.isOneShot ? oneShotDocument(line.flags) : undefined
  if (document === undefined && line.flags.file === undefined)
    throw new UsageError('--file is missing: name the document, or - for stdin')

  const { stdout, stderr, signal } = terminal
  const warning = line.isOneShot && action === 'apply' ? plainWarning(line.flags) : undefined
  const secrets = rememberSecrets(terminal.env)
  const progress = showProgress(stderr)
  let text: string | undefined
  try {
    const config = readRgwConfig(environmentOf(line, terminal))
    const connection = connectionOf(config)
    secrets.remember(connection.credentials.secretAccessKey)
    secrets.remember(connection.credentials.sessionToken)
    text = document === undefined ? await readDocument(line.flags.file ?? '-', terminal) : undefined
    const desired = document ?? parseDesired(text ?? '')
    const { secretsInCleartext, allowedEndpoints } = config
    const options = { connection, secretsInCleartext, allowedEndpoints, resolve: secrets.resolve, signal }
    const result = await provision({ action, desired }, { ...options, onProgress: progress.show })
    progress.clear()
    if (warning !== undefined) stderr.write(`tidings: ${warning}\n`)
    const redact = createRedact([connection.credentials.secretAccessKey, connection.credentials.sessionToken ?? ''])
    stdout.write(redact(line.flags.json ? `${JSON.stringify(result, null, 2)}\n` : resultText(result)))
    return result.outcome === 'pending' || result.outcome === 'drift' ? EXIT.pending : EXIT.done
  } catch (error) {
    progress.clear()
    stderr.write(
      createRedact(secrets.known())(failureText(text === undefined ? error : placedIn(error, text), line.isOneShot)),
    )
    return EXIT.failed
  }
}

/** `tidings provision import`: from the flags of a script, from a file, or else from the gateway. */
const importDocument = async (line: ProvisionLine, terminal: Terminal): Promise<ExitCode> => {
  const { flags, positionals, isOneShot } = line
  if (positionals.length > 1) throw new UsageError(EXTRA)
  if (isOneShot) return printDesired(line, terminal)
  const { env, stdout, stderr, signal } = terminal
  const secrets = rememberSecrets(env)
  try {
    if (flags.file !== undefined) {
      stdout.write(importText(await readDocument(flags.file, terminal), flags['bucket-name']))
      return EXIT.done
    }
    const connection = connectionOf(readRgwConfig(environmentOf({ flags }, terminal)))
    secrets.remember(connection.credentials.secretAccessKey)
    secrets.remember(connection.credentials.sessionToken)
    stdout.write(await importGateway(connection, signal))
    return EXIT.done
  } catch (error) {
    if (error instanceof UsageError) throw error
    stderr.write(createRedact(secrets.known())(failureText(error, false)))
    return EXIT.failed
  }
}

/** `tidings provision test`: the report goes to stdout. */
const testDocument = async (line: ProvisionLine, terminal: Terminal): Promise<ExitCode> => {
  const { flags, positionals, isOneShot } = line
  if (positionals.length > 1) throw new UsageError(EXTRA)
  if (!isOneShot && flags.file === undefined)
    throw new UsageError('--file is missing: name the document, or - for stdin')
  const secrets = rememberSecrets(terminal.env)
  let text: string | undefined
  try {
    const config = readRgwConfig(environmentOf(line, terminal))
    const connection = connectionOf(config)
    secrets.remember(connection.credentials.secretAccessKey)
    secrets.remember(connection.credentials.sessionToken)
    text = isOneShot ? undefined : await readDocument(flags.file ?? '-', terminal)
    const document = text === undefined ? oneShotDocument(flags) : parseDesired(text)
    const { secretsInCleartext, allowedEndpoints } = config
    const options = { connection, secretsInCleartext, allowedEndpoints, resolve: secrets.resolve }
    const report = await testRules(document, options, flags, terminal)
    const redact = createRedact(secrets.known())
    terminal.stdout.write(redact(flags.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report)))
    return report.outcome === 'passed' ? EXIT.done : EXIT.pending
  } catch (error) {
    if (error instanceof UsageError) throw error
    const failure = failureText(text === undefined ? error : placedIn(error, text), isOneShot)
    terminal.stderr.write(createRedact(secrets.known())(failure))
    return EXIT.failed
  }
}

const EXTRA = 'there is an argument after the action that is not a flag: remove it'

const printDesired = ({ flags, isOneShot }: ProvisionLine, { stdout }: Terminal): ExitCode => {
  if (!isOneShot)
    throw new UsageError(
      '--print-desired prints the document that the flags describe: give --bucket-name, --topic and an endpoint',
    )
  stdout.write(stringify(oneShotDocument(flags)))
  return EXIT.done
}

/** Asks no gateway, and resolves no references. */
const printRook = async ({ flags, isOneShot }: ProvisionLine, terminal: Terminal): Promise<ExitCode> => {
  if (!isOneShot && flags.file === undefined)
    throw new UsageError('--file is missing: name the document, or - for stdin')
  let text: string | undefined
  try {
    text = isOneShot ? undefined : await readDocument(flags.file ?? '-', terminal)
    terminal.stdout.write(rookResources(text === undefined ? oneShotDocument(flags) : parseDesired(text)))
    return EXIT.done
  } catch (error) {
    if (error instanceof UsageError) throw error
    terminal.stderr.write(failureText(text === undefined ? error : placedIn(error, text), isOneShot))
    return EXIT.failed
  }
}

const NAMES = [...ACTIONS, 'test', 'import']

const actionOf = ({ positionals: [given, ...more], isOneShot }: ProvisionLine): Action => {
  // The same as in the script that these flags come from.
  const action = given ?? (isOneShot ? 'apply' : undefined)
  const known = ACTIONS.find((name) => name === action)
  if (known === undefined) throw unknownWord('action', action, NAMES)
  if (more.length > 0) throw new UsageError(EXTRA)
  return known
}

/** A flag takes precedence over its variable. */
const environmentOf = ({ flags }: Pick<ProvisionLine, 'flags'>, { env }: Terminal): Terminal['env'] =>
  withGatewayKeys({
    ...env,
    RGW_ENDPOINT: flags['endpoint-url'] ?? env.RGW_ENDPOINT,
    RGW_ACCESS_KEY: flags['access-key'] ?? env.RGW_ACCESS_KEY,
    RGW_SECRET_KEY: flags['secret-key'] ?? env.RGW_SECRET_KEY,
    RGW_CA_FILE: flags['ca-file'] ?? env.RGW_CA_FILE,
  })

const readDocument = async (file: string, { stdin, signal }: Terminal): Promise<string> => {
  if (file === '-') return readStdin(stdin, signal)
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ConfigError(`--file: ${file} cannot be read: name a file that exists`, { cause })
  }
}

const readStdin = async (stdin: Terminal['stdin'], signal: AbortSignal): Promise<string> => {
  try {
    return await text(addAbortSignal(signal, stdin))
  } catch (cause) {
    throw new ConfigError('--file: stdin was not read to its end, and nothing was sent', { cause })
  }
}
