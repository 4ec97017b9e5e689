import { readFile } from 'node:fs/promises'
import { unescape as percentDecode } from 'node:querystring'
import type { Redis } from 'ioredis'
import type { Sink } from '../core/sink.ts'
import {
  type Answer,
  type AttemptOptions,
  createClientSink,
  misconfigured,
  placeOf,
  tooLarge,
  unavailable,
} from './attempts.ts'
import { type Connection, createConnection, hostsOf } from './connection.ts'
import { grouped } from './group-commit.ts'
import { loadPeer } from './load-peer.ts'
import type { Parameters } from './sink-parameters.ts'

/** Adds each event to a stream of Redis or Valkey: one field, `event`, with the event as JSON. */
export const createRedisSink = (url: URL, parameters: Parameters<'redis:'>, options: AttemptOptions): Sink => {
  const { stream, maxLength } = parameters
  const where = `${placeOf(url)} stream ${stream}`
  // `~`: Redis cuts the stream where that is cheap.
  const cut = maxLength === undefined ? [] : ['MAXLEN', '~', String(maxLength)]
  const connection = createConnection<Redis>(
    (lost) => connectRedis(url, parameters.ca, options.timeoutMs, lost),
    async (redis) => redis.disconnect(),
  )
  return createClientSink(
    {
      where,
      // One pipeline at a time: that of many calls costs one write and one read.
      send: grouped(async (events, tell, isOver) => {
        const redis = await connection.get()
        if (isOver()) return
        const pipeline = redis.pipeline()
        const texts = events.map((event) => JSON.stringify(event))
        for (const text of texts) pipeline.call('XADD', stream, ...cut, '*', 'event', text)
        const replies = await pipeline.exec()
        // After a failover an old primary says READONLY: the name may lead to another server by now.
        if (replies?.some(([error]) => error?.message.startsWith('READONLY'))) await connection.close()
        const limit = replies?.some(([error]) => isTooLarge(error)) ? await askLimit(connection) : ''
        for (const [index, text] of texts.entries()) {
          const error = replies?.[index]?.[0]
          tell(index, isTooLarge(error) ? tooLarge(where, Buffer.byteLength(text), limit) : answerOf(where, error))
        }
      }),
      close: connection.close,
    },
    options,
  )
}

/** Replies that another attempt would get too. */
const FOR_A_PERSON = /^(WRONGTYPE|NOAUTH|NOPERM|WRONGPASS)\b/

/** Redis answers this to the text that is longer than its proto-max-bulk-len, and ends the connection. */
const isTooLarge = (error: Error | null | undefined): boolean =>
  error?.message.startsWith('ERR Protocol error: invalid bulk length') === true

/** The server's limit in bytes. The name of its setting instead if the user may not read it. */
const askLimit = async (connection: Connection<Redis>): Promise<number | string> => {
  try {
    // The server has ended the connection after the refusal.
    await connection.close()
    const redis = await connection.get()
    const answer: unknown = await redis.config('GET', NAME_OF_LIMIT)
    const [, limit] = Array.isArray(answer) ? answer : []
    return Number(limit) || NAME_OF_LIMIT
  } catch {
    return NAME_OF_LIMIT
  }
}

const NAME_OF_LIMIT = 'proto-max-bulk-len'

const answerOf = (where: string, error: Error | null | undefined): Answer => {
  if (!error) return undefined
  const [code = ''] = error.message.split(' ')
  const message = `${where}: Redis answered ${code}`
  return FOR_A_PERSON.test(error.message) ? misconfigured(message, error) : unavailable(message, error)
}

/** @throws SinkUnavailableError when Redis refuses the user, and the error of the socket when it does not answer */
export const connectRedis = async (
  url: URL,
  ca: string | undefined,
  timeoutMs: number,
  lost: () => void,
): Promise<Redis> => {
  const { Redis } = await loadPeer<typeof import('ioredis')>('ioredis', url)
  const isTls = url.protocol === 'rediss:'
  const [{ host, port } = { host: '127.0.0.1', port: 6379 }] = hostsOf(url, 6379)
  const redis = new Redis({
    host,
    port,
    username: percentDecode(url.username),
    password: percentDecode(url.password),
    db: Number(url.pathname.slice(1) || 0),
    connectionName: 'tidings-sink',
    lazyConnect: true,
    connectTimeout: timeoutMs,
    // The next attempt connects.
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    ...(isTls && { tls: ca === undefined ? {} : { ca: await readFile(ca) } }),
  })
  let failure: unknown
  redis.on('error', (error) => {
    failure = error
  })
  redis.on('end', lost)
  try {
    await redis.connect()
    return redis
  } catch (error) {
    // It says only that the connection is closed.
    const reason = failure ?? error
    throw reason instanceof Error && reason.name === 'ReplyError' ? answerOf(placeOf(url), reason)?.error : reason
  }
}
