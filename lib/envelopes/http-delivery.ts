import { type Delivery, type Outcome, takesReply } from '../core/delivery.ts'
import { brokenBody } from './batch.ts'
import { EVENT_TYPE, type HttpReply, handshake, replyTo } from './http-reply.ts'

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
export type OpenedHttp<Result> = {
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
  return { deliveries: [{ body, headers, origin: { kind: 'http', method, path, query, sourceIp } }], seal }
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
