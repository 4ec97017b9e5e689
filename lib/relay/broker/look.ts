import type { ChannelModel } from 'amqplib'
import type { Source } from '../options.ts'
import { wait } from '../wait.ts'
import type { SourceView } from '../watching/source-view.ts'
import { bind, throwAway } from './bind.ts'
import { close } from './close.ts'
import { deadLettersOf } from './queues.ts'

export type LookOptions = {
  readonly connection: ChannelModel
  readonly queue: Source['queue']
  readonly view: SourceView
}

/**
 * Binds all exchanges and reads the depth of the queue and of its dead letters.
 *
 * @throws Error when the connection or the queue itself is lost
 */
export const look = async ({ connection, queue, view }: LookOptions): Promise<void> => {
  if (queue.kind === 'own') view.found(await bind(connection, queue, queue.exchanges))
  const channel = await throwAway(connection)
  const { messageCount } = await channel.checkQueue(queue.name)
  // The broker puts messages there too: expired ones, and those that do not fit any more.
  const dead = await channel.checkQueue(deadLettersOf(queue.name))
  view.depth(messageCount, dead.messageCount)
  await close(channel)
}

/** How often the view is asked for exchanges to look for: only when there are any, the broker is asked. */
const SEARCH_MS = 250

/**
 * Looks again, until the signal aborts. Bindings vanish with their exchange: a service whose exchange is not durable declares
 * it anew after a restart of the broker, without them, and what it publishes before the next look is missed.
 */
export const keepLooking = async (
  { connection, queue, view, rebindMs, onFailure }: LookOptions & { rebindMs: number; onFailure: OnFailure },
  signal: AbortSignal,
): Promise<void> => {
  const search = async (): Promise<void> => {
    const exchanges = view.searched
    if (queue.kind === 'own' && exchanges.length > 0) view.found(await bind(connection, queue, exchanges))
  }
  await Promise.all([
    every(rebindMs, () => look({ connection, queue, view }), onFailure, signal),
    every(SEARCH_MS, search, onFailure, signal),
  ])
}

/** Where a failure is the end of the connection, others hear of it too. */
type OnFailure = (error: unknown) => void

const every = async (
  ms: number,
  work: () => Promise<void>,
  onFailure: OnFailure,
  signal: AbortSignal,
): Promise<void> => {
  for (;;) {
    await wait(ms, signal)
    if (signal.aborted) return
    try {
      await work()
    } catch (error) {
      if (!signal.aborted) onFailure(error)
    }
  }
}
