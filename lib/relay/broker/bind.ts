import type { ChannelModel } from 'amqplib'
import { EXCHANGE_IN_KEY, type OwnQueue, type Source } from '../options.ts'
import { wait } from '../wait.ts'
import type { SourceView } from '../watching/source-view.ts'
import { close, NOT_FOUND, replyCode, throwAway } from './connect-broker.ts'
import { deadLettersOf } from './queues.ts'

/** The result of binding the queue to an exchange. */
export type Binding = {
  readonly exchange: string
  /** `missing`: nobody has declared it. `refused`: the broker does not let us bind, mostly because rights are missing. */
  readonly state: 'bound' | 'missing' | 'refused'
  /** The broker's reason for the refusal. */
  readonly error?: unknown
}

/**
 * Binds a queue to all exchanges that exist. To bind again changes nothing. The relay never declares an exchange: if it
 * existed with another durability than the service wants, the service could not publish any more.
 *
 * @throws Error when the connection or the queue itself is lost
 */
export const bind = (
  connection: ChannelModel,
  queue: OwnQueue,
  exchanges: readonly string[],
): Promise<readonly Binding[]> => Promise.all(exchanges.map((exchange) => bindTo(connection, queue, exchange)))

const bindTo = async (
  connection: ChannelModel,
  { name, bindingKeys }: OwnQueue,
  exchange: string,
): Promise<Binding> => {
  // The broker closes a channel whenever it refuses something.
  const channel = await throwAway(connection)
  try {
    await channel.checkExchange(exchange)
    for (const key of bindingKeys) await channel.bindQueue(name, exchange, key.replaceAll(EXCHANGE_IN_KEY, exchange))
  } catch (error) {
    const code = replyCode(error)
    if (typeof code !== 'number' || isAboutQueue(error)) throw error
    return code === NOT_FOUND ? { exchange, state: 'missing' } : { exchange, state: 'refused', error }
  }
  await close(channel)
  return { exchange, state: 'bound' }
}

const isAboutQueue = (error: unknown): boolean => error instanceof Error && error.message.includes('no queue ')

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
  // The broker puts messages there too: expired ones, and those for which the queue has no room.
  const dead = await channel.checkQueue(deadLettersOf(queue.name))
  view.depth(messageCount, dead.messageCount)
  await close(channel)
}

/** How often the view is asked for exchanges to look for. The broker is asked only if there are any. */
const SEARCH_MS = 250

/**
 * Binds and reads again and again, until the signal aborts. A binding ends with its exchange: after a restart of the broker,
 * a service declares an exchange that is not durable anew, without our binding. Notifications are missed until it is bound.
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

/** The end of the connection is reported elsewhere too. */
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
