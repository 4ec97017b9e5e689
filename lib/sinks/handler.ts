import type { CloudEvent } from '../schemas/cloudevent.ts'
import type { Sink } from './sink.ts'

/** Your own code. Throws: the sender is asked to send again (so a handler may see an event twice: its id is the same). */
export type Handler<Event extends CloudEvent> = (event: Event) => Promise<void> | void

/** One event after the other, in the order they came. */
export const createHandlerSink = <Event extends CloudEvent>(handle: Handler<Event>): Sink => ({
  deliver: async (events) => {
    // The function that takes the handler knows which events its decoder makes.
    for (const event of events as readonly Event[]) await handle(event)
  },
})
