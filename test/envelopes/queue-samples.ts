/** The body of a message. Text is sent as UTF-8. */
export type Body = string | Buffer

const base64 = (body: Body): string => Buffer.from(body).toString('base64')

/** Bytes as Java, and so Lambda, writes them: -128 to 127. */
export const signedBytes = (text: string): number[] => [...new Int8Array(Buffer.from(text))]

const basicProperties = {
  contentType: 'application/json',
  contentEncoding: 'utf-8',
  headers: {},
  deliveryMode: 2,
  priority: 0,
  correlationId: null,
  replyTo: null,
  expiration: null,
  messageId: null,
  timestamp: 'Jan 1, 1970, 12:33:41 AM',
  type: null,
  userId: null,
  appId: null,
  clusterId: null,
  bodySize: 80,
}

export type RabbitmqExtra = {
  readonly queue?: string
  readonly vhost?: string
  readonly redelivered?: boolean
  readonly properties?: Readonly<Record<string, unknown>>
}

/** Lambda's RabbitMQ trigger: https://github.com/aws/aws-lambda-go/blob/main/events/rabbitmq.go */
export const rabbitmqEvent = (bodies: readonly Body[], extra: RabbitmqExtra = {}) => {
  const { queue = 'tidings', vhost = '/', redelivered = false, properties = {} } = extra
  return {
    eventSource: 'aws:rmq',
    eventSourceArn: 'arn:aws:mq:eu-central-1:123456789012:broker:b:b-1',
    rmqMessagesByQueue: {
      [`${queue}::${vhost}`]: bodies.map((body) => ({
        basicProperties: { ...basicProperties, ...properties },
        redelivered,
        data: base64(body),
      })),
    },
  }
}

export type RelayExtra = RabbitmqExtra & { readonly exchange?: string; readonly routingKey?: string }

/** The relay's: the same, and delivery tags from 1 on, exchange and routing key. */
export const relayEvent = (bodies: readonly Body[], extra: RelayExtra = {}) => {
  const { rmqMessagesByQueue, ...event } = rabbitmqEvent(bodies, extra)
  const { exchange = 'nova', routingKey = 'notifications.info' } = extra
  const tagged = Object.entries(rmqMessagesByQueue).map(([key, messages]) => [
    key,
    messages.map((message, index) => ({ ...message, deliveryTag: index + 1, exchange, routingKey })),
  ])
  return { ...event, eventSourceArn: '', rmqMessagesByQueue: Object.fromEntries(tagged) }
}

type Attributes = Readonly<Record<string, string>>
export type SqsExtra = {
  readonly queue?: string
  readonly attributes?: Attributes
  /** The message group of each message, which those of a FIFO queue have. */
  readonly groups?: readonly string[]
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html. Message ids are `message-1` and so on. */
export const sqsEvent = (bodies: readonly Body[], { queue = 'tidings', attributes = {}, groups }: SqsExtra = {}) => ({
  Records: bodies.map((body, index) => ({
    messageId: `message-${index + 1}`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body: body.toString(),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1545082649183',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1545082649185',
      ...(groups && { MessageGroupId: groups[index] }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [
        name,
        { stringValue, stringListValues: [], binaryListValues: [], dataType: 'String' },
      ]),
    ),
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:${queue}`,
    awsRegion: 'eu-central-1',
  })),
})

const snsAttributes = (attributes: Attributes) =>
  Object.fromEntries(Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]))

/** SNS delivering to a queue without raw message delivery: https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html */
export const snsInSqsEvent = (bodies: readonly Body[], { attributes = {}, ...extra }: SqsExtra = {}) =>
  sqsEvent(
    bodies.map((body, index) =>
      JSON.stringify({
        Type: 'Notification',
        MessageId: `notification-${index + 1}`,
        TopicArn: 'arn:aws:sns:eu-central-1:123456789012:tidings',
        Message: body.toString(),
        Timestamp: '2026-03-04T05:06:07.000Z',
        SignatureVersion: '1',
        Signature: 'EXAMPLE',
        SigningCertURL: 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem',
        UnsubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe',
        ...(Object.keys(attributes).length > 0 && { MessageAttributes: snsAttributes(attributes) }),
      }),
    ),
    extra,
  )

/** SNS invoking the function: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export const snsEvent = (body: Body, attributes: Attributes = {}) => ({
  Records: [
    {
      EventVersion: '1.0',
      EventSubscriptionArn: 'arn:aws:sns:eu-central-1:123456789012:tidings:21be56ed-a058-49f5-8c98-aedd2564c486',
      EventSource: 'aws:sns',
      Sns: {
        Type: 'Notification',
        MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
        TopicArn: 'arn:aws:sns:eu-central-1:123456789012:tidings',
        Subject: null,
        Message: body.toString(),
        Timestamp: '2026-03-04T05:06:07.000Z',
        SignatureVersion: '1',
        Signature: 'EXAMPLE',
        SigningCertUrl: 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem',
        UnsubscribeUrl: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe',
        MessageAttributes: snsAttributes(attributes),
      },
    },
  ],
})

/** A body, or none: a tombstone. */
export type KafkaValue = Body | undefined
export type KafkaExtra = {
  readonly topic?: string
  readonly headers?: Attributes
  /** Of the first record of each partition. */
  readonly offset?: number
}

/** A list of values for each partition, from 0 on. */
const kafkaRecords = (partitions: readonly (readonly KafkaValue[])[], extra: KafkaExtra) => {
  const { topic = 'tidings', headers = {}, offset = 15 } = extra
  const lists = partitions.map((values, partition) => [
    `${topic}-${partition}`,
    values.map((value, index) => ({
      topic,
      partition,
      offset: offset + index,
      timestamp: 1545084650987,
      timestampType: 'CREATE_TIME',
      key: base64('key'),
      ...(value !== undefined && { value: base64(value) }),
      headers: Object.entries(headers).map(([name, text]) => ({ [name]: signedBytes(text) })),
    })),
  ])
  return Object.fromEntries(lists)
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html */
export const mskEvent = (partitions: readonly (readonly KafkaValue[])[], extra: KafkaExtra = {}) => ({
  eventSource: 'aws:kafka',
  eventSourceArn: 'arn:aws:kafka:eu-central-1:123456789012:cluster/c/b-1',
  bootstrapServers: 'b-1.c.kafka.eu-central-1.amazonaws.com:9092',
  records: kafkaRecords(partitions, extra),
})

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html. Both names of its source occur. */
export const selfManagedKafkaEvent = (
  partitions: readonly (readonly KafkaValue[])[],
  extra: KafkaExtra & { readonly eventSource?: 'SelfManagedKafka' | 'aws:SelfManagedKafka' } = {},
) => ({
  eventSource: extra.eventSource ?? 'aws:SelfManagedKafka',
  bootstrapServers: 'kafka.example.org:9092',
  records: kafkaRecords(partitions, extra),
})
