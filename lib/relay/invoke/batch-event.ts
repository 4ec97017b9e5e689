import type { RelayMessage, Verdict } from '../relay-message.ts'

/**
 * An event of Lambda's RabbitMQ trigger (https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html), and four fields
 * that it lacks.
 */
export type RabbitBatchEvent = {
  readonly eventSource: 'aws:rmq'
  readonly eventSourceArn: string
  /** By `<queue>::<vhost>`. */
  readonly rmqMessagesByQueue: Readonly<Record<string, readonly RabbitBatchMessage[]>>
  /** The function must stop at the first message that has to be sent again, and ask for that one and all later ones again. */
  readonly ordered?: true
}

export type RabbitBatchMessage = {
  readonly basicProperties: Readonly<Record<string, unknown>>
  readonly redelivered: boolean
  /** Base64. */
  readonly data: string
  /** Names the message in the answer. */
  readonly deliveryTag: number
  readonly exchange: string
  readonly routingKey: string
}

export const batchEvent = (messages: readonly RelayMessage[], ordered = false): RabbitBatchEvent => {
  const rmqMessagesByQueue: Record<string, RabbitBatchMessage[]> = {}
  for (const message of messages) {
    const key = `${message.queue}::${message.vhost}`
    rmqMessagesByQueue[key] ??= []
    rmqMessagesByQueue[key].push(toBatchMessage(message))
  }
  return { eventSource: 'aws:rmq', eventSourceArn: '', rmqMessagesByQueue, ...(ordered && { ordered }) }
}

const toBatchMessage = ({ body, properties, ...message }: RelayMessage): RabbitBatchMessage => ({
  basicProperties: {
    contentType: properties.contentType ?? null,
    contentEncoding: properties.contentEncoding ?? null,
    headers: lambdaTable(properties.headers ?? {}),
    deliveryMode: properties.deliveryMode ?? null,
    priority: properties.priority ?? null,
    correlationId: properties.correlationId ?? null,
    replyTo: properties.replyTo ?? null,
    expiration: properties.expiration ?? null,
    messageId: properties.messageId ?? null,
    timestamp: properties.timestamp === undefined ? null : lambdaDate(properties.timestamp),
    type: properties.type ?? null,
    userId: properties.userId ?? null,
    appId: properties.appId ?? null,
    clusterId: null,
    bodySize: body.length,
  },
  redelivered: message.redelivered,
  data: body.toString('base64'),
  deliveryTag: message.deliveryTag,
  exchange: message.exchange,
  routingKey: message.routingKey,
})

const lambdaTable = (table: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, lambdaValue(value)]))

/**
 * Text of a header is bytes for Lambda, as AMQP has it. amqplib marks the types that JavaScript lacks by `!`, beside a
 * `value`.
 */
export const lambdaValue = (value: unknown): unknown => {
  if (typeof value === 'string') return { bytes: [...Buffer.from(value)] }
  if (Buffer.isBuffer(value)) return { bytes: [...value] }
  if (Array.isArray(value)) return value.map(lambdaValue)
  if (typeof value !== 'object' || value === null) return value ?? null
  if (!('!' in value && 'value' in value)) return lambdaTable(value)
  return value['!'] === 'timestamp' && typeof value.value === 'number' ? lambdaDate(value.value) : value.value
}

const DATE = new Intl.DateTimeFormat('en-US', {
  timeZone: 'UTC',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
})

/** AMQP counts seconds since 1970, Lambda writes `Jan 1, 1970, 12:33:41 AM`. */
const lambdaDate = (seconds: number): string | null => {
  const date = new Date(seconds * 1000)
  // ICU puts a narrow no-break space before AM and PM.
  return Number.isNaN(date.getTime()) ? null : DATE.format(date).replaceAll('\u202f', ' ')
}

/**
 * The outcome of each message, according to the function's answer.
 *
 * | answer                                                    | verdict                                          |
 * |-----------------------------------------------------------|--------------------------------------------------|
 * | `{ batchItemFailures: [{ itemIdentifier: '<tag>' }, …] }` | retry for those named, ack for the others        |
 * | beside it, `batchItemRejections: [{ itemIdentifier, reason }, …]` | reject for those named                    |
 * | the same, with a tag that is not in the batch             | retry for all, as Lambda's own triggers take it  |
 * | anything else                                             | ack for all: it did not throw                    |
 */
export const readPartialAnswer = (messages: readonly RelayMessage[], answer: unknown): readonly Verdict[] => {
  const failures = isRecord(answer) ? answer.batchItemFailures : undefined
  if (failures === undefined || failures === null) return messages.map(() => ACK)
  const failed = new Set(Array.isArray(failures) ? failures.map(tagOf) : [undefined])
  const known = new Set(messages.map(({ deliveryTag }) => String(deliveryTag)))
  if ([...failed].some((tag) => tag === undefined || !known.has(tag))) return messages.map(() => ASTRAY)
  const rejections = rejectionsIn(answer)
  return messages.map(({ deliveryTag }) => {
    const tag = String(deliveryTag)
    return rejections.get(tag) ?? (failed.has(tag) ? RETRY : ACK)
  })
}

const rejectionsIn = (answer: unknown): ReadonlyMap<string, Verdict> => {
  const named = isRecord(answer) && Array.isArray(answer.batchItemRejections) ? answer.batchItemRejections : []
  return new Map(
    named
      .filter(isRecord)
      .map(({ itemIdentifier, reason }) => [
        String(itemIdentifier),
        { type: 'reject', reason: typeof reason === 'string' ? reason : 'the function refused the message' },
      ]),
  )
}

const ACK: Verdict = { type: 'ack' }
const RETRY: Verdict = { type: 'retry', reason: 'the function asked for the message again' }
const ASTRAY: Verdict = { type: 'retry', reason: 'the function named a message that was not in the batch' }

const tagOf = (failure: unknown): string | undefined =>
  isRecord(failure) && failure.itemIdentifier !== undefined ? String(failure.itemIdentifier) : undefined

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
