import { type Answer, JSON_TYPE } from '../invoke/http-answer.ts'
import type { createAsk } from '../invoke/invoke-http.ts'
import { BrokerError } from './dead-letters.ts'
import type { DeadLetter } from './describe-dead-letter.ts'
import type { Letters } from './letter.ts'

export type HandOverOptions = {
  readonly ask: ReturnType<typeof createAsk>
  /** Ours, put back where it was hidden in a letter. */
  readonly opaqueSecret?: string | undefined
  readonly isWanted: (deadLetter: DeadLetter) => boolean
  /** True: only report which letters would go. */
  readonly dryRun: boolean
  readonly signal: AbortSignal
  /** Called for each letter that the function took, or would get. */
  readonly onRedriven: (deadLetter: DeadLetter) => void
  /** Called for each letter that the function took, and of which it made a dead letter again. */
  readonly onSetAside: (deadLetter: DeadLetter, reason: string) => void
  /** Called for each letter that stays, because the function did not take it or nothing can be sent. */
  readonly onLeft: (deadLetter: DeadLetter, reason: string) => void
}

/** One failure can be the fault of one letter. */
const FAILURES_IN_A_ROW = 3

/**
 * Posts the messages of dead letters to a function, one after the other in their order. A dead letter is removed once the function
 * has answered that it handled the message. So none is lost if the process ends at any point, and at most one is handed over twice.
 *
 * @throws ConfigError when another redrive of the place is under way
 * @throws BrokerError when the function cannot be asked, or fails for three letters in a row. Those before them were handed over
 */
export const handOver = async (letters: Letters, options: HandOverOptions): Promise<void> => {
  const release = options.dryRun ? undefined : await letters.hold?.()
  try {
    await handOverAll(letters, options)
  } finally {
    await release?.()
  }
}

const handOverAll = async (letters: Letters, options: HandOverOptions): Promise<void> => {
  const { ask, opaqueSecret, isWanted, dryRun, signal, onRedriven, onSetAside, onLeft } = options
  let failures = 0
  await letters.walk(async ({ deadLetter, request }) => {
    if (signal.aborted) return 'stop'
    if (!isWanted(deadLetter)) return 'back'
    const message = request(opaqueSecret)
    if (message === undefined) {
      onLeft(deadLetter, 'it does not have the body of its message')
      return 'back'
    }
    if (!dryRun) {
      const headers = { ...message.headers, accept: JSON_TYPE }
      const answer = await ask({ ...message, headers }, signal).catch(() => undefined)
      if (answer === undefined) return 'stop'
      const reason = refusalOf(answer)
      if (reason !== undefined) {
        onLeft(deadLetter, reason)
        failures = answer.kind === 'verdict' && answer.verdict.type === 'reject' ? 0 : failures + 1
        if (answer.kind === 'away' || answer.kind === 'misplaced' || failures === FAILURES_IN_A_ROW)
          throw new BrokerError(`the letters that are left were not handed over: ${reason}`)
        return 'back'
      }
      failures = 0
      if (answer.kind === 'verdict' && answer.setAside !== undefined) {
        onSetAside(deadLetter, answer.setAside)
        return 'out'
      }
    }
    onRedriven(deadLetter)
    return dryRun ? 'back' : 'out'
  })
}

/** Undefined: the function handled the message. */
const refusalOf = (answer: Answer): string | undefined => {
  if (answer.kind !== 'verdict') return answer.reason
  return answer.verdict.type === 'ack' ? undefined : answer.verdict.reason
}
