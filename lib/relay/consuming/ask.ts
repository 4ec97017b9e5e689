import type { Received } from '../broker/received.ts'
import type { Verdict } from '../relay-message.ts'
import type { ConsumptionOptions } from './consumption-options.ts'

/** Asks the function about messages. Undefined when it gave no answer; then the gate is shut. */
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
