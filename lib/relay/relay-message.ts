/** One message of a queue, as the relay hands it to a function. */
export type RelayMessage = {
  readonly body: Buffer
  readonly queue: string
  readonly vhost: string
  readonly exchange: string
  readonly routingKey: string
  readonly redelivered: boolean
  /** The tag on its channel. Unique within one batch. */
  readonly deliveryTag: number
  /** AMQP 0-9-1 basic properties as amqplib names them. */
  readonly properties: {
    readonly contentType?: string | undefined
    readonly contentEncoding?: string | undefined
    readonly headers?: Readonly<Record<string, unknown>> | undefined
    readonly deliveryMode?: number | undefined
    readonly priority?: number | undefined
    readonly correlationId?: string | undefined
    readonly replyTo?: string | undefined
    readonly expiration?: string | undefined
    readonly messageId?: string | undefined
    readonly timestamp?: number | undefined
    readonly type?: string | undefined
    readonly userId?: string | undefined
    readonly appId?: string | undefined
  }
}

/** The function's verdict on a message. `reject`: no further try would help, so the message becomes a dead letter at once. */
export type Verdict =
  | { readonly type: 'ack' }
  | { readonly type: 'retry'; readonly reason: string; readonly delayMs?: number | undefined }
  | { readonly type: 'reject'; readonly reason: string }

/**
 * Hands messages to a function. Returns a verdict for each, in the same order.
 *
 * @throws anything when the function gives no answer at all (it is not there, or not in time). No message is to blame then,
 * so no try is counted. The relay keeps the messages and pauses
 */
export type Invoke = (messages: readonly RelayMessage[], signal: AbortSignal) => Promise<readonly Verdict[]>
