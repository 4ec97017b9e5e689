import middy, { type MiddlewareObj } from '@middy/core'
import type { Context } from 'aws-lambda'
import type { Delivery, Outcome } from '../core/delivery.ts'
import type { Door } from '../core/door.ts'
import type { Observe } from '../core/observe.ts'
import { outcomeOf } from '../core/verdicts.ts'
import type { Open, Opened } from './envelope.ts'

export type PlatformDoorOptions = {
  readonly door: Door
  /** Called for an event that cannot be opened. The door itself reports the outcomes of deliveries. */
  readonly observe: Observe
  /** Opens the platform events that the function answers. */
  readonly open: Open
  /** How long before the end of its time a function answers: Lambda stops it then without an answer. */
  readonly timeoutEarlyMs: number
}

/** `(event, context) => result`, as Lambda calls a function: opens the event, hands its deliveries to the door, and seals the reply. */
export const createPlatformDoor = ({ door, observe, open, timeoutEarlyMs }: PlatformDoorOptions) => {
  const chain = middy<readonly Delivery[], Outcome[]>({
    timeoutEarlyInMillis: timeoutEarlyMs,
    // The signal aborts at the same moment, and the door answers soon after that.
    timeoutEarlyResponse: () => new Promise<never>(() => {}),
  })
    .use(envelope(open, observe))
    .handler((deliveries, _context, { signal }) => door.deliver(deliveries, signal))
  return (event: unknown, context: object): Promise<unknown> => chain(event as readonly Delivery[], context as Context) // The envelope opens it.
}

type Invocation = {
  opened?: Opened
  outcomes?: readonly Outcome[]
}

/** Platform event → `Delivery[]` for the handler; its `Outcome[]`, or an error thrown on the way → platform reply. */
const envelope = (open: Open, observe: Observe): MiddlewareObj<unknown, unknown, Error, Context, Invocation> => ({
  before: (request) => {
    const opened = open(request.event)
    request.internal.opened = opened
    if (opened.refusal) throw opened.refusal
    request.event = opened.deliveries
  },
  after: async (request) => {
    request.internal.outcomes = request.response as readonly Outcome[] // The handler's result, which middy leaves untyped.
    request.response = await request.internal.opened?.seal(request.internal.outcomes)
  },
  onError: async (request) => {
    const { internal } = request
    if (internal.outcomes === undefined) {
      internal.outcomes = [outcomeOf(request.error)]
      observe(internal.outcomes, [], process.hrtime.bigint())
    }
    try {
      request.response = await internal.opened?.seal(internal.outcomes)
    } catch (error) {
      request.error = error as Error // Envelopes throw TidingsErrors.
    }
  },
})
