import type { Received } from '../broker/received.ts'
import type { Verdict } from '../message.ts'
import { wait } from '../wait.ts'
import type { Deliver, DeliverOptions, Retry } from './deliver.ts'

export type InOrderOptions = DeliverOptions & {
  /** Tries in all. */
  readonly attempts: number
  /** How long to wait after so many tries, when the function asked for as much. */
  readonly delayMs: (tries: number, askedMs: number | undefined) => number
  /** Told of every try that is to be repeated. */
  readonly retried: () => void
}

/** A message that is to be tried again. */
type Held = { readonly received: Received; readonly verdict: Retry; readonly failedAt: number }

/**
 * For one batch at a time: what is to be retried is tried again in place, one message after the other, while all that
 * came later waits.
 *
 * A message that has had all its tries is a dead letter only when the function takes the next one, and after that still
 * not this one, or when there is no other to try: else the function is in trouble, and it is no message's fault.
 */
export const createDeliverInOrder = (options: InOrderOptions): Deliver => {
  const { ask, settle, gate, signal } = options

  /** Undefined once it is settled; else that it is to be retried, or that there was no answer. */
  const alone = async (received: Received, tries: number): Promise<Retry | 'unanswered' | undefined> => {
    const [verdict] = (await ask([received])) ?? []
    if (verdict === undefined) return 'unanswered'
    if (verdict.type === 'retry') return verdict
    await settleOne(received, verdict, tries)
    return undefined
  }

  const settleOne = async (
    received: Received,
    verdict: Exclude<Verdict, { type: 'retry' }>,
    tries: number,
  ): Promise<void> => {
    gate.answered()
    if (verdict.type === 'ack') settle.ack(received)
    else await settle.reject(received, verdict.reason, tries)
  }

  /** Tries the candidates alone, one after the other, until one is settled, and gives that one. */
  const probe = async (candidates: readonly Received[], tries: number): Promise<Received | undefined> => {
    let settled: Received | undefined
    await gate.probe(async () => {
      const verdicts: (Retry | undefined)[] = []
      for (const candidate of candidates) {
        const verdict = await alone(candidate, tries)
        if (verdict === undefined) {
          settled = candidate
          return
        }
        verdicts.push(verdict === 'unanswered' ? undefined : verdict)
      }
      const [first] = candidates
      if (first !== undefined) await options.stillShut(first, verdicts[0])
    }, signal)
    return settled
  }

  /** The whole batch, until there is an answer: gives what is to be tried again. */
  const whole = async (batch: readonly Received[]): Promise<readonly Held[]> => {
    let rest = batch
    while (rest.length > 0 && !signal.aborted) {
      if (gate.isShut) {
        const settled = await probe(rest.slice(0, 1), 1)
        rest = rest.filter((received) => received !== settled)
        continue
      }
      const verdicts = await ask(rest)
      if (verdicts === undefined) continue
      const held: Held[] = []
      for (const [index, received] of rest.entries()) {
        const verdict = verdicts[index]
        if (verdict?.type === 'retry') held.push({ received, verdict, failedAt: Date.now() })
        else if (verdict !== undefined) await settleOne(received, verdict, 1)
      }
      return held
    }
    return []
  }

  /** Asks about one message until there is an answer: undefined once it is settled. */
  const insist = async (received: Received, tries: number): Promise<Retry | 'unanswered' | undefined> => {
    while (!signal.aborted) {
      if (gate.isShut && (await probe([received], tries)) !== undefined) return undefined
      if (gate.isShut) continue
      const result = await alone(received, tries)
      if (result !== 'unanswered') return result
    }
    return 'unanswered'
  }

  /**
   * Tries one message until it is settled, or has had all its tries: then gives the last verdict, with the number of
   * tries.
   */
  const again = async ({ received, ...held }: Held): Promise<{ verdict: Retry; tries: number } | undefined> => {
    let { verdict, failedAt } = held
    let tries = 1
    for (; received.attempts + tries < options.attempts; tries++) {
      options.retried()
      await wait(failedAt + options.delayMs(tries, verdict.delayMs) - Date.now(), signal)
      const result = await insist(received, tries + 1)
      if (result === undefined || result === 'unanswered') return undefined
      verdict = result
      failedAt = Date.now()
    }
    return { verdict, tries }
  }

  /** Whether the other message is settled, and the first one not: tries both until one of them is. */
  const takesOther = async (received: Received, other: Received, tries: number): Promise<boolean> => {
    if ((await alone(other, 1)) === undefined) return true
    while (!signal.aborted) {
      gate.shut('failing')
      const settled = await probe([received, other], tries)
      if (settled !== undefined) return settled === other
    }
    return false
  }

  /** Gives the next message where that was settled on the way. */
  const untilSettled = async (held: Held, next: Received | undefined): Promise<Received | undefined> => {
    const { received } = held
    const last = await again(held)
    if (last === undefined || signal.aborted) return undefined
    if (next === undefined) {
      await settle.reject(received, last.verdict.reason, last.tries)
      return undefined
    }
    if (!(await takesOther(received, next, last.tries + 1))) return undefined
    // It may have recovered between the two.
    const verdict = await insist(received, last.tries + 1)
    if (verdict !== undefined && verdict !== 'unanswered') await settle.reject(received, verdict.reason, last.tries + 1)
    return next
  }

  return async (batch) => {
    const held = await whole(batch)
    let settled: Received | undefined
    for (const [index, one] of held.entries()) {
      if (signal.aborted) return
      if (one.received !== settled) settled = await untilSettled(one, held[index + 1]?.received)
    }
  }
}
