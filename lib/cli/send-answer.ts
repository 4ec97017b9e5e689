import { splitCredentials } from '../sinks/http-post.ts'
import { printable } from './terminal.ts'

export type SendAnswer = {
  /** Whether the function handled the whole notification. */
  readonly handled: boolean
  readonly status: number
  readonly durationMs: number
  /** The body: parsed if it is JSON, else its text; undefined if it is empty. */
  readonly body?: unknown
}

const TIMEOUT_MS = 60_000
/** More of an answer is not read. */
const MAX_BYTES = 1_048_576

/** Error thrown when no answer comes to a notification. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError'
}

/**
 * Posts a notification and returns the answer.
 *
 * @throws NoAnswerError
 */
export const post = async (
  url: URL,
  notification: object,
  token: string | undefined,
  signal: AbortSignal,
): Promise<SendAnswer> => {
  const started = performance.now()
  const { target, authorization } = splitCredentials(url)
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        // Asks for a summary of the outcome.
        accept: 'application/json',
        ...authorization,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(notification),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    const body = parsed(await beginningOf(response))
    const handled = response.ok && deadLettersIn(body).length === 0
    const durationMs = Math.round(performance.now() - started)
    return { handled, status: response.status, durationMs, ...(body !== '' && { body }) }
  } catch (cause) {
    throw new NoAnswerError(`no function answers at ${url.origin}: ${remedyOf(cause)}`, { cause })
  }
}

const beginningOf = async ({ body }: Response): Promise<string> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MAX_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8', 0, MAX_BYTES)
}

const remedyOf = (thrown: unknown): string => {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : undefined
  const code = cause !== undefined && 'code' in cause ? cause.code : undefined
  if (code === 'ECONNREFUSED') return 'start a function there (tidings serve), or name another address with --to'
  if (code === 'UND_ERR_SOCKET') return 'it closed the connection; its log may have the reason'
  if (cause?.name === 'HTTPParserError')
    return 'a program that does not speak HTTP listens there; correct the address of --to'
  if (thrown instanceof Error && thrown.name === 'TimeoutError') return `no answer came within ${TIMEOUT_MS / 1000} s`
  return `${cause?.message ?? String(thrown)}; name an address that answers with --to`
}

/** The answer as text for a person. */
export const answerText = (answer: SendAnswer, hadToken = false): string => {
  const { status, durationMs, body } = answer
  const lines = [`${status} in ${durationMs} ms: ${meaningOf(answer, hadToken)}`, ...detailsOf(body)]
  return printable(`${lines.join('\n  ')}\n`)
}

const meaningOf = ({ handled, status, body }: SendAnswer, hadToken: boolean): string => {
  if (handled) return hasNoEvents(body) ? 'the function accepted it' : 'the function handled it'
  if (deadLettersIn(body).length > 0) return 'the function set it aside as a dead letter'
  if (status === 404) return 'no function is served at this path; add the name of the function to the address of --to'
  if (status === 401 && hadToken)
    return 'the function does not know the token that was sent: send one of its AUTH_TOKENS, or use --token-file'
  if (status === 401) return 'the function asks for a token: set AUTH_TOKENS, or use --token-file'
  if (status === 503) return 'the function did not handle it and asks for it again later; its log has the reason'
  if (status === 400)
    return 'the function refused it: ceph() takes only notifications of Ceph, openstack() only those of OpenStack'
  if (status >= 300 && status < 400) return 'it sends callers elsewhere: name that address with --to'
  return status >= 500 ? 'the function failed; its log has the reason' : 'the function refused it'
}

const detailsOf = (body: unknown): readonly string[] => {
  const { events, detail } = fieldsOf(body)
  const reasons = deadLettersIn(body).map(({ code = 'unknown', message = '' }) => `${code}: ${message}`)
  const ids = Array.isArray(events) ? events.map((id) => `event ${id}`) : []
  if (reasons.length + ids.length > 0) return [...ids, ...reasons]
  if (hasNoEvents(body)) return [NO_EVENT]
  if (typeof detail === 'string') return [detail]
  return body === undefined ? [] : [(typeof body === 'string' ? body : JSON.stringify(body)).slice(0, MAX_TEXT)]
}

const hasNoEvents = (body: unknown): boolean => {
  const { events } = fieldsOf(body)
  return Array.isArray(events) && events.length === 0
}

const NO_EVENT =
  'no event was delivered: no `.on` or route matches it, a setting filters it out, or it was handled before'

const MAX_TEXT = 1000

/** The dead letters in a summary by tidings. */
const deadLettersIn = (body: unknown): readonly Readonly<Record<string, unknown>>[] => {
  const { deadLetters } = fieldsOf(body)
  return Array.isArray(deadLetters) ? deadLetters.map(fieldsOf) : []
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
