import type { Taken } from '../broker/copy.ts'
import { wait } from '../wait.ts'
import type { ConsumptionOptions } from './consumption.ts'
import type { Deliver } from './deliver.ts'
import type { Settle } from './settle.ts'

export type OneByOneOptions = Pick<ConsumptionOptions, 'gate' | 'lastAlone' | 'timings'> & {
  /** Takes one message. Undefined if the queue is empty. */
  readonly take: (from: 'main' | 'alone') => Promise<Taken | undefined>
  readonly deliverOne: Deliver
  readonly settle: Settle
  /** The longest delay before a try. */
  readonly longestDelayMs: number
  readonly signal: AbortSignal
  readonly now: () => number
}

/** A message becomes a dead letter after so many processes ended while they handled it. */
const MAX_DEATHS = 3

/** Milliseconds. RabbitMQ closes a channel that holds a message for 30 minutes (`consumer_timeout`). */
export const MAX_HOLD_MS = 10 * 60_000

/** The message that this process took last to handle it alone. */
export type LastAlone = {
  /** The channel was lost while such a message may have been on its way here. */
  lost(): void
  /**
   * How many processes ended while they had in hand the message that was taken now. One more than before if the message comes
   * again, unless this process itself lost it together with a channel.
   */
  deaths(taken: Taken): number
}

export const createLastAlone = (): LastAlone => {
  let last: string | undefined
  let isLost = false
  return {
    lost() {
      isLost = true
    },
    deaths({ isAgain, deaths, copy }) {
      const isOurs = isLost || copy === last
      isLost = false
      // A message is not handled before its new count is written, even if this process loses it meanwhile.
      if (isAgain && !isOurs) return deaths + 1
      last = copy
      return deaths
    },
  }
}

/**
 * Handles messages one at a time, with no other message in hand. These are the messages that were in hand when a process
 * ended, as one of them may end the next process too; and, while the gate is shut, any message.
 *
 * Such a message is first copied to the queue of messages that are handled alone, which comes before the main queue. The copy
 * carries the number of processes that ended. The broker cannot count them: a classic queue does not count deliveries, and
 * a quorum queue also counts messages that were given back.
 *
 * Resolves once messages may be handled side by side again, to the first of them if there is one.
 */
export const handleOneByOne = async (options: OneByOneOptions): Promise<Taken | undefined> => {
  const { gate, take, settle, signal } = options
  const { handle, workOff } = createAlone(options)
  while (!signal.aborted) {
    await workOff(() => false)
    if (signal.aborted) return undefined
    const next = await take('main')
    if (next === undefined) {
      if (!gate.isShut) return undefined
      await wait(options.timings.pause.firstMs, signal)
    } else if (next.isAgain) await settle.setApart(next, 1)
    else if (!gate.isShut) return next
    else await handle(next)
  }
  return undefined
}

export type Alone = {
  /** Handles one message. */
  handle(taken: Taken): Promise<void>
  /** Handles the messages that were set apart, until none is left, the signal aborts, or `isOver` says so. */
  workOff(isOver: () => boolean): Promise<undefined>
}

export const createAlone = (options: OneByOneOptions): Alone => {
  const { gate, lastAlone, take, deliverOne, settle, signal, now } = options

  const handle = async (taken: Taken): Promise<void> => {
    if (gate.isShut) await gate.turn(signal)
    if (signal.aborted) return settle.setApart(taken, taken.deaths)
    if (!(await deliverOne([taken]))) await settle.postpone(taken)
  }

  const handleAlone = async (taken: Taken): Promise<void> => {
    const deaths = lastAlone.deaths(taken)
    if (deaths > taken.deaths) {
      if (deaths < MAX_DEATHS) return settle.setApart(taken, deaths)
      return settle.reject(taken, `its handling ended the process ${deaths} times`, deaths)
    }
    // A later time is not the relay's: another publisher, or a clock that was wrong, would make the relay wait for ever.
    const notBefore = Math.min(taken.notBefore?.getTime() ?? 0, now() + options.longestDelayMs)
    const leftMs = notBefore - now()
    await wait(Math.min(leftMs, MAX_HOLD_MS), signal)
    if (leftMs <= MAX_HOLD_MS) return handle(taken)
    return settle.setApart({ ...taken, notBefore: new Date(notBefore) }, deaths)
  }

  const workOff: Alone['workOff'] = async (isOver) => {
    while (!signal.aborted && !isOver()) {
      const apart = await take('alone')
      if (apart === undefined) return undefined
      await handleAlone(apart)
    }
    return undefined
  }

  return { handle, workOff }
}

/**
 * In order, a message that comes again is handled alone in its turn, while those behind it stay in hand. If the connection is
 * lost, they have to go back together: a quorum queue puts a message that comes back behind those that came back before.
 */
export const createDeliverInTurn =
  (options: OneByOneOptions, alone: Alone, deliver: Deliver) =>
  async (batch: readonly Taken[]): Promise<boolean> => {
    const { gate, settle, signal, now } = options
    const startedAt = now()
    const isOver = () => gate.isShut || now() - startedAt >= MAX_HOLD_MS
    for (let rest = batch; ; ) {
      const place = rest.findIndex(({ isAgain }) => isAgain)
      const fresh = place < 0 ? rest : rest.slice(0, place)
      if (fresh.length > 0 && !(await deliver(fresh))) return false
      const again = rest[place]
      if (again === undefined) return true
      if (signal.aborted) return false
      await settle.setApart(again, 1)
      // An outage or a delay may last longer than a channel may hold the other messages.
      await alone.workOff(isOver)
      if (isOver()) return false
      rest = rest.slice(place + 1)
    }
  }
