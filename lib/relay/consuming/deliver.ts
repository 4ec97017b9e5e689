// The retry path is two files. This one decides: it asks the function, and the verdicts say which messages are done, which
// are dead letters, which are tried again, and whether the function fails for all. settle.ts carries that out, and has
// the rule of how long a message waits and when it had its last try.
import type { Received } from '../broker/copy.ts'
import type { Verdict } from '../relay-message.ts'
import { wait } from '../wait.ts'
import type { ConsumptionOptions } from './consumption.ts'
import type { Gate } from './gate.ts'
import type { RetryRule, Settle } from './settle.ts'

/** Asks the function about messages. Returns undefined if it gave no answer; then the relay pauses. */
export type Ask = (messages: readonly Received[]) => Promise<readonly Verdict[] | undefined>

export type AskOptions = Pick<ConsumptionOptions, 'invoke' | 'gate' | 'earlier' | 'aborted'>

export const createAsk =
  ({ invoke, gate, earlier, aborted }: AskOptions): Ask =>
  async (messages) => {
    await earlier
    try {
      const verdicts = await invoke(
        messages.map(({ message }) => message),
        aborted,
      )
      if (verdicts.length !== messages.length)
        throw new Error(`the function gave ${verdicts.length} verdicts for ${messages.length} messages`)
      gate.heard()
      return verdicts
    } catch (error) {
      if (!aborted.aborted) gate.shut('silent', error)
      return undefined
    }
  }

/**
 * Gives one batch to the function. Returns false if the relay must pause; the messages of this batch that are not settled go back
 * to the queue.
 */
export type Deliver = (batch: readonly Received[]) => Promise<boolean>

export type DeliverOptions = {
  readonly ask: Ask
  readonly settle: Settle
  readonly gate: Gate
  /** Ends the work between two steps. */
  readonly signal: AbortSignal
}

/** The default: a message that is to be retried goes to a retry queue, and the others do not wait for it. */
export const createDeliver = (options: DeliverOptions): Deliver => {
  const { ask, gate, signal } = options
  const settleOne = createSettleOne(options)

  /** Returns the messages that are still to be delivered. */
  const oneByOne = async (batch: readonly Received[]): Promise<readonly Received[]> => {
    const settling: (Promise<void> | undefined)[] = []
    let count = 0
    for (const received of batch) {
      if (signal.aborted) break
      const [verdict] = (await ask([received])) ?? []
      if (verdict === undefined) break
      settling.push(settleOne(received, verdict))
      count++
    }
    await Promise.all(settling)
    return batch.slice(count)
  }

  /**
   * When all messages of a batch are to be retried, either one of them made the others fail, or the function fails for all messages.
   * To ask for the first and the last message alone shows which.
   */
  const whole = async (batch: readonly Received[]): Promise<readonly Received[]> => {
    const verdicts = await ask(batch)
    if (verdicts === undefined) return batch
    if (verdicts.every(isRetry)) {
      for (const received of batch.length > 1 ? ends(batch) : []) {
        const [verdict] = (await ask([received])) ?? []
        if (verdict === undefined) return batch
        if (verdict.type === 'retry') continue
        await settleOne(received, verdict)
        return oneByOne(batch.filter((other) => other !== received))
      }
      gate.doubt(batch.map(({ attempts }) => attempts))
      if (gate.isShut) return batch
    }
    const settling = batch.map((received, index) => settleOne(received, verdicts[index] ?? UNANSWERED))
    await Promise.all(settling.filter((promise) => promise !== undefined))
    return []
  }

  return async (batch) => {
    let rest = batch
    while (rest.length > 0) {
      if (signal.aborted || gate.isShut) return false
      rest = await whole(rest)
    }
    return !gate.isShut
  }
}

export type InOrderOptions = DeliverOptions & {
  readonly retryRule: RetryRule
  /** How long the messages of a batch may be held. RabbitMQ closes a channel that holds a message for 30 minutes. */
  readonly holdMs: number
  /** Called whenever a message is to be tried again. */
  readonly retried: () => void
  readonly now: () => number
}

/**
 * In order: no message is handed over before those ahead of it are settled. The function stops at the first message that it
 * wants again. That message and those behind it stay in hand, and are handed over again after a delay. If that would hold
 * them for too long, the message goes to the queue of messages that are handled alone, ahead of all others, and the rest
 * goes back.
 */
export const createDeliverInOrder = (options: InOrderOptions): Deliver => {
  const { ask, gate, settle, signal, retryRule, holdMs, now } = options
  const settleOne = createSettleOne(options)
  return async (batch) => {
    const startedAt = now()
    const leftMs = () => startedAt + holdMs - now()
    let rest = batch
    let tries = 0 // Of the first message of `rest`.
    while (rest.length > 0) {
      if (gate.isShut) await gate.turn(signal)
      if (signal.aborted || leftMs() <= 0) return false
      const verdicts = await ask(rest)
      if (verdicts === undefined) continue
      const failed = verdicts.findIndex(isRetry)
      const end = failed < 0 ? rest.length : failed
      for (const [index, received] of rest.slice(0, end).entries())
        await settleOne(received, verdicts[index] ?? UNANSWERED)
      const verdict = verdicts[end]
      const first = rest[end]
      if (verdict?.type !== 'retry' || first === undefined) return true
      rest = rest.slice(end)
      tries = end > 0 ? 1 : tries + 1
      const delayMs = retryRule.next({ ...first, attempts: first.attempts + tries }, verdict.delayMs)
      if (delayMs === undefined) {
        await settle.reject(first, verdict.reason, tries)
        rest = rest.slice(1)
        tries = 0
        continue
      }
      if (delayMs >= leftMs()) {
        await settle.retry({ ...first, attempts: first.attempts + tries - 1 }, verdict.reason, verdict.delayMs)
        return false
      }
      options.retried()
      await wait(delayMs, signal)
    }
    return true
  }
}

/**
 * Gives one message to the function. False if the message is not settled: the function gave no answer, or it is known to
 * fail for every message, so this one is not to blame.
 */
export const createDeliverOne = (options: DeliverOptions & { readonly isOrdered: boolean }): Deliver => {
  const { ask, gate, isOrdered } = options
  const settleOne = createSettleOne(options)
  return async ([received]) => {
    if (received === undefined) return true
    const [verdict] = (await ask([received])) ?? []
    if (verdict === undefined) return false
    if (verdict.type === 'retry' && !isOrdered) gate.doubt([received.attempts])
    if (verdict.type === 'retry' && gate.isShut) return false
    await settleOne(received, verdict)
    return true
  }
}

/** Acts on a verdict. It returns a promise only if a copy has to be confirmed: nearly all messages are just acked. */
const createSettleOne =
  ({ settle, gate }: DeliverOptions) =>
  (received: Received, verdict: Verdict): Promise<void> | undefined => {
    if (verdict.type === 'retry') return settle.retry(received, verdict.reason, verdict.delayMs)
    gate.answered()
    if (verdict.type === 'reject') return settle.reject(received, verdict.reason, 1)
    settle.ack(received)
    return undefined
  }

const isRetry = (verdict: Verdict | undefined): boolean => verdict?.type === 'retry'

const ends = <Item>(items: readonly Item[]): readonly Item[] => [...items.slice(0, 1), ...items.slice(-1)]

/** Only for the compiler: `ask` gives as many verdicts as there are messages. */
const UNANSWERED: Verdict = { type: 'retry', reason: 'the function did not answer for this message' }
