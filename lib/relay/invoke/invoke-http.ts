import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { validateHeaderValue } from 'node:http'
import { type HttpMessage, percentEncoded } from '../../cloudevents/http-message.ts'
import { isJson } from '../../process/json-text.ts'
import { createPost } from '../../sinks/http-post.ts'
import type { Invoke, RelayMessage, Verdict } from '../relay-message.ts'
import { type Answer, isDocument, readAnswer } from './http-answer.ts'

export type HttpTarget = {
  /** Credentials in it become a Basic header. */
  readonly url: URL
  /** Shown as a bearer token. */
  readonly token: string | undefined
  /** The limit of one message. */
  readonly timeoutMs: number
}

/** Posts one request to a function, and reads the answer. */
export const createAsk = ({ url, token, timeoutMs }: HttpTarget) => {
  const post = createPost(url, timeoutMs, isDocument)
  const authorization = token === undefined ? undefined : { authorization: `Bearer ${token}` }

  return async ({ headers, body }: HttpMessage<string | Buffer>, signal: AbortSignal): Promise<Answer> => {
    try {
      return readAnswer(await post({ headers: { ...headers, ...authorization }, body }, signal))
    } catch (error) {
      signal.throwIfAborted()
      const unsent = Object.entries(headers).find(([name, value]) => !isCarried(name, value))
      if (unsent !== undefined) return { kind: 'verdict', verdict: { type: 'reject', reason: notCarried(unsent[0]) } }
      if (error instanceof Error && TIMED_OUT.has(error.name)) return { kind: 'silent', reason: 'no answer in time' }
      return { kind: 'away', reason: `the function could not be asked: ${causeOf(error)}` }
    }
  }
}

const isCarried = (name: string, value: string): boolean => {
  try {
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}

const notCarried = (name: string): string => `its header ${name} has characters that HTTP cannot carry`

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
export const createHttpInvoke = (target: HttpTarget): Invoke => {
  const ask = createAsk(target)

  const askAll = async (messages: readonly RelayMessage[], signal: AbortSignal): Promise<Answer[]> => {
    const answers: Answer[] = []
    for (const message of messages) {
      answers.push(await ask(toRequest(message), signal))
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
 * A message as an HTTP request: a CloudEvent in structured mode (CloudEvents HTTP binding 1.0.2, 3.2), so that any function
 * can read where the message came from, and the same as headers, for those that look at headers only.
 */
export const toRequest = (message: RelayMessage): HttpMessage => {
  const metadata = metadataOf(message)
  return {
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'tidings-relay',
      ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amqp-${name}`, percentEncoded(value)])),
    },
    body: toCloudEvent(message, metadata),
  }
}

const metadataOf = ({ exchange, routingKey, queue, redelivered }: RelayMessage) => ({
  exchange,
  'routing-key': routingKey,
  queue,
  redelivered: String(redelivered),
})

const toCloudEvent = (message: RelayMessage, metadata: ReturnType<typeof metadataOf>): string => {
  const { body, vhost, queue, redelivered, properties } = message
  const contentType = properties.contentType ?? 'application/json'
  const attributes = {
    specversion: '1.0',
    id: properties.messageId || identityOf(message),
    source: `/amqp/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`,
    type: 'dev.tidings.amqp.message',
    datacontenttype: contentType,
    // An attribute of CloudEvents is never empty; the default exchange's name is.
    ...(metadata.exchange && { amqpexchange: metadata.exchange }),
    ...(metadata['routing-key'] && { amqproutingkey: metadata['routing-key'] }),
    amqpqueue: queue,
    amqpredelivered: redelivered,
  }
  const text = JSON_TYPE.test(contentType) && isUtf8(body) ? body.toString() : undefined
  if (text === undefined || !isJson(text))
    return JSON.stringify({ ...attributes, data_base64: body.toString('base64') })
  // The body stays as it came, because parsing would lose large numbers and repeated names.
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${text}}`
}

const JSON_TYPE = /^application\/(json|[\w.-]+\+json)\b/i

/** AMQP gives no identity, and a redelivery must have the same. */
const identityOf = ({ exchange, routingKey, body }: RelayMessage): string =>
  createHash('sha256').update(`${exchange}\0${routingKey}\0`).update(body).digest('base64url')
