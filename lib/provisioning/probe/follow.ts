import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { parseEndpoint } from '../document/push-endpoint.ts'
import type { State } from '../plan/state.ts'
import type { Push } from './probe-listener.ts'
import { failed, type HopResult, passed, unseen } from './probe-report.ts'
import type { Place } from './standing.ts'

/** The answer that a function with our settings would give to a push, with a message for each hop that fails. */
export type Received = { readonly token?: string | undefined; readonly decode?: string | undefined }

/** The hops of an event that the gateway pushes to our listener. @param limit aborts when the time is over */
export const arrivalHops = async (
  arrival: Promise<Push>,
  limit: AbortSignal,
  isPersistent: boolean,
  receive: (push: Push) => Received,
): Promise<readonly HopResult[]> => {
  const started = performance.now()
  try {
    const { token, decode } = receive(await arrival)
    const ms = performance.now() - started
    return [
      ...(isPersistent ? [passed('queue', ms), passed('push')] : [passed('push', ms)]),
      token === undefined ? passed('token') : failed('token', token),
      decode === undefined ? passed('decode') : failed('decode', decode),
    ]
  } catch (error) {
    if (!limit.aborted) throw error
    const ms = performance.now() - started
    const way = 'check that the endpoint of the topic leads from the gateway to this listener'
    return isPersistent
      ? [failed('queue', `the gateway still holds the event in the queue of the topic: ${way}`, ms)]
      : [failed('push', `the gateway did not push the event: ${way}`, ms)]
  }
}

export type Sending = {
  readonly notification: object
  readonly isPersistent: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** The address of the topic of a rule, from the document or from the gateway; undefined where the gateway does not show it. */
export const addressOf = ({ topic }: Place, state: State): string | undefined =>
  topic.attributes.get('endpoint')?.reveal() ?? state.topics.get(topic.name)?.attributes.get('push-endpoint')

/** The hop of an event that cannot be followed to where its topic sends it. Undefined where it can, or where that is not known. */
export const unseenPush = (address: string | undefined): HopResult | undefined => {
  const endpoint = parseEndpoint(address ?? '')
  if (typeof endpoint === 'string' || endpoint.kind === 'http') return undefined
  const message =
    `the gateway does not tell whether it published the event, and a test reads no events from ${endpoint.kind} brokers: ` +
    'put an object that the rule matches while a consumer of yours reads there'
  return unseen('push', message)
}

/** The hops of a notification that we send to the endpoint of the topic ourselves. */
export const sentHops = async (
  { topic }: Place,
  address: string | undefined,
  sending: Sending,
): Promise<readonly HopResult[]> => {
  if (address === undefined)
    return [unseen('push', 'the gateway does not show the endpoint of this topic: test it with --listen')]
  const verifySsl = topic.attributes.get('verifySsl')?.reveal() !== 'false'
  return pushTo(new URL(address), sending.notification, { ...sending, verifySsl })
}

type PushOptions = {
  readonly isPersistent: boolean
  /** As the topic has it: whether the certificate of the endpoint counts. */
  readonly verifySsl: boolean
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

type Answer = { readonly status: number; readonly body: string }

/**
 * Sends a notification to an HTTP endpoint as the gateway would, and reads from the answer which hop failed. A function of
 * tidings says in its answer whether it could read the notification; of others the status alone counts.
 */
const pushTo = async (endpoint: URL, notification: object, options: PushOptions): Promise<readonly HopResult[]> => {
  const started = performance.now()
  try {
    const answer = await post(endpoint, JSON.stringify(notification), options)
    return hopsOf(answer, performance.now() - started, endpoint.origin, options.isPersistent)
  } catch (error) {
    if (options.signal?.aborted) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const fault = `${endpoint.origin} cannot be reached from here (${code}): start the function, or correct the endpoint`
    return [failed('push', `${fault}. ${consequence(options.isPersistent)}`, performance.now() - started)]
  }
}

const post = async (endpoint: URL, body: string, options: PushOptions): Promise<Answer> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const isTls = endpoint.protocol === 'https:'
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    // Asks a function of tidings for a summary.
    accept: 'application/json, */*',
  }
  const signal = AbortSignal.any([AbortSignal.timeout(options.timeoutMs), ...(options.signal ? [options.signal] : [])])
  const common = { method: 'POST', headers, signal, agent: false } as const
  const outgoing = isTls
    ? httpsRequest(endpoint, { ...common, rejectUnauthorized: options.verifySsl })
    : httpRequest(endpoint, common)
  outgoing.on('response', resolve).on('error', reject).end(body)
  const response = await promise
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) break
    chunks.push(chunk)
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }
}

const MAX_ANSWER_BYTES = 65_536

const hopsOf = ({ status, body }: Answer, ms: number, origin: string, isPersistent: boolean): HopResult[] => {
  const reached = passed('push', ms)
  const told = `the function at ${origin} answered ${status}`
  if (status >= 200 && status < 300) {
    const [reason] = deadLettersIn(body)
    if (reason === undefined) return [reached, passed('token'), passed('decode')]
    return [reached, passed('token'), failed('decode', `${told}, and set the notification aside: ${reason}`)]
  }
  if (status === 401 || status === 403)
    return [
      reached,
      failed('token', `${told}: write one of its AUTH_TOKENS into the endpoint. ${consequence(isPersistent)}`),
    ]
  if ([400, 415, 422].includes(status))
    return [
      reached,
      passed('token'),
      failed(
        'decode',
        `${told}, it cannot read the notification: check that a function for Ceph is served there. ${consequence(isPersistent)}`,
      ),
    ]
  if (status === 429 || status >= 500)
    return [
      reached,
      failed(
        isPersistent ? 'queue' : 'push',
        `${told}, it does not take events now: read its log. ${consequence(isPersistent)}`,
      ),
    ]
  return [failed('push', `${told}: check the path of the endpoint. ${consequence(isPersistent)}`, ms)]
}

const consequence = (isPersistent: boolean): string =>
  isPersistent
    ? 'The queue of the topic holds the event, and the gateway repeats it'
    : 'The topic is not persistent, so the event is lost'

/** The reasons in the summary of a function of tidings. */
const deadLettersIn = (body: string): string[] => {
  try {
    const { deadLetters } = JSON.parse(body) as { deadLetters?: unknown } // Any value has no such member, or throws.
    if (!Array.isArray(deadLetters)) return []
    return deadLetters.map((one) => `${Object(one).code}: ${Object(one).message}`)
  } catch {
    return []
  }
}
