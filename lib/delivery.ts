import type { TidingsError } from './errors.ts'

/** How a message reached us, as far as anything below an envelope needs to know. */
export type Origin =
  | {
      readonly kind: 'http'
      readonly method: string
      readonly path: string
      /** Raw query without `?`, still percent-encoded. May hold a token: never log it. */
      readonly query: string
      /** Address of the peer; absent where the platform does not tell. */
      readonly sourceIp?: string | undefined
    }
  | { readonly kind: 'direct' }
  | { readonly kind: 'custom-resource' }

/** One message as a platform handed it over. Nobody has read the body yet. */
export type Delivery = {
  readonly body: Buffer
  /** Names in lower case; repeated headers joined by a comma. May hold credentials: never log them. */
  readonly headers: Readonly<Record<string, string>>
  readonly origin: Origin
}

/**
 * What became of a delivery.
 *
 * | type   | meaning                                   | HTTP             |
 * |--------|-------------------------------------------|------------------|
 * | ack    | handled, or set aside as a dead letter    | 2xx              |
 * | retry  | our side is in trouble, send it again     | 503, Retry-After |
 * | reject | cannot be taken; the caller is told why   | 4xx, problem     |
 * | answer | asked something; the document says it     | as it says       |
 */
export type Outcome =
  | {
      readonly type: 'ack'
      /** Ids of the events that were handed on. */
      readonly events: readonly string[]
      /** Why parts of the delivery were set aside instead. */
      readonly faults: readonly TidingsError[]
    }
  | { readonly type: 'retry'; readonly error: TidingsError; readonly retryAfterSeconds: number }
  | { readonly type: 'reject'; readonly error: TidingsError }
  | { readonly type: 'answer'; readonly status: number; readonly document: object }
