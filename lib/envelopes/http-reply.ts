import { withDecodedAttributes } from '../cloudevents/http-message.ts'
import { type Delivery, type Outcome, takesReply } from '../core/delivery.ts'
import { type TidingsError, toReason, toReasons } from '../process/errors.ts'
import { brokenBody } from './batch.ts'

export type HttpReply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * An outcome as an HTTP answer. RGW reads the status alone; people and connectors read the rest.
 *
 * @param accept the request's Accept header: a summary is sent to whoever names `application/json`
 */
export const replyTo = (outcome: Outcome, accept: string): HttpReply => {
  switch (outcome.type) {
    case 'ack':
      if (outcome.reply !== undefined) return json(200, EVENT_TYPE, outcome.reply)
      return acknowledge(outcome.events, outcome.faults, accept)
    case 'retry':
      return problem(503, 'Try again later', outcome.error, {
        'retry-after': String(outcome.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS),
      })
    case 'reject':
      return problem(outcome.error.status, titles[outcome.error.status] ?? 'Refused', outcome.error, {
        ...(outcome.error.status === 401 && { 'www-authenticate': 'Bearer' }),
        ...(outcome.error.status === 405 && { allow: 'POST, OPTIONS' }),
      })
    case 'answer':
      return json(outcome.status, 'application/json', outcome.document)
  }
}

/** An event in structured mode: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
export const EVENT_TYPE = 'application/cloudevents+json; charset=utf-8'

const DEFAULT_RETRY_AFTER_SECONDS = 1

/**
 * OpenFaaS's of-watchdog names its child in `fprocess`, and the child inherits it. The community's RabbitMQ connector
 * (github.com/Templum/rabbitmq-connector) treats only 200 as success: it requeues a message that is answered 204 at once, for ever.
 */
export const HANDLED = process.env.fprocess === undefined ? 204 : 200

/** Has a summary if parts were set aside, or if the sender asked for JSON. Otherwise the body is empty. */
const acknowledge = (events: readonly string[], faults: readonly TidingsError[], accept: string): HttpReply => {
  if (faults.length === 0 && !accept.includes('application/json')) return { status: HANDLED, headers: {}, body: '' }
  const { reasons: deadLetters, ...count } = toReasons(faults)
  return json(200, 'application/json', { outcome: 'ack', events, deadLetters, ...count })
}

const titles: Readonly<Record<number, string>> = {
  400: 'Not a notification',
  401: 'Unauthorized',
  405: 'Method not allowed',
  409: 'Not as the document needs it',
  422: 'Not a valid document',
  502: 'The gateway did not do it',
}

const HIDDEN = 'the request could not be handled now; send it again'

/** https://www.rfc-editor.org/rfc/rfc9457. The cause of a failure on our side stands in our log only. */
const problem = (status: number, title: string, error: TidingsError, headers: Record<string, string>): HttpReply => {
  const { code, field, message } = toReason(error)
  const told = status === 503 ? { detail: HIDDEN, code } : { detail: message, code, field, ...error.details }
  const reply = json(status, 'application/problem+json', { title, status, ...told })
  return { ...reply, headers: { ...reply.headers, ...headers } }
}

const json = (status: number, type: string, document: unknown): HttpReply => ({
  status,
  headers: { 'content-type': type },
  body: JSON.stringify(document),
})

/**
 * The answer to OPTIONS, by which a sender of CloudEvents asks whether its events are wanted
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection). Whoever asks may
 * send, at any rate: secrets, not origins, decide who is heard.
 */
export const handshake = (headers: Readonly<Record<string, string>>): HttpReply => {
  const origin = headers['webhook-request-origin']
  const rate = headers['webhook-request-rate']
  return {
    status: 204,
    headers: {
      allow: 'POST, OPTIONS',
      ...(origin !== undefined && { 'webhook-allowed-origin': origin }),
      ...(origin !== undefined && rate !== undefined && { 'webhook-allowed-rate': '*' }),
    },
    body: '',
  }
}

/** A request as our host has it, or as it stands in any of the platforms' HTTP events. */
export type HttpRequest = {
  readonly method: string
  readonly path: string
  /** The query without `?`, percent-encoded. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly sourceIp: string | undefined
  readonly body: Buffer | string | null | undefined
  readonly isBase64Encoded?: boolean
}

/** A request once it is open. One that asks whether anybody listens has no delivery. */
type OpenedHttp<Result> = {
  readonly deliveries: readonly Delivery[]
  seal(outcomes: readonly Outcome[]): Result
}

/** @param toResult an answer in the platform's form */
export const openHttp = <Result>(request: HttpRequest, toResult: (reply: HttpReply) => Result): OpenedHttp<Result> => {
  const { method, path, query, sourceIp, headers } = request
  if (method === 'OPTIONS') return { deliveries: [], seal: () => toResult(handshake(headers)) }

  const seal = ([outcome]: readonly Outcome[]): Result => {
    if (outcome === undefined) throw new RangeError('an HTTP request has one outcome')
    const reply = replyTo(outcome, headers.accept ?? '')
    return toResult(forListener(reply, headers))
  }
  const body = bytesOf(request.body ?? '', request.isBase64Encoded ?? false)
  const origin = { kind: 'http', method, path, query, sourceIp } as const
  return { deliveries: [{ body, headers: withDecodedAttributes(headers), origin }], seal }
}

/** An emulator of a platform may hand a JSON body over as a value. */
const bytesOf = (body: unknown, isBase64Encoded: boolean): Buffer => {
  if (Buffer.isBuffer(body)) return body
  return typeof body === 'string' ? Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') : brokenBody(body)
}

const EMPTY: HttpReply = { status: 204, headers: {}, body: '' }

/**
 * To a sender that passes an event on, anything else in the body of a 200 is a failure, and it sends the request again: eventing's
 * pkg/broker/filter, the Kafka broker's ResponseToKafkaTopicHandler.
 */
export const forListener = (reply: HttpReply, headers: HttpRequest['headers']): HttpReply =>
  reply.status === 200 && reply.headers['content-type'] !== EVENT_TYPE && takesReply(headers) ? EMPTY : reply
