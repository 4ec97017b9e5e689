import middy from '@middy/core'
import type { CloudEvent } from '../core/cloudevent.ts'
import type { Decode } from '../core/decoder.ts'
import { DOOR } from '../core/door.ts'
import type { Fate, Sink } from '../core/sink.ts'
import { createLogger } from '../process/log.ts'
import { createRedact, type Redact } from '../process/secrets.ts'
import type { Environment, Table } from '../process/settings.ts'
import { type Config, readConfig, secretsOf } from './config.ts'
import { checkFallback } from './definition.ts'
import { createFunction, type FunctionHandler, type Notifications } from './function.ts'
import {
  contextFor,
  faultOf,
  type Handle,
  type HandlerContext,
  type Middleware,
  type Run,
  throwIfOver,
} from './handler.ts'
import { createLanes, createSlots, orderOf, type Slots } from './lanes.ts'
import { openOutbox } from './outbox.ts'
import { replyEvents, returnedEvents } from './returned-events.ts'
import { sendReturned } from './send-returned.ts'

export type OwnOptions = {
  /** In log lines, measures and dead letters. Default: the product. */
  readonly name?: string
  /** Default: the environment, read at the first call, so that a test may import the module without any. */
  readonly config?: Config
  /** How many events of one batch are handled at a time. Default: 1. */
  readonly concurrency?: number
}

/** Which events a handler is for. */
export type Route<Event, Context> = {
  /** The name that it is for, with `*`. */
  readonly pattern: string
  readonly matches: (event: Event) => boolean
  readonly handle: Handle<Context>
}

type Opened = {
  readonly decode: Decode
  /** Secrets that neither the log nor a dead letter may show, beside those of the configuration. */
  readonly secrets: readonly string[]
}

/** The parts of a function that depend on the product. */
export type Product<Event extends CloudEvent, Context> = {
  readonly name: Notifications
  readonly settings: Table
  /** By the settings of the product. */
  readonly open: (environment: Environment) => Opened
  /** Adds to `common`. A copy of it would make what the handler may not ask for. */
  readonly contextOf: (event: Event, common: HandlerContext) => Context
  /** Whether `otherwise` may handle the event. */
  readonly isForFallback: (event: Event) => boolean
  /** The lane of an event: events of one lane are handled one at a time. Undefined: the event waits for no other. */
  readonly laneOf: (event: Event) => string | undefined
}

/**
 * A function whose events go to handlers: to the first one whose route matches. An event that no route matches is acked
 * and counted as filtered.
 *
 * A handler that throws `SetAside` makes the message a dead letter. Whatever else it throws, the message comes again.
 */
export const createOwn = <Event extends CloudEvent, Context extends HandlerContext>(
  product: Product<Event, Context>,
  { name = product.name, config, concurrency = 1 }: OwnOptions,
) => {
  const routes: Route<Event, Context>[] = []
  const middlewares: Middleware[] = []
  let fallback: Handle<Context> | undefined

  const handlerFor = (event: Event): Handle<Context> | undefined =>
    routes.find(({ matches }) => matches(event))?.handle ?? (product.isForFallback(event) ? fallback : undefined)

  const lanes = createLanes()
  const log = createLogger(name)

  /** All in one async function: each promise more for an event can be measured. */
  const handle = async (event: Event, run: Run, slots: Slots): Promise<Fate> => {
    const free = slots.take()
    if (free !== undefined) await free
    try {
      throwIfOver(run)
      const context = product.contextOf(event, contextFor(log, event, run))
      const { claim, mayReply } = run
      const eventsOf = mayReply ? replyEvents : returnedEvents
      let returned: readonly CloudEvent[]
      try {
        returned = eventsOf(await handlerFor(event)?.(context), event, name)
      } catch (thrown) {
        throw faultOf(thrown, hide)
      }
      const [first] = returned
      if (mayReply && first !== undefined && returned.length === 1) return { reply: first }
      if (first !== undefined) await outbox?.(returned, context.signal, claim)
      return 'taken'
    } finally {
      slots.give()
    }
  }

  const sink: Sink = {
    deliver: async (events, signal, settle, replyTo, claimOf) => {
      const slots = createSlots(concurrency)
      const inLane = async (event: Event, lane: string, mayReply: boolean): Promise<Fate> => {
        const order = orderOf(event)
        let fate: Fate = 'taken'
        const work = async (isLateHere: boolean): Promise<void> => {
          const claim = claimOf?.(event)
          // No event that waits for another process has a slot.
          const run = async (late: boolean, laneLost?: AbortSignal): Promise<void> => {
            fate = await handle(event, { signal, claim, laneLost, late, mayReply }, slots)
          }
          if (claim?.inLane === undefined) await run(isLateHere)
          else await claim.inLane(lane, order, (isLate, lost) => run(isLate || isLateHere, lost))
        }
        await lanes(lane, order, work, signal)
        return fate
      }
      const inTurn = (event: Event): Promise<Fate> => {
        const mayReply = replyTo?.has(event) === true
        const lane = product.laneOf(event)
        if (lane !== undefined) return inLane(event, lane, mayReply)
        return handle(event, { signal, claim: claimOf?.(event), late: false, mayReply }, slots)
      }
      // The decoder of this product makes its events.
      const fates = (events as readonly Event[]).map(async (event) => {
        try {
          const fate = await inTurn(event)
          settle?.(event, fate)
          return undefined
        } catch (error) {
          settle?.(event, { error })
          return error
        }
      })
      const failure = (await Promise.all(fates)).find((error) => error !== undefined)
      if (failure !== undefined) throw failure
    },
  }

  let hide: Redact = createRedact([])
  let outbox: ReturnType<typeof sendReturned> | undefined
  let plain: FunctionHandler | undefined
  const open = (): FunctionHandler => {
    if (plain !== undefined) return plain
    const settings = config ?? readConfig(process.env, product.settings)
    const { decode, secrets } = product.open(settings.environment)
    hide = createRedact([...secretsOf(settings), ...secrets])
    outbox = sendReturned(openOutbox(settings, name))
    plain = createFunction({
      name,
      notifications: product.name,
      config: settings,
      decode,
      secrets,
      wanted: (event) => handlerFor(event as Event) !== undefined, // As above.
      sink,
    })
    return plain
  }

  /** Around the whole function, so that middlewares of others see the platform's event and answer. */
  const chain = middy({ timeoutEarlyInMillis: 0 }).handler((event: unknown, context) => open()(event, context))
  const call = async (event: unknown, context: object): Promise<unknown> =>
    middlewares.length === 0 ? open()(event, context) : (chain as unknown as FunctionHandler)(event, context)

  const own = Object.assign(call, {
    notifications: product.name,
    otherwise: function otherwise(given: Handle<Context>) {
      checkFallback(given, fallback !== undefined, otherwise)
      fallback = given
      return own
    },
    use: (...given: Middleware[]) => {
      middlewares.push(...given)
      chain.use(given)
      return own
    },
  })
  Object.defineProperties(own, {
    patterns: { get: () => [...routes.map(({ pattern }) => pattern), ...(fallback === undefined ? [] : ['*'])] },
    access: { get: () => open().access },
    // Middlewares want the platform's event, which a host that goes by the door does not make.
    [DOOR]: { get: () => (middlewares.length === 0 ? open()[DOOR] : undefined) },
  })
  return {
    own,
    add: (route: Route<Event, Context>): void => {
      routes.push(route)
    },
  }
}
