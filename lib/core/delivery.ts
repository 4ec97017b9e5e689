import type { TidingsError } from '../process/errors.ts'
import type { CloudEvent } from './cloudevent.ts'

export type HttpOrigin = {
  readonly kind: 'http'
  readonly method: string
  readonly path: string
  /** Raw query without `?`, still percent-encoded. May hold a token: never log it. */
  readonly query: string
  /** Address of the peer; absent where the platform does not tell. */
  readonly sourceIp?: string | undefined
}

/** A request by HTTP without its body: all that decides who is let in before a body is read. */
export type Caller = { readonly headers: Delivery['headers']; readonly origin: HttpOrigin }

/** Enough to recognize a path, and short enough that callers cannot fill the log. */
const LOGGED_PATH_LENGTH = 256

/** Describes for the log who called, and which path. Query and fragment are left out, because they may hold a token. */
export const describeCaller = ({ sourceIp, path }: HttpOrigin) => ({
  peer: sourceIp,
  path: path.slice(0, LOGGED_PATH_LENGTH).split('#', 1)[0],
})

/** How a message reached us, as far as anything below an envelope needs to know. */
export type Origin =
  | HttpOrigin
  | { readonly kind: 'direct' }
  | { readonly kind: 'custom-resource' }
  | {
      readonly kind: 'amqp'
      readonly queue: string
      readonly redelivered: boolean
      /** Absent where the trigger hides them, as Lambda's does; the relay tells both. */
      readonly exchange?: string | undefined
      readonly routingKey?: string | undefined
      /** Set by the relay only: it moves a refused message, unchanged, to its dead-letter queue. */
      readonly keepsRefused?: boolean | undefined
    }
  | { readonly kind: 'kafka'; readonly topic: string; readonly partition: number; readonly offset: number }
  | { readonly kind: 'sqs'; readonly queueArn: string; readonly messageId: string }
  | { readonly kind: 'sns'; readonly topicArn: string; readonly messageId: string }

/** A refusal is of no use to a queue: it would only send the message again, or drop it. */
export const hasCaller = ({ kind }: Origin): boolean =>
  kind === 'http' || kind === 'direct' || kind === 'custom-resource'

/** One message as a platform handed it over. Nobody has read the body yet. */
export type Delivery = {
  readonly body: Buffer
  /** Names in lower case; repeated headers joined by a comma. May hold credentials: never log them. */
  readonly headers: Readonly<Record<string, string>>
  readonly origin: Origin
  /**
   * Deliveries with the same text are handled in the order they came. Once one has to be sent again, those after it are not
   * handled either, and have to be sent again too. Absent: the order does not matter.
   */
  readonly orderGroup?: string | undefined
}

/** Whether the sender is our relay, which keeps messages that are refused. Over HTTP its headers show it. */
export const keepsRefused = ({ origin, headers }: Delivery): boolean =>
  origin.kind === 'amqp' ? origin.keepsRefused === true : origin.kind === 'http' && 'x-amqp-queue' in headers

/**
 * Whether the sender passes on an event that it gets as the answer, as Knative's brokers and channels do
 * (https://github.com/knative/specs/blob/main/specs/eventing/data-plane.md).
 */
export const takesReply = ({ prefer }: Delivery['headers']): boolean =>
  prefer?.split(',').some((preference) => preference.split(';', 1)[0]?.trim().toLowerCase() === 'reply') ?? false

/**
 * Why a message that is in order led to no event: a remote procedure call that a broad binding copied, noise that the
 * configuration filters out, or an event that this process has handed on before.
 */
export type DropReason = 'rpc' | 'filtered' | 'duplicate'

/**
 * The result of a delivery.
 *
 * | type   | meaning                                   | HTTP             |
 * |--------|-------------------------------------------|------------------|
 * | ack    | handled, or set aside as a dead letter    | 2xx              |
 * | retry  | tidings or a sink failed, send it again   | 503, Retry-After |
 * | reject | cannot be taken; the caller is told why (a message of a queue becomes a dead letter instead) | 4xx, problem |
 * | answer | a question, with its answer in `document` | `status`         |
 */
export type Outcome =
  | {
      readonly type: 'ack'
      /** Ids of the events that were handed on. */
      readonly events: readonly string[]
      /** Why parts of the delivery were set aside instead. */
      readonly faults: readonly TidingsError[]
      /** Why other parts were left out; one entry each. */
      readonly dropped: readonly DropReason[]
      /** The event that answers a sender that passes it on. */
      readonly reply?: CloudEvent
    }
  | {
      readonly type: 'retry'
      readonly error: TidingsError
      /** How long the sender should wait. Absent: as long as it does by itself. */
      readonly retryAfterSeconds?: number | undefined
    }
  | { readonly type: 'reject'; readonly error: TidingsError }
  | { readonly type: 'answer'; readonly status: number; readonly document: object }
