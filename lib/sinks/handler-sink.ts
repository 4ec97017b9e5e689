import type { CloudEvent } from '../core/cloudevent.ts'
import type { Sink } from '../core/sink.ts'
import { isTidingsError, SinkUnavailableError, type TidingsError } from '../process/errors.ts'

export type HandlerContext = {
  /** Aborts shortly before the platform stops the function. An event that is not handled by then has to come again. */
  readonly signal: AbortSignal
}

/** Your own code. Throws: the sender is asked to send again (so a handler may see an event twice: its id is the same). */
export type Handler<Event extends CloudEvent> = (event: Event, context: HandlerContext) => Promise<void> | void

/** One event after the other, in the order they came. One that fails keeps none of the others from being handled. */
export const createHandlerSink = <Event extends CloudEvent>(handle: Handler<Event>): Sink => ({
  deliver: async (events, signal = NEVER, settle) => {
    const failures: unknown[] = []
    // The function that takes the handler knows which events its decoder makes.
    for (const event of events as readonly Event[]) {
      signal.throwIfAborted()
      try {
        await handle(event, { signal })
        settle?.(event, 'taken')
      } catch (thrown) {
        const error = events.length === 1 ? thrown : failureOf(thrown)
        settle?.(event, { error })
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  },
})

const NEVER = new AbortController().signal

const failureOf = (thrown: unknown): TidingsError =>
  isTidingsError(thrown) ? thrown : new SinkUnavailableError('the handler failed', { cause: thrown })
