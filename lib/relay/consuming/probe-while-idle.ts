import type { Received } from '../broker/received.ts'
import type { Invoke } from '../message.ts'
import { createAsk } from './ask.ts'
import type { Gate } from './gate.ts'

export type ProbeOptions = {
  readonly gate: Gate
  readonly invoke: Invoke
  readonly stopping: AbortSignal
  readonly aborted: AbortSignal
}

/**
 * Tries the function with a copy of a message, while the queue has the message itself, until the function takes it. The
 * message is then handled once more; giving a real one back for each probe instead would use up the queue's delivery
 * limit.
 */
export const probeWhileIdle = async (
  probe: Received,
  { gate, invoke, stopping, aborted }: ProbeOptions,
  lost: AbortSignal,
): Promise<void> => {
  const ask = createAsk(invoke, gate, aborted)
  const over = AbortSignal.any([stopping, lost])
  while (gate.isShut && !over.aborted) {
    await gate.probe(async () => {
      const [verdict] = (await ask([probe])) ?? []
      if (verdict !== undefined && verdict.type !== 'retry') gate.answered()
    }, over)
  }
}
