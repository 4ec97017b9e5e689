import type { Delivery } from '../core/delivery.ts'
import { brokenBody, failures, listOf, messageHeaders, textOfBytes, unreadable } from './batch.ts'
import { type Envelope, isObject } from './envelope.ts'

/**
 * A batch of Lambda's Kafka triggers, Amazon MSK and self-managed (https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html):
 *
 * ```json
 * { "eventSource": "aws:kafka",
 *   "records": { "<topic>-<partition>": [
 *     { "topic": "t", "partition": 0, "offset": 15, "key": "<base64>", "value": "<base64>",
 *       "headers": [{ "ce_type": [99, -61] }] } ] } }
 * ```
 */
export type KafkaEvent = {
  readonly eventSource: string
  readonly records?: unknown
}

const SOURCES: readonly unknown[] = ['aws:kafka', 'SelfManagedKafka', 'aws:SelfManagedKafka']

export const kafka: Envelope<KafkaEvent> = {
  name: 'kafka',
  matches: (event): event is KafkaEvent => isObject(event) && SOURCES.includes(event.eventSource),
  open: ({ records: partitions }) => {
    if (!isObject(partitions)) return unreadable('records', 'lists of records by topic and partition')
    const messages = Object.entries(partitions).flatMap(([partition, records]) =>
      listOf(records)
        .filter((record) => !isTombstone(record))
        .map((record) => ({ partition, delivery: toDelivery(partition, record) })),
    )
    return {
      deliveries: messages.map(({ delivery }) => delivery),
      seal: (outcomes) => {
        const failed = failures(outcomes, messages.length)
        return { batchItemFailures: firstOfEach(messages.filter((_, index) => failed[index])) }
      },
    }
  },
}

type Message = {
  readonly partition: string
  readonly delivery: Delivery & { readonly origin: { readonly offset: number } }
}

/** Lambda continues at the offset that is named, so later failures are left out. A text in place of the object repeats the whole batch. */
const firstOfEach = (failed: readonly Message[]) => {
  const seen = new Set<string>()
  return failed.flatMap(({ partition, delivery }) => {
    if (seen.has(partition)) return []
    seen.add(partition)
    return [{ itemIdentifier: { partition, offset: delivery.origin.offset } }]
  })
}

/** A record without a value says that its key is deleted. Nobody notifies with it. */
const isTombstone = (record: unknown): boolean =>
  isObject(record) && typeof record.offset === 'number' && (record.value === undefined || record.value === null)

/** If a record without a valid offset has to be retried, Lambda repeats the whole batch. */
const NO_OFFSET = -1

const toDelivery = (key: string, record: unknown): Message['delivery'] => {
  const { topic, partition, offset, value, headers } = isObject(record) ? record : {}
  const dash = key.lastIndexOf('-')
  return {
    body: typeof value === 'string' ? Buffer.from(value, 'base64') : brokenBody(record),
    headers: messageHeaders(Array.isArray(headers) ? headers.filter(isObject).flatMap(namesAndTexts) : []),
    origin: {
      kind: 'kafka',
      topic: typeof topic === 'string' ? topic : key.slice(0, dash),
      partition: typeof partition === 'number' ? partition : Number(key.slice(dash + 1)),
      offset: typeof offset === 'number' ? offset : NO_OFFSET,
    },
  }
}

const namesAndTexts = (header: Readonly<Record<string, unknown>>) =>
  Object.entries(header).map(([name, bytes]) => [name, textOfBytes(bytes)] as const)
