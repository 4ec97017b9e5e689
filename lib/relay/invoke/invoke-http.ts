import { createPost, type HttpReply } from '../../sinks/http-post.ts'
import type { Invoke, RelayMessage, Verdict } from '../relay-message.ts'
import { toRequest } from './http-request.ts'

export type HttpTarget = {
  /** Credentials in it become a Basic header. */
  readonly url: URL
  /** Shown as a bearer token. */
  readonly token: string | undefined
  /** The limit of one message. */
  readonly timeoutMs: number
}

/** A dead function is not asked for every message of a batch: one that hangs would take the timeout of each. */
const UNANSWERED_IN_A_ROW = 3

/**
 * Posts each message of a batch, one after the other, so that their order is kept, to a function.
 *
 * Where nothing but silence came of a batch, or what answered is not the function, no message is to blame. One message alone
 * over which the function is silent may be the cause, though, so that counts as a try.
 *
 * @throws Error when no message is to blame
 */
export const createHttpInvoke = ({ url, token, timeoutMs }: HttpTarget): Invoke => {
  const post = createPost(url, timeoutMs)
  const authorization = token === undefined ? undefined : { authorization: `Bearer ${token}` }

  const ask = async (message: RelayMessage, signal: AbortSignal): Promise<Answer> => {
    const { headers, body } = toRequest(message)
    try {
      return readAnswer(await post({ headers: { ...headers, ...authorization }, body }, signal))
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof Error && TIMED_OUT.has(error.name)) return { kind: 'silent', reason: 'no answer in time' }
      return { kind: 'away', reason: `the function could not be asked: ${causeOf(error)}` }
    }
  }

  const askAll = async (messages: readonly RelayMessage[], signal: AbortSignal): Promise<Answer[]> => {
    const answers: Answer[] = []
    for (const message of messages) {
      answers.push(await ask(message, signal))
      const last = answers.slice(-UNANSWERED_IN_A_ROW)
      if (last.at(-1)?.kind === 'misplaced') break
      if (last.length === UNANSWERED_IN_A_ROW && last.every(isUnanswered)) break
    }
    return answers
  }

  return async (messages, signal) => {
    const answers = await askAll(messages, signal)
    const last = answers.at(-1)
    const isJudged = answers.some(({ kind }) => kind === 'verdict' || kind === 'failed')
    const mayBeToBlame = last?.kind === 'silent' && messages.length === 1
    if (last !== undefined && 'reason' in last && !isJudged && !mayBeToBlame) throw new Error(last.reason)
    return messages.map((_, index) => toVerdict(answers[index]))
  }
}

/** The error of node:http after AbortSignal.timeout. */
const TIMED_OUT = new Set(['TimeoutError', 'AbortError'])

const isUnanswered = ({ kind }: Answer): boolean => kind === 'away' || kind === 'silent'

const toVerdict = (answer: Answer | undefined): Verdict => {
  if (answer === undefined) return { type: 'retry', reason: 'not tried: the function stopped answering' }
  return answer.kind === 'verdict' ? answer.verdict : { type: 'retry', reason: answer.reason }
}

/** The code of a network error; its message could hold the address with credentials. */
const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'for no known reason'
  return 'code' in error ? String(error.code) : error.message
}

/**
 * What an answer, or none, says of one message.
 *
 * - `verdict`: the function judged the message
 * - `failed`: it ran and failed, over this message or over every one: retry, and the relay finds out which
 * - `silent`: it gave no answer in time, over this message or over every one
 * - `away`: it could not be asked
 * - `misplaced`: what answered is not the function, or does not let us in
 */
type Answer =
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'failed' | 'silent' | 'away' | 'misplaced'; readonly reason: string }

/**
 * | status                            | meaning                                                        |
 * |-----------------------------------|----------------------------------------------------------------|
 * | 2xx                               | handled: ack                                                   |
 * | 408, 425, 429, 503                | busy, or its sink is away: retry, not before `Retry-After`     |
 * | 401, 403, 404, 405, 3xx           | not the function, or no right to call it: misplaced            |
 * | other 4xx (400, 413, 415, 422, …) | not a message it can ever take: reject, a dead letter          |
 * | 502                               | a gateway that cannot reach the function: away                 |
 * | 504                               | a gateway that had no answer from it in time: silent           |
 * | other 5xx                         | failed: retry                                                  |
 */
const readAnswer = ({ status, retryAfterSeconds, problem }: HttpReply): Answer => {
  const reason = `the function answered ${status}`
  if (status >= 200 && status < 300) return { kind: 'verdict', verdict: { type: 'ack' } }
  if (BUSY.has(status)) return { kind: 'verdict', verdict: { type: 'retry', reason, ...delay(retryAfterSeconds) } }
  if (MISPLACED.has(status) || status < 400) return { kind: 'misplaced', reason }
  if (status < 500) return { kind: 'verdict', verdict: { type: 'reject', reason: reasonIn(problem) ?? reason } }
  return { kind: AT_A_GATEWAY[status] ?? 'failed', reason }
}

/** What a function of ours says of a message that it refuses: as it would say it inside the relay. */
const reasonIn = (problem: string | undefined): string | undefined => {
  try {
    const { code, detail } = JSON.parse(problem ?? '')
    return typeof code === 'string' && typeof detail === 'string'
      ? `${code}: ${detail}`.slice(0, MAX_REASON)
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
