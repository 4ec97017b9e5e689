import type { CloudEvent } from '../lib/core/cloudevent.ts'
import type { Sink } from '../lib/core/sink.ts'

export type MemorySink = Sink & {
  /** All that was delivered, in order. */
  readonly events: readonly CloudEvent[]
  /** How often it was called, successful or not. */
  readonly calls: readonly (readonly CloudEvent[])[]
}

/** A sink that remembers. Where `answer` throws, nothing of that call is taken. */
export const createMemorySink = (answer: (events: readonly CloudEvent[]) => void | Promise<void> = () => {}) => {
  const events: CloudEvent[] = []
  const calls: (readonly CloudEvent[])[] = []
  const sink: MemorySink = {
    events,
    calls,
    deliver: async (given) => {
      calls.push(given)
      await answer(given)
      events.push(...given)
    },
  }
  return sink
}
