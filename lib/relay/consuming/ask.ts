import type { Received } from '../broker/received.ts'
import type { Invoke, Verdict } from '../message.ts'
import type { Gate } from './gate.ts'

/** Asks the function about messages. Undefined when it gave no answer; then the gate is shut. */
export type Ask = (messages: readonly Received[]) => Promise<readonly Verdict[] | undefined>

/** @param signal ends what is under way */
export const createAsk =
  (invoke: Invoke, gate: Gate, signal: AbortSignal): Ask =>
  async (messages) => {
    try {
      const verdicts = await invoke(
        messages.map(({ message }) => message),
        signal,
      )
      if (verdicts.length !== messages.length)
        throw new Error(`the function gave ${verdicts.length} verdicts for ${messages.length} messages`)
      gate.heard()
      return verdicts
    } catch (error) {
      if (!signal.aborted) gate.shut('silent', error)
      return undefined
    }
  }
