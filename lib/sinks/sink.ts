import type { CloudEvent } from '../schemas/cloudevent.ts'

/** Where events go. An HTTP receiver, a stream, or your own function. */
export type Sink = {
  /**
   * Resolves once every event is in safe hands.
   *
   * @throws SinkUnavailableError (or anything else) when not: the sender is asked to send again
   * @throws SinkRefusedError when the sink will never take some of them: those become dead letters
   */
  deliver(events: readonly CloudEvent[], signal?: AbortSignal): Promise<void>
}
