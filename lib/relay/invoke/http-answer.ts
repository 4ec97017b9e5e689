import type { HttpReply, WantsBody } from '../../sinks/http-connection.ts'
import type { Verdict } from '../relay-message.ts'

/**
 * What an answer, or none, says of one message.
 *
 * - `verdict`: the function judged the message
 * - `failed`: it ran and failed, over this message or over every one: retry, and the relay finds out which
 * - `silent`: it gave no answer in time, over this message or over every one
 * - `away`: it could not be asked
 * - `misplaced`: what answered is not the function, or does not let us in
 */
export type Answer =
  | {
      readonly kind: 'verdict'
      readonly verdict: Verdict
      /** Why parts of a handled message became dead letters again, where the request asked for JSON. */
      readonly setAside?: string | undefined
    }
  | { readonly kind: 'failed' | 'silent' | 'away' | 'misplaced'; readonly reason: string }

/**
 * | status                            | meaning                                                        |
 * |-----------------------------------|----------------------------------------------------------------|
 * | 2xx                               | handled: ack                                                   |
 * | 408, 425, 429, 503                | busy, or its sink is away: retry, not before `Retry-After`     |
 * | 401 about the message's own secret | not a message it can ever take: reject, a dead letter         |
 * | 401, 403, 404, 405, 3xx           | not the function, or no right to call it: misplaced            |
 * | other 4xx (400, 413, 415, 422, …) | not a message it can ever take: reject, a dead letter          |
 * | 502                               | a gateway that cannot reach the function: away                 |
 * | 504                               | a gateway that had no answer from it in time: silent           |
 * | other 5xx                         | failed: retry                                                  |
 */
export const readAnswer = ({ status, retryAfterSeconds, document }: HttpReply): Answer => {
  const reason = `the function answered ${status}`
  if (status >= 200 && status < 300)
    return { kind: 'verdict', verdict: { type: 'ack' }, setAside: setAsideIn(document) }
  if (BUSY.has(status)) return { kind: 'verdict', verdict: { type: 'retry', reason, ...delay(retryAfterSeconds) } }
  const refusal = reasonIn(document)
  // OPAQUE_SECRETS: one message without the secret must not hold up those behind it.
  if (status === 401 && refusal?.includes('opaqueData'))
    return { kind: 'verdict', verdict: { type: 'reject', reason: refusal } }
  if (MISPLACED.has(status) || status < 400) return { kind: 'misplaced', reason }
  if (status < 500) return { kind: 'verdict', verdict: { type: 'reject', reason: refusal ?? reason } }
  return { kind: AT_A_GATEWAY[status] ?? 'failed', reason }
}

/** A problem document (RFC 9457), and JSON that the request asked for. */
export const isDocument: WantsBody = (contentType, { accept }) =>
  PROBLEM.test(contentType) || (accept === JSON_TYPE && JSON_ANSWER.test(contentType))

export const JSON_TYPE = 'application/json'
const JSON_ANSWER = /^application\/json\b/i
const PROBLEM = /^application\/problem\+json\b/i

/** The reason that a tidings function gives for a message that it refuses: the same as inside the relay. */
const reasonIn = (document: string | undefined): string | undefined => {
  try {
    const { code, detail } = JSON.parse(document ?? '')
    return typeof code === 'string' && typeof detail === 'string'
      ? `${code}: ${detail}`.slice(0, MAX_REASON)
      : undefined
  } catch {
    return undefined
  }
}

/** The first reason in the summary of a tidings function. Undefined: nothing was set aside, or the answer does not say so. */
const setAsideIn = (document: string | undefined): string | undefined => {
  if (document === undefined) return undefined
  try {
    const { code, message } = JSON.parse(document).deadLetters[0]
    return typeof code === 'string' && typeof message === 'string'
      ? `${code}: ${message}`.slice(0, MAX_REASON)
      : undefined
  } catch {
    return undefined
  }
}

const MAX_REASON = 1100

const BUSY = new Set([408, 425, 429, 503])
const MISPLACED = new Set([401, 403, 404, 405])
const AT_A_GATEWAY: Readonly<Record<number, 'away' | 'silent'>> = { 502: 'away', 504: 'silent' }

const delay = (seconds: number | undefined) => (seconds === undefined ? {} : { delayMs: seconds * 1000 })
