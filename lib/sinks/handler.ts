import { SinkUnavailableError } from '../errors.ts'
import type { CloudEvent } from '../schemas/cloudevent.ts'
import type { Sink } from './sink.ts'

/** Your own code. Throws: the sender is asked to send again (so a handler may see an event twice: its id is the same). */
export type Handler<Event extends CloudEvent> = (event: Event) => Promise<void> | void

/** One event after the other, in the order they came. One that fails keeps none of the others from being handled. */
export const createHandlerSink = <Event extends CloudEvent>(handle: Handler<Event>): Sink => ({
  deliver: async (events) => {
    const failures: { readonly id: string; readonly error: unknown }[] = []
    // The function that takes the handler knows which events its decoder makes.
    for (const event of events as readonly Event[]) {
      try {
        await handle(event)
      } catch (error) {
        failures.push({ id: event.id, error })
      }
    }
    const [first] = failures
    if (first === undefined) return
    if (events.length === 1) throw first.error
    throw new SinkUnavailableError(`the handler failed on ${failures.length} of ${events.length} events`, {
      cause: first.error,
      events: failures.map(({ id }) => id),
    })
  },
})
