import { readFile } from 'node:fs/promises'
import { unescape as percentDecode } from 'node:querystring'
import type { AdminOptions, GenericError, MessageToProduce, Producer } from '@platformatic/kafka'
import { prefixed } from '../cloudevents/prefixed-message.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
import type { Sink } from '../core/sink.ts'
import { ConfigError, isTidingsError } from '../process/errors.ts'
import {
  type Answer,
  type AttemptOptions,
  BACKOFF,
  codeOf,
  createClientSink,
  isRefusal,
  misconfigured,
  placeOf,
  tooLarge,
  unavailable,
  withinTime,
} from './attempts.ts'
import { createConnection, hostsOf } from './connection.ts'
import { grouped } from './group-commit.ts'
import { loadPeer } from './load-peer.ts'
import { withPartitionKey } from './partition-key.ts'
import type { Parameters } from './sink-parameters.ts'

type Message = MessageToProduce<string, Buffer, string, string> & { readonly value: Buffer }
type KafkaProducer = Producer<string, Buffer, string, string>

/** Bytes of one request. A broker takes batches of 1 MB unless it is configured otherwise (message.max.bytes). */
const MAX_BATCH = 900_000
/** About what a message takes beside its body. */
const OVERHEAD = 500

/** Produces each event to a topic of Kafka, idempotently, and waits for all replicas that are in sync. */
export const createKafkaSink = (url: URL, parameters: Parameters<'kafka:'>, options: AttemptOptions): Sink => {
  const topic = percentDecode(url.pathname.slice(1)) || 'events'
  const where = `${placeOf(url)} topic ${topic}`
  const client = () => clientOptions(url, parameters, options.timeoutMs)
  const connection = createConnection<KafkaProducer>(
    async () => connect(url, await client()),
    // It may wait for a connection that was never made.
    (producer) => withinTime(producer.close(true), 1000).catch(() => {}),
  )

  const toMessage = (event: CloudEvent): Message => {
    const keyed = withPartitionKey(event, parameters.key)
    const { contentType, headers, body } = prefixed(keyed, parameters.mode, 'ce_')
    return {
      topic,
      value: body,
      headers: { ...headers, 'content-type': contentType },
      ...(keyed.partitionkey !== undefined && { key: keyed.partitionkey }),
    }
  }

  const produce = async (messages: readonly Message[]): Promise<readonly Answer[]> => {
    try {
      const producer = await connection.get()
      await withinTime(producer.send({ messages: [...messages] }), options.timeoutMs)
      return messages.map(() => undefined)
    } catch (error) {
      if (isTidingsError(error)) throw error
      // A producer that failed once does not know which number the next message has.
      void connection.close()
      if (!isKafka(error)) return messages.map(() => unavailable(`${where}: no answer (${codeOf(error)})`, error))
      const isTooLarge = codeIn(error) === 'MESSAGE_TOO_LARGE'
      const [only] = messages
      if (isTooLarge && messages.length === 1 && only !== undefined)
        return [tooLarge(where, only.value.length, await askLimit(url, topic, await client()))]
      // The broker does not say which message it was.
      if (isTooLarge) return inHalves(messages)
      const failure = failureOf(where, error)
      return messages.map(() => failure)
    }
  }

  const inHalves = async (messages: readonly Message[]): Promise<readonly Answer[]> => {
    const middle = Math.ceil(messages.length / 2)
    return [...(await produce(messages.slice(0, middle))), ...(await produce(messages.slice(middle)))]
  }

  return createClientSink(
    {
      where,
      // One request at a time keeps the order.
      send: grouped(async (events, tell, isOver) => {
        let index = 0
        for (const messages of batchesOf(events.map(toMessage))) {
          if (isOver() || index === events.length) return
          const answers = await produce(messages)
          for (const answer of answers) tell(index++, answer)
          // Those after it would meet the same, or come before it.
          const failure = answers.find((answer) => answer !== undefined && !isRefusal(answer))
          if (failure !== undefined) while (index < events.length) tell(index++, failure)
        }
      }),
      close: connection.close,
    },
    options,
  )
}

const batchesOf = (messages: readonly Message[]): readonly Message[][] => {
  const batches: Message[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const message of messages) {
    const own = message.value.length + OVERHEAD
    size += own
    if (size > MAX_BATCH) {
      batches.push([])
      size = own
    }
    batches.at(-1)?.push(message)
  }
  return batches
}

const isKafka = (error: unknown): error is GenericError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('PLT_KFK_')

/** Kafka's name of the error, which may stand below others. */
export const codeIn = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  if ('apiId' in error && typeof error.apiId === 'string') return error.apiId
  const below = [error.cause, ...(error instanceof AggregateError ? error.errors : [])]
  return below.map(codeIn).find((code) => code !== undefined)
}

/** Errors that another attempt would meet too. */
const FOR_A_PERSON = /^(UNKNOWN_TOPIC|INVALID_TOPIC|.*AUTHORIZATION_FAILED|SASL_|UNSUPPORTED_SASL)/

const failureOf = (where: string, error: Error): Answer => {
  // The client finds out by itself that there is no such topic.
  const isUnknown = error.message.startsWith('Unknown topic')
  const code = isUnknown ? 'UNKNOWN_TOPIC_OR_PARTITION' : (codeIn(error) ?? codeOf(error))
  const message = `${where}: the events were not acknowledged (${code})`
  // The client's errors hold what it was configured with.
  const cause = new Error(error.message)
  return FOR_A_PERSON.test(code) || code === 'PLT_KFK_AUTHENTICATION'
    ? misconfigured(message, cause)
    : unavailable(message, cause)
}

const connect = async (url: URL, client: AdminOptions): Promise<KafkaProducer> => {
  const { Producer, stringSerializer } = await loadKafka(url)
  return new Producer<string, Buffer, string, string>({
    ...client,
    idempotent: true,
    autocreateTopics: false,
    serializers: { key: stringSerializer, headerKey: stringSerializer, headerValue: stringSerializer },
  })
}

/** Its name where the broker does not tell it: a user may not be allowed to ask. */
const askLimit = async (url: URL, topic: string, client: AdminOptions): Promise<number | string> => {
  const { Admin, ConfigResourceTypes } = await loadKafka(url)
  const admin = new Admin(client)
  const name = 'max.message.bytes'
  const asked = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: [name] }
  const found = await admin.describeConfigs({ resources: [asked] }).catch(() => [])
  await withinTime(admin.close(), 1000).catch(() => {})
  return Number(found[0]?.configs[0]?.value) || name
}

/** @throws ConfigError where the client of Kafka is not installed, or does not run */
export const loadKafka = (url: URL): Promise<typeof import('@platformatic/kafka')> => {
  checkNode(process.versions.node)
  return loadPeer('@platformatic/kafka', url)
}

/** The options of a producer and a consumer of the URL. */
export const clientOptions = async (
  url: URL,
  { tls, ca, sasl }: Pick<Parameters<'kafka:'>, 'tls' | 'ca' | 'sasl'>,
  timeoutMs: number,
) => ({
  clientId: 'tidings',
  bootstrapBrokers: [...hostsOf(url, 9092)],
  // Those of the client repeat no event. Fewer than two would be endless retries.
  retries: 2,
  retryDelay: BACKOFF.firstMs,
  connectTimeout: timeoutMs,
  requestTimeout: timeoutMs,
  ...((tls || ca !== undefined) && { tls: ca === undefined ? {} : { ca: await readFile(ca) } }),
  ...(url.username !== '' && {
    sasl: { mechanism: sasl, username: percentDecode(url.username), password: percentDecode(url.password) },
  }),
})

/** @throws ConfigError where the client of Kafka does not run */
export const checkNode = (version: string): void => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 6) || (major === 22 && minor >= 22)) return
  throw new ConfigError(
    `kafka: needs Node.js 22.22, 24.6 or newer, and this is v${version}: use another Node.js or sink`,
  )
}
