import { ConfigError } from '../process/errors.ts'

export type SendAnswer = {
  /** The function took all of it. */
  readonly handled: boolean
  readonly status: number
  readonly durationMs: number
  /** The body: parsed where it is JSON, else its text; undefined where there is none. */
  readonly body?: unknown
}

const TIMEOUT_MS = 60_000

/**
 * Posts a notification, and says what the function answered.
 *
 * @throws ConfigError where nothing answers
 */
export const post = async (
  url: URL,
  notification: object,
  token: string | undefined,
  signal: AbortSignal,
): Promise<SendAnswer> => {
  const started = performance.now()
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        // Asks for a summary of what became of it.
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(notification),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    const body = parsed(await response.text())
    const handled = response.ok && deadLettersIn(body).length === 0
    const durationMs = Math.round(performance.now() - started)
    return { handled, status: response.status, durationMs, ...(body !== '' && { body }) }
  } catch (cause) {
    throw new ConfigError(`nothing answers at ${url.origin}: ${remedyOf(cause)}`, { cause })
  }
}

const remedyOf = (thrown: unknown): string => {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : undefined
  return cause !== undefined && 'code' in cause && cause.code === 'ECONNREFUSED'
    ? 'start a function there (tidings serve), or name another address with --to'
    : `${cause?.message ?? String(thrown)}; name an address that answers with --to`
}

/** In words, for eyes. */
export const answerText = (answer: SendAnswer): string => {
  const { status, durationMs, body } = answer
  return `${[`${status} in ${durationMs} ms: ${meaningOf(answer)}`, ...detailsOf(body)].join('\n  ')}\n`
}

const meaningOf = ({ handled, status, body }: SendAnswer): string => {
  if (handled) return 'the function handled it'
  if (deadLettersIn(body).length > 0) return 'the function set it aside as a dead letter'
  if (status === 404) return 'there is no function at this path; put its name behind the address with --to'
  if (status === 401) return 'the function asks for a token: set AUTH_TOKENS, or use --token-file'
  if (status === 503) return 'the function could not handle it, and asks for it again; its log says why'
  return status >= 500 ? 'the function failed; its log says why' : 'the function refused it'
}

const detailsOf = (body: unknown): readonly string[] => {
  const { events, detail } = fieldsOf(body)
  const reasons = deadLettersIn(body).map(({ code, message }) => `${code}: ${message}`)
  const ids = Array.isArray(events) ? events.map((id) => `event ${id}`) : []
  if (reasons.length + ids.length > 0) return [...ids, ...reasons]
  if (typeof detail === 'string') return [detail]
  return body === undefined ? [] : [(typeof body === 'string' ? body : JSON.stringify(body)).slice(0, MAX_TEXT)]
}

const MAX_TEXT = 1000

/** Of a summary by tidings. */
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
