import { unescape as percentDecode } from 'node:querystring'
import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../../process/errors.ts'
import { text } from '../../process/settings.ts'
import { clientOptions, codeIn, loadKafka } from '../../sinks/kafka-sink.ts'
import { readParameters, SINK_PARAMETERS } from '../../sinks/sink-parameters.ts'
import { BrokerError, COMMAND_TIMEOUT_MS } from './dead-letters.ts'
import { type Letters, letterOfMessage } from './letter.ts'

const PARAMETERS = {
  ...SINK_PARAMETERS['kafka:'],
  group: {
    rule: text,
    default: 'tidings-dead-letters',
    meaning: 'The consumer group whose offsets say what was redriven.',
  },
} as const

/**
 * The key of a mark begins so, and ends with the offset of a letter before it in its partition. Each mark has a key of its own and
 * a value, so that a compacted topic keeps it.
 */
const MARK = 'tidings-redriven:'

/**
 * The letters of a topic of Kafka. A consumer group's committed offset of a partition says that all before it was redriven. A
 * letter behind one that stays gets a mark, which is a record of the same partition: it ends behind the letter, so it is read as
 * long as the letter is.
 *
 * @throws ConfigError when there is no such topic
 * @throws BrokerError when Kafka does not answer
 */
export const withKafkaLetters = async <Result>(
  url: URL,
  use: (letters: Letters) => Promise<Result>,
): Promise<Result> => {
  const parameters = readParameters(url, PARAMETERS)
  const { group } = parameters
  const topic = percentDecode(url.pathname.slice(1)) || 'events'
  const name = `topic ${topic} of ${url.protocol}//${url.host}`
  const { Admin, Consumer, Producer, stringDeserializer, stringSerializer } = await loadKafka(url)
  const options = await clientOptions(url, parameters, COMMAND_TIMEOUT_MS)
  const admin = new Admin(options)
  // The group itself has no members: the offsets of a group with members can be set by these alone.
  const consumer = new Consumer<string, Buffer, string, string>({
    ...options,
    groupId: `${group}.${crypto.randomUUID()}`,
    deserializers: { key: stringDeserializer, headerKey: stringDeserializer, headerValue: stringDeserializer },
  })
  let producer: InstanceType<typeof Producer<string, Buffer, string, string>> | undefined

  const mark = async (partition: number, offset: bigint): Promise<void> => {
    producer ??= new Producer<string, Buffer, string, string>({
      ...options,
      idempotent: true,
      autocreateTopics: false,
      serializers: { key: stringSerializer, headerKey: stringSerializer, headerValue: stringSerializer },
    })
    const value = Buffer.from(String(offset))
    await producer.send({ messages: [{ topic, partition, key: `${MARK}${offset}`, value }] })
  }

  const commit = (partition: number, offset: bigint): Promise<void> =>
    onceCoordinated(() =>
      admin.alterConsumerGroupOffsets({
        groupId: group,
        topics: [{ name: topic, partitionOffsets: [{ partition, offset }] }],
      }),
    )

  /** By partition: the first offset that may hold a letter, and the end. */
  const ranges = async (): Promise<readonly Range[]> => {
    const [starts, ends] = await Promise.all(
      [-2n, -1n].map(
        async (timestamp) => (await consumer.listOffsets({ topics: [topic], timestamp })).get(topic) ?? [],
      ),
    )
    const [found] = await onceCoordinated(() => admin.listConsumerGroupOffsets({ groups: [group] }))
    const committed = found?.topics.find((one) => one.name === topic)?.partitions ?? []
    return (ends ?? []).map((end, partition) => {
      const done = committed.find(({ partitionIndex }) => partitionIndex === partition)?.committedOffset ?? 0n
      const start = starts?.[partition] ?? 0n
      return { partition, start: done > start ? done : start, end }
    })
  }

  async function* read(all: readonly Range[]): AsyncGenerator<Message> {
    const open = new Map(all.filter(({ start, end }) => start < end).map((range) => [range.partition, range]))
    if (open.size === 0) return
    const stream = await onceCoordinated(() =>
      consumer.consume({
        topics: [topic],
        mode: 'manual',
        offsets: all.map(({ partition, start }) => ({ topic, partition, offset: start })),
        autocommit: false,
        maxWaitTime: 100,
      }),
    )
    // The last offset of a partition may hold no record: a transaction's end, or what compaction removed.
    stream.on('fetch', () => {
      const isRead = [...open.values()].every(
        ({ partition, end }) => (stream.offsetsToFetch.get(`${topic}:${partition}`) ?? 0n) >= end,
      )
      if (isRead && stream.readableLength === 0) setImmediate(() => stream.readableLength === 0 && stream.destroy())
    })
    try {
      for await (const message of stream) {
        const range = open.get(message.partition)
        if (range === undefined || message.offset >= range.end) continue
        yield message
        if (message.offset + 1n >= range.end) open.delete(message.partition)
        if (open.size === 0) break
      }
    } finally {
      await stream.close()
    }
  }

  const walk: Letters['walk'] = async (visit) => {
    const all = await ranges()
    const marked = new Set<string>()
    for await (const { key, partition, offset } of read(all)) {
      const named = /^\d{1,19}$/.exec(key?.startsWith(MARK) ? key.slice(MARK.length) : '')?.[0]
      // A letter that is still to come cannot have been redriven.
      if (named !== undefined && BigInt(named) < offset) marked.add(`${partition}:${named}`)
    }
    /** The partitions in which a letter stays: the committed offset ends before it. */
    const stays = new Set<number>()
    let index = 0
    let skipped = 0
    for await (const { key, value, headers, partition, offset } of read(all)) {
      if (key?.startsWith(MARK) || marked.has(`${partition}:${offset}`)) continue
      const letter = letterOfMessage({ headers, body: value ?? Buffer.of(), prefix: 'ce_' }, index)
      if (letter === undefined) {
        skipped++
        continue
      }
      index++
      const verdict = await visit(letter)
      if (verdict === 'stop') break
      if (verdict === 'back') stays.add(partition)
      else if (stays.has(partition)) await mark(partition, offset)
      else await commit(partition, offset + 1n)
    }
    return skipped
  }

  try {
    return await use({
      name,
      walk: (visit) => walk(visit).catch((error: unknown) => Promise.reject(toFault(name, error))),
    })
  } finally {
    await Promise.all([consumer.close(true), admin.close(), producer?.close()]).catch(() => {})
  }
}

const COORDINATION = /^(NOT_COORDINATOR|COORDINATOR_NOT_AVAILABLE|COORDINATOR_LOAD_IN_PROGRESS)$/
const COORDINATION_CHECK_MS = 200

/** A broker that has just started does not know yet who keeps the offsets of a group: it is asked again. */
const onceCoordinated = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
  const deadline = Date.now() + COMMAND_TIMEOUT_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!COORDINATION.test(codeIn(error) ?? '') || Date.now() > deadline) throw error
      await delay(COORDINATION_CHECK_MS)
    }
  }
}

type Range = { readonly partition: number; readonly start: bigint; readonly end: bigint }
type Message = import('@platformatic/kafka').Message<string, Buffer, string, string>

const toFault = (name: string, error: unknown): unknown => {
  if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('PLT_KFK_')) return error
  const code = error.message.startsWith('Unknown topic') ? 'UNKNOWN_TOPIC_OR_PARTITION' : codeIn(error)
  if (code === 'UNKNOWN_TOPIC_OR_PARTITION')
    return new ConfigError(`${name} does not exist: name the topic of DEAD_LETTER_URL`)
  // The client's errors hold what it was configured with.
  return new BrokerError(`${name}: no answer (${code ?? error.code})`, { cause: new Error(error.message) })
}
