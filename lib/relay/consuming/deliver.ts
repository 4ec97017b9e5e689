import type { Received } from '../broker/received.ts'
import type { Verdict } from '../message.ts'
import type { Ask } from './ask.ts'
import type { Gate } from './gate.ts'
import type { Settle } from './settle.ts'

export type Retry = Extract<Verdict, { type: 'retry' }>

/** Gives one batch to the function, and resolves once every message of it is settled, or the signal has aborted. */
export type Deliver = (batch: readonly Received[]) => Promise<void>

export type DeliverOptions = {
  readonly ask: Ask
  readonly settle: Settle
  readonly gate: Gate
  /** Ends between two steps: what is not settled then goes back to the queue. */
  readonly signal: AbortSignal
  /** A probe failed: told with its message, which may be held for too long, and with what the function said, if it did. */
  readonly stillShut: (probe: Received, verdict: Retry | undefined) => Promise<void>
}

export type AnyOrderOptions = DeliverOptions & {
  /** Takes back what is held while the gate is shut, to come again after what waits: so the probes go round. */
  readonly putBack: (messages: readonly Received[]) => void
}

export const isRetry = (verdict: Verdict | undefined): boolean => verdict?.type === 'retry'

/**
 * For batches side by side: what is to be retried goes to a retry queue. When that is a whole batch, one message may
 * have spoiled it for the others, or the function is in trouble: the first and the last alone tell which.
 */
export const createDeliver = (options: AnyOrderOptions): Deliver => {
  const { ask, settle, gate, signal } = options

  const settleOne = async (received: Received, verdict: Verdict): Promise<void> => {
    if (verdict.type === 'retry') return settle.retry(received, verdict.reason, verdict.delayMs)
    gate.answered()
    if (verdict.type === 'reject') return settle.reject(received, verdict.reason, 1)
    settle.ack(received)
  }

  /** One message through a shut gate. What fails here is not counted. */
  const probe = async (received: Received): Promise<boolean> => {
    let isDone = false
    await gate.probe(async () => {
      const [verdict] = (await ask([received])) ?? []
      if (verdict === undefined || verdict.type === 'retry') return options.stillShut(received, verdict)
      await settleOne(received, verdict)
      isDone = true
    }, signal)
    return isDone
  }

  /** Gives back what is still to be delivered. */
  const oneByOne = async (batch: readonly Received[]): Promise<readonly Received[]> => {
    const settling: Promise<void>[] = []
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
      // What fails again and again says nothing about the others.
      if (batch.some(({ attempts }) => attempts === 0)) gate.doubt()
      if (gate.isShut) return batch
    }
    await Promise.all(batch.map((received, index) => settleOne(received, verdicts[index] ?? UNANSWERED)))
    return []
  }

  return async (batch) => {
    let rest = batch
    while (rest.length > 0 && !signal.aborted) {
      const [head, ...others] = rest
      if (!gate.isShut || head === undefined) {
        rest = await whole(rest)
        continue
      }
      if (await probe(head)) rest = others
      else if (gate.isShut) return options.putBack([...others, head])
    }
  }
}

const ends = <Item>(items: readonly Item[]): readonly Item[] => [...items.slice(0, 1), ...items.slice(-1)]

/** As many verdicts as messages are there: this is for the compiler. */
const UNANSWERED: Verdict = { type: 'retry', reason: 'the function said nothing of it' }
