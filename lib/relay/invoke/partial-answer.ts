import type { RelayMessage, Verdict } from '../relay-message.ts'

/**
 * What a function's answer says of each message.
 *
 * | answer                                                    | verdict                                          |
 * |-----------------------------------------------------------|--------------------------------------------------|
 * | `{ batchItemFailures: [{ itemIdentifier: '<tag>' }, …] }` | retry for those named, ack for the others        |
 * | beside it, `batchItemRejections: [{ itemIdentifier, reason }, …]` | reject for those named                    |
 * | the same, naming what is no tag of the batch              | retry for all, as Lambda's own triggers take it  |
 * | anything else                                             | ack for all: it did not throw                    |
 */
export const readPartialAnswer = (messages: readonly RelayMessage[], answer: unknown): readonly Verdict[] => {
  const failures = isRecord(answer) ? answer.batchItemFailures : undefined
  if (failures === undefined || failures === null) return messages.map(() => ACK)
  const failed = new Set(Array.isArray(failures) ? failures.map(tagOf) : [undefined])
  const known = new Set(messages.map(({ deliveryTag }) => String(deliveryTag)))
  if ([...failed].some((tag) => tag === undefined || !known.has(tag))) return messages.map(() => ASTRAY)
  const rejections = rejectionsIn(answer)
  return messages.map(({ deliveryTag }) => {
    const tag = String(deliveryTag)
    return rejections.get(tag) ?? (failed.has(tag) ? RETRY : ACK)
  })
}

const rejectionsIn = (answer: unknown): ReadonlyMap<string, Verdict> => {
  const named = isRecord(answer) && Array.isArray(answer.batchItemRejections) ? answer.batchItemRejections : []
  return new Map(
    named
      .filter(isRecord)
      .map(({ itemIdentifier, reason }) => [
        String(itemIdentifier),
        { type: 'reject', reason: typeof reason === 'string' ? reason : 'the function refused the message' },
      ]),
  )
}

const ACK: Verdict = { type: 'ack' }
const RETRY: Verdict = { type: 'retry', reason: 'the function asked for the message again' }
const ASTRAY: Verdict = { type: 'retry', reason: 'the function named a message that was not in the batch' }

const tagOf = (failure: unknown): string | undefined =>
  isRecord(failure) && failure.itemIdentifier !== undefined ? String(failure.itemIdentifier) : undefined

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
