import { isTidingsError } from './errors.ts'
import { type Redact, SHORTEST_SECRET } from './secrets.ts'
import { oneOf, type Table } from './settings.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const LOG_SETTINGS = {
  LOG_LEVEL: {
    rule: oneOf(...LOG_LEVELS),
    default: 'info',
    meaning: 'The least level that is logged; `debug` has a line for every delivery.',
  },
} as const satisfies Table

type Log = (fields: Readonly<Record<string, unknown>>, message: string) => void
export type Logger = Readonly<Record<LogLevel, Log>>

export type LogOptions = {
  readonly level: LogLevel
  /** Run over every line: the last net under all that keeps secrets out. */
  readonly redact: Redact
  readonly stream: { write(line: string): unknown }
}

type Output = { readonly level: LogLevel; readonly stream: LogOptions['stream'] }

/** The destination of all loggers in this process, as set last. Until it is set, nothing is written. */
let output: Output | undefined

/** The secrets of all functions in this process: the log of one function must not show a secret of another. */
const nets = new Set<Redact>()

/** Sets where this process logs JSON lines. The last call wins. Only `redact` accumulates over all calls. */
export const setUpLog = ({ level, redact, stream }: LogOptions): void => {
  const isFirstShort = redact.hasShort && ![...nets].some(({ hasShort }) => hasShort)
  nets.add(redact)
  output = { level, stream }
  if (isFirstShort) createLogger('log').warn({}, SHORT)
}

const SHORT = `a password or token of the settings has fewer than ${SHORTEST_SECRET} characters: the log hides it in URLs and where it is a whole value, but not within a text; use a longer one`

/** A logger for one part of the program. An error among the fields is written with its code and all its causes. */
export const createLogger = (name: string): Logger => {
  const at =
    (level: LogLevel): Log =>
    (fields, message) => {
      if (output === undefined || LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(output.level)) return
      const line = toLine({ time: new Date().toISOString(), level, name, message }, fields)
      output.stream.write(redacted(line))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A logger whose lines all have these fields. */
export const withFields = (log: Logger, fields: Readonly<Record<string, unknown>>): Logger => {
  const at =
    (level: LogLevel): Log =>
    (more, message) =>
      log[level]({ ...fields, ...more }, message)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/**
 * A field that JSON cannot hold (a cycle or a getter in somebody's error), or that is far too long, costs the line its fields, not
 * the process its log.
 */
const toLine = (line: object, fields: Readonly<Record<string, unknown>>): string => {
  try {
    const text = JSON.stringify({ ...line, ...fields }, writable)
    if (text.length <= MAX_LINE) return `${text}\n`
    return withoutFields(line, `the fields take ${text.length} characters`)
  } catch (error) {
    return withoutFields(line, textOf(error))
  }
}

const withoutFields = (line: object, unprintable: string): string =>
  `${JSON.stringify({ ...line, unprintable }, writable)}\n`

const textOf = (thrown: unknown): string => {
  try {
    return String(thrown)
  } catch {
    return 'a field cannot be written'
  }
}

const MAX_LINE = 65_536
const MAX_TEXT = 4000
const MAX_ITEMS = 100
const MAX_CAUSES = 10

const redacted = (text: string): string => [...nets].reduce((rest, net) => net(rest), text)

/** Senders choose how long their ids are, and how many events a message has. Half a secret would not be recognized later. */
const writable = (_name: string, value: unknown): unknown => {
  if (typeof value === 'string' && value.length > MAX_TEXT) return `${redacted(value).slice(0, MAX_TEXT)}…`
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value) && value.length > MAX_ITEMS) {
    return [...value.slice(0, MAX_ITEMS), `and ${value.length - MAX_ITEMS} more`]
  }
  return value instanceof Error ? describe(value, MAX_CAUSES) : value
}

/** The stack is included for errors that were not thrown on purpose. */
const describe = (error: unknown, causes: number): unknown => {
  if (!(error instanceof Error)) return error
  const { name, message, cause } = error
  const known = isTidingsError(error)
    ? { code: error.code, field: error.field, ...error.details }
    : { stack: error.stack }
  return { name, message, ...known, ...(cause !== undefined && causes > 0 && { cause: describe(cause, causes - 1) }) }
}
