import type { EventClaim } from '../core/claims.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import { isRetry, isSetAside, SetAside } from '../core/verdicts.ts'
import { InternalError } from '../process/errors.ts'
import type { Logger } from '../process/log.ts'
import type { Redact } from '../process/secrets.ts'
import type { Returned } from './returned-events.ts'

/** The second argument of every handler. */
export type HandlerContext = {
  /**
   * Aborts shortly before the platform stops the function, and when the lease of the event ended and another process took it. An
   * event that is not handled by then comes again.
   */
  readonly signal: AbortSignal
  /** Writes JSON lines to stderr, with the id of the event. Secrets of the configuration are taken out. */
  readonly log: HandlerLog
  /** With `orderBy`: a younger event of the same object or resource was already handled. */
  readonly late: boolean
  /**
   * A number that grows each time the event is claimed. Store it with your effect, and write only where the stored one is lower:
   * then a run that lost its claim changes nothing. Undefined where the event is handled without a claim.
   */
  readonly fence: number | undefined
}

/** @param fields of the line, or an error. A field named like one of the line's own (`name`, `level` …) is put into `fields` */
type LogLine = (message: string, fields?: Readonly<Record<string, unknown>> | Error) => void
/** A log with four levels. LOG_LEVEL says which of them are written. */
export type HandlerLog = Readonly<Record<'debug' | 'info' | 'warn' | 'error', LogLine>>

/** Your own code. Events that it returns go to the sink of the configuration; a single one answers a broker that asks for a reply. */
export type Handle<Context> = (context: Context) => Promise<Returned> | Returned

/** A call as a middy middleware sees it. */
export type MiddlewareRequest = {
  /** The platform's event, and its context. */
  event: unknown
  context: object
  response: unknown
  error: Error | null | undefined
  internal: Record<string, unknown>
}

/** A middleware of middy, by its shape: its own types cannot be checked without packages that nobody needs here. */
export type Middleware = {
  // Methods, so that a middleware may ask for more of a request than it has here, such as Lambda's whole context.
  before?(request: MiddlewareRequest): unknown
  after?(request: MiddlewareRequest): unknown
  onError?(request: MiddlewareRequest): unknown
}

/** One call of a handler. */
export type Run = {
  readonly signal: AbortSignal | undefined
  readonly claim: EventClaim | undefined
  readonly laneLost?: AbortSignal | undefined
  readonly late: boolean
  /** Whether the sender passes on an event that it gets as the answer. */
  readonly mayReply: boolean
}

/** Its signal is made when a handler asks for it: one of several signals costs more than all else here. */
export const contextFor = (log: Logger, event: CloudEvent, run: Run): HandlerContext =>
  Object.defineProperty(new Context(logOf(log, event), run), 'signal', SIGNAL)

class Context implements HandlerContext {
  readonly log: HandlerLog
  readonly late: boolean
  readonly fence: number | undefined
  declare readonly signal: AbortSignal
  readonly #run: Run
  #signal: AbortSignal | undefined

  constructor(log: HandlerLog, run: Run) {
    this.log = log
    this.late = run.late
    this.fence = run.claim?.fence
    this.#run = run
  }

  static signalOf(context: Context): AbortSignal {
    const { signal, claim, laneLost } = context.#run
    context.#signal ??= anyOf(signal, claim?.lost(), laneLost)
    return context.#signal
  }
}

/** An own property, for handlers that copy their context. All contexts have the one getter, so V8 takes them for the same kind. */
const SIGNAL: PropertyDescriptor & ThisType<Context> = {
  enumerable: true,
  get() {
    return Context.signalOf(this)
  },
}

/** @throws the reason for which the call ends before it began */
export const throwIfOver = ({ signal, claim, laneLost }: Run): void => {
  signal?.throwIfAborted()
  if (claim?.isLost()) claim.lost().throwIfAborted()
  laneLost?.throwIfAborted()
}

/** A handler may leave listeners on its signal, so an event without a signal gets one of its own. */
const anyOf = (...given: readonly (AbortSignal | undefined)[]): AbortSignal => {
  const signals = given.filter((signal): signal is AbortSignal => signal !== undefined)
  const [only = new AbortController().signal] = signals
  return signals.length > 1 ? AbortSignal.any(signals) : only
}

/** The log of a function for the handler of one event. */
const logOf = (log: Logger, { id }: CloudEvent): HandlerLog => {
  const at =
    (level: keyof HandlerLog): LogLine =>
    (message, fields = {}) =>
      log[level]({ ...(fields instanceof Error ? { error: fields } : apart(fields)), event: id }, String(message))
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Readers of the log search for lines by these names. */
const OF_THE_LINE = new Set(['time', 'level', 'name', 'message', 'event'])

const apart = (given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const entries = Object.entries(given)
  const fields = entries.filter(([name]) => OF_THE_LINE.has(name))
  if (fields.length === 0) return given
  return {
    ...Object.fromEntries(entries.filter(([name]) => !OF_THE_LINE.has(name))),
    fields: Object.fromEntries(fields),
  }
}

/**
 * Retry and SetAside as the handler threw them; an InternalError for anything else, because what a handler calls may throw errors of
 * this package that blame the sender.
 *
 * @param hide takes secrets out of a reason, which leaves the process: in a dead letter, and in the answer to the sender
 */
export const faultOf = (thrown: unknown, hide: Redact): Error => {
  if (isRetry(thrown)) return thrown
  if (!isSetAside(thrown)) return new InternalError(`your handler threw ${nameOf(thrown)}`, { cause: thrown })
  const reason = hide(thrown.message)
  return reason === thrown.message ? thrown : new SetAside(reason, { cause: thrown })
}

/** The text of the error is left out, because it may hold a secret. The log has it, where secrets are taken out. */
const nameOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return thrown === undefined ? 'undefined' : `a ${typeof thrown}`
  return /^\w{1,60}$/.test(thrown.name) ? thrown.name : 'an error'
}
