import { flag, parseCommandLine, text } from './run-command.ts'
import { UsageError } from './terminal.ts'

/** Flags that describe a topic and a rule, for use without a document. */
const ONE_SHOT = {
  'bucket-name': text,
  topic: text,
  'kafka-endpoint': text,
  'amqp-endpoint': text,
  'http-endpoint': text,
  exchange: text,
  opaque: text,
  notification: text,
  filter: text,
  events: text,
  persistent: flag,
  'retry-sleep-duration': text,
  'max-retries': text,
  'time-to-live': text,
  cloudevents: flag,
  'ack-level': text,
  'no-verify-ssl': flag,
} as const

const OPTIONS = {
  file: text,
  json: flag,
  'endpoint-url': text,
  'access-key': text,
  'secret-key': text,
  'ca-file': text,
  'print-desired': flag,
  'print-rook': flag,
  listen: text,
  timeout: text,
  ...ONE_SHOT,
} as const

const SHORT: Readonly<Record<string, keyof typeof OPTIONS>> = {
  e: 'endpoint-url',
  a: 'access-key',
  s: 'secret-key',
  b: 'bucket-name',
  ke: 'kafka-endpoint',
  ae: 'amqp-endpoint',
  he: 'http-endpoint',
  t: 'topic',
  o: 'opaque',
  x: 'exchange',
  n: 'notification',
}

export type Flags = ReturnType<typeof parse>['values']

export type ProvisionLine = {
  readonly flags: Flags
  readonly positionals: readonly string[]
  /** Flags stand in place of a document. */
  readonly isOneShot: boolean
}

/**
 * `-f` is the filter where other flags stand in place of a document, else the file.
 *
 * @throws UsageError; never with a value, which may be secret
 */
export const parseFlags = (args: readonly string[]): ProvisionLine => {
  const long = args.map((arg) => toLong(arg, SHORT))
  const names = long.map((arg) => /^--([^=]+)/.exec(arg)?.[1] ?? '')
  // The bucket alone says to which bucket an imported file belongs.
  const isDocument = (name: string): boolean =>
    Object.hasOwn(ONE_SHOT, name) && !(args[0] === 'import' && name === 'bucket-name')
  const isOneShot = names.some(isDocument)
  const { values: flags, positionals } = parse(long.map((arg) => toLong(arg, { f: isOneShot ? 'filter' : 'file' })))
  if (isOneShot && flags.file !== undefined)
    throw new UsageError('--file: give a document, or flags in its place, not both')
  return { flags, positionals, isOneShot }
}

/** parseArgs knows short names of one letter only, and takes the = of `-b=photos` for a part of the value. */
const toLong = (arg: string, short: Readonly<Record<string, string>>): string => {
  const [, name = '', value = ''] = /^-([a-z]{1,2})(=.*)?$/s.exec(arg) ?? []
  return Object.hasOwn(short, name) ? `--${short[name]}${value}` : arg
}

const parse = (args: readonly string[]) => parseCommandLine(args, OPTIONS)
