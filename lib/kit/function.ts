import { isOfClaims, openClaims } from '../claims/open-claims.ts'
import { unwrapping } from '../cloudevents/unwrap-cloudevents.ts'
import { type Access, createAccess, type Guard } from '../core/access.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import type { Decode } from '../core/decoder.ts'
import { createDoor, type Deliver, DOOR, type Door } from '../core/door.ts'
import { createFilter } from '../core/filter.ts'
import { createObserve } from '../core/observe.ts'
import { createPipeline } from '../core/pipeline.ts'
import type { Sink } from '../core/sink.ts'
import type { Open } from '../envelopes/envelope.ts'
import { createPlatformDoor } from '../envelopes/platform-door.ts'
import { openNotifications } from '../envelopes/platform-events.ts'
import { ConfigError } from '../process/errors.ts'
import { lineWriter } from '../process/line-writer.ts'
import { createLogger, setUpLog } from '../process/log.ts'
import { createRedact, inTurn, type Redact } from '../process/secrets.ts'
import { redactBody } from '../redaction/redact-body.ts'
import { openSink } from '../sinks/open-sink.ts'
import { type Config, secretsOf } from './config.ts'
import { openOutbox } from './outbox.ts'

const STDERR = 2

export type Notifications = 'ceph' | 'openstack'

/** `(event, context) => result` for any platform's event. Lambda calls it; so do our host and tests. */
export type FunctionHandler = {
  (event: unknown, context: object): Promise<unknown>
  /** For hosts that pass deliveries on directly. It is read when it is needed, because a function may configure itself at its first use. */
  readonly [DOOR]?: Door
  /** Whose notifications it reads. Absent where it reads others, or is not ours. */
  readonly notifications?: Notifications
  /** The names of events that its routes are for; `*` where a route is for all. Absent where it has no routes to add. */
  readonly patterns?: readonly string[]
  /** Who may call it by HTTP, where a host does not use the door. The function checks it in any case. */
  readonly access?: Access
}

/**
 * Calls a handler that has no door, as a platform does.
 *
 * @throws ConfigError when it returns a function: then it has handled nothing. Whatever it throws itself
 */
export const invoke = async (handler: FunctionHandler, event: unknown, context: object): Promise<unknown> => {
  const result = await handler(event, context)
  if (typeof result !== 'function') return result
  throw new ConfigError('the handler returned a function, so it handled nothing: export ceph().on(…) itself')
}

export type HandlerOptions = {
  readonly name: string
  readonly config: Config
  readonly work: Deliver
  /** Opens the platform events that the function answers. */
  readonly open: Open
  /** Who may call it by HTTP where no token is set. */
  readonly withoutToken: Guard
  /** Removes our secrets from the log. */
  readonly redact: Redact
  /** How long before the end of its time a function answers: Lambda stops it then without an answer. */
  readonly timeoutEarlyMs: number
}

/** Puts a function together: its work, and the two ways to call it (a platform's event, or the door). */
export const createHandler = ({ name, config, work, ...options }: HandlerOptions): FunctionHandler => {
  setUpLog({
    level: config.logLevel,
    redact: options.redact,
    stream: { write: lineWriter(STDERR).writeNow },
  })
  const access = createAccess(config.tokens, options.withoutToken)
  const observe = createObserve(name, createLogger(name))
  const door = createDoor({ name, access, work, observe })
  const handler = createPlatformDoor({ door, observe, open: options.open, timeoutEarlyMs: options.timeoutEarlyMs })
  return Object.assign(handler, { access, [DOOR]: door })
}

export type FunctionOptions = {
  readonly name: string
  readonly notifications?: Notifications
  readonly config: Config
  readonly decode: Decode
  /** Your own code in place of the sink that the configuration names. */
  readonly sink?: Sink
  /** With `sink`: selects events, in addition to the filter of the configuration. Default: all. */
  readonly wanted?: (event: CloudEvent) => boolean
  /** Our secrets, beside those of the configuration. Neither the log nor a dead letter shows them; of a sender's, no dead letter does. */
  readonly secrets?: readonly string[]
}

/** A function that turns notifications into events: decode → sink → outcomes. */
export const createFunction = (options: FunctionOptions): FunctionHandler => {
  const { name, notifications, config, decode, secrets = [], ...given } = options
  const redact = createRedact([...secretsOf(config), ...secrets])
  const { wanted, sink } = given
  const outbox = sink === undefined ? openOutbox(config, name) : { ...sink, wants: wanted ?? (() => true) }
  const isWanted = createFilter(config.filter)
  const isOwnClaim = isOfClaims(config.claims)
  const handler = createHandler({
    name,
    config,
    redact,
    work: createPipeline({
      functionName: name,
      decode: unwrapping(decode),
      sink: outbox,
      deadLetters: openSink(config.deadLetterUrl, STDERR, config.sink.options),
      lastResort: openSink(new URL('log:'), STDERR, config.sink.options),
      returnsRefused: config.returnsRefused,
      wanted: (event) => isWanted(event) && outbox.wants(event) && !isOwnClaim(event),
      claims: openClaims(config.claims, { name, environment: config.environment }),
      redact: inTurn(redactBody, redact),
      now: () => new Date(),
    }),
    open: openNotifications,
    withoutToken: decode.checksSecret ? 'notification' : config.allowAnonymous ? 'anonymous' : 'address',
    timeoutEarlyMs: 250,
  })
  return Object.assign(handler, notifications && { notifications })
}
