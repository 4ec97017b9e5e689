import type { MiddlewareObj } from '@middy/core'
import type { Context } from 'aws-lambda'
import type { Outcome } from '../core/delivery.ts'
import { outcomeOf } from '../core/outcome.ts'
import type { Opened } from './envelope.ts'
import type { Open } from './opening.ts'

/** What the chain's middlewares share about one invocation. */
export type Invocation = {
  /** By process.hrtime.bigint(), in nanoseconds: `performance` costs milliseconds the first time. */
  startedAt?: bigint
  opened?: Opened
  outcomes?: readonly Outcome[]
}
export type InvocationMiddleware = MiddlewareObj<unknown, unknown, Error, Context, Invocation>

/** Platform event → `Delivery[]` for the handler; its `Outcome[]`, or an error thrown on the way → platform reply. */
export const envelope = (open: Open): InvocationMiddleware => ({
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
    internal.outcomes ??= [outcomeOf(request.error)]
    try {
      request.response = await internal.opened?.seal(internal.outcomes)
    } catch (error) {
      // Thrown to the platform once the other middlewares have seen the end of this invocation.
      request.error = error as Error // Envelopes throw TidingsErrors.
    }
  },
})
