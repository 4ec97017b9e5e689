import bole from 'bole'
import { TidingsError } from './errors.ts'
import type { Redact } from './secrets.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

type Log = (fields: Readonly<Record<string, unknown>>, message: string) => void
export type Logger = Readonly<Record<LogLevel, Log>>

export type LogOptions = {
  readonly level: LogLevel
  /** Run over every line: the last net under all that keeps secrets out. */
  readonly redact: Redact
  readonly stream: { write(line: string): unknown }
}

/** Of all functions in this process: what one keeps secret must not get out by the log of another. */
const nets = new Set<Redact>()

/**
 * Where this process logs: JSON lines. bole keeps its outputs for the whole process, so what is said last holds, but for
 * `redact`, which holds beside what was said before.
 */
export const setUpLog = ({ level, redact, stream }: LogOptions): void => {
  nets.add(redact)
  bole.reset()
  bole.output({
    level,
    stream: {
      write: (line) => {
        stream.write([...nets].reduce((rest, net) => net(rest), line))
      },
    },
  })
}

/** A logger for one part of the program. `error` among the fields is written with its code and all its causes. */
export const createLogger = (name: string): Logger => {
  const { debug, info, warn, error } = bole(name)
  return { debug: described(debug), info: described(info), warn: described(warn), error: described(error) }
}

const described =
  (log: Log): Log =>
  (fields, message) =>
    log('error' in fields ? { ...fields, error: describe(fields.error) } : fields, message)

/** Of errors that were not thrown on purpose, the stack too. */
const describe = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { name, message, cause } = error
  const known =
    error instanceof TidingsError ? { code: error.code, field: error.field, ...error.details } : { stack: error.stack }
  return { name, message, ...known, ...(cause !== undefined && { cause: describe(cause) }) }
}
