import { readFile } from 'node:fs/promises'
import { unescape as percentDecode } from 'node:querystring'
import type { ChannelModel, ConfirmChannel, Message, Options } from 'amqplib'
import { prefixed } from '../cloudevents/prefixed-message.ts'
import type { CloudEvent } from '../core/cloudevent.ts'
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
import { createConnection, hostsOf } from './connection.ts'
import { loadPeer } from './load-peer.ts'
import type { Parameters } from './sink-parameters.ts'

type Open = {
  readonly model: ChannelModel
  readonly channel: ConfirmChannel
  readonly returned: Set<string>
  failure?: Error
}

/** A header that the sink adds. It says which message the broker returned. */
const COPY = 'x-tidings-copy'
/** Bytes. RabbitMQ 4.1 and later refuse less than 8192. This is the size that the broker itself proposes. */
const FRAME_MAX = 131_072
const MAX_KEY = 255
/** Bytes, as amqplib encodes them. */
const MAX_HEADERS = 65_536

/** Publishes each event to a topic exchange of RabbitMQ, with its type as the routing key, and waits for the broker's confirm. */
export const createAmqpSink = (url: URL, parameters: Parameters<'amqp:'>, options: AttemptOptions): Sink => {
  const { exchange, mode, mandatory } = parameters
  const where = `${placeOf(url)} exchange ${exchange}`
  const connection = createConnection<Open>(
    async (lost) => {
      const model = await connect(url, parameters.ca, options.timeoutMs).catch((error: unknown) => {
        throw refusalOf(where, error) ?? error
      })
      model.on('error', () => {})
      model.on('close', lost)
      await declare(model, exchange)
      const channel = await model.createConfirmChannel()
      const open: Open = { model, channel, returned: new Set() }
      channel.on('error', (error: Error) => {
        open.failure = error
      })
      channel.on('close', () => {
        lost()
        model.close().catch(() => {})
      })
      // The broker returns a message that has no queue, and then confirms it.
      channel.on('return', ({ properties }: Message) => open.returned.add(String(properties.headers?.[COPY])))
      return open
    },
    ({ model }) => model.close().catch(() => {}),
  )
  let copies = 0

  const publish = (open: Open, event: CloudEvent): Promise<Answer> => {
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const { contentType, headers, body } = prefixed(event, mode, 'cloudEvents:')
    if (Buffer.byteLength(event.type) > MAX_KEY)
      return Promise.resolve(tooLarge(`${where}: the type is the routing key`, Buffer.byteLength(event.type), MAX_KEY))
    const copy = String(++copies)
    const properties: Options.Publish = {
      contentType,
      // A longer one does not fit into its field, and stands among the headers.
      ...(Buffer.byteLength(event.id) <= MAX_KEY && { messageId: event.id }),
      persistent: true,
      mandatory,
      headers: mandatory ? { ...headers, [COPY]: copy } : headers,
    }
    const confirmed = (error: unknown): void => {
      if (open.returned.delete(copy))
        resolve(
          misconfigured(`${where}: no queue takes events of type ${event.type}: bind one, or set mandatory=false`),
        )
      else if (!error) resolve(undefined)
      // When the channel closes, amqplib calls this before it reports the reason.
      else setImmediate(() => resolve(failureOf(where, body.length, open.failure)))
    }
    try {
      open.channel.publish(exchange, event.type, body, properties, confirmed)
    } catch (error) {
      // amqplib throws where the channel is closed, and where the headers do not fit into a frame.
      const size = Buffer.byteLength(JSON.stringify(headers))
      const isTooLarge = error instanceof RangeError
      resolve(
        isTooLarge
          ? tooLarge(`${where}: attributes as headers`, size, MAX_HEADERS)
          : unavailable(`${where}: the channel is closed`, error),
      )
    }
    return promise
  }

  return createClientSink(
    {
      where,
      send: async (events, tell, isOver) => {
        const open = await connection.get()
        if (isOver()) return
        await Promise.all(events.map(async (event, index) => tell(index, await publish(open, event))))
      },
      close: connection.close,
    },
    options,
  )
}

/** RabbitMQ closes the channel with these words: the setting max_message_size. */
const TOO_LARGE = /message size \d+.*max size (\d+)/

const failureOf = (where: string, size: number, failure: Error | undefined): Answer => {
  const limit = Number(TOO_LARGE.exec(failure?.message ?? '')?.[1])
  if (size > limit) return tooLarge(where, size, limit)
  if (failure?.message.includes('ACCESS_REFUSED') || failure?.message.includes('ACCESS-REFUSED'))
    return misconfigured(`${where}: the broker does not let this user publish`, failure)
  return unavailable(`${where}: the channel closed before the broker confirmed the event`, failure)
}

/** amqplib has no codes for refusals, and hides why a virtual host was not opened. */
const refusalOf = (where: string, error: unknown): unknown => {
  const said = error instanceof Error ? error.message : ''
  if (/ACCESS[-_]REFUSED/.test(said))
    return misconfigured(`${where}: the broker refuses the user name or the password`, error).error
  if (!said.includes('ConnectionOpenOk; got <ConnectionClose')) return undefined
  return misconfigured(`${where}: the broker does not open the virtual host for this user`, error).error
}

/** Declares a durable exchange, if it does not exist yet. */
const declare = async (model: ChannelModel, exchange: string): Promise<void> => {
  const first = await model.createChannel()
  first.on('error', () => {})
  try {
    await first.checkExchange(exchange)
    await first.close()
  } catch {
    const second = await model.createChannel()
    second.on('error', () => {})
    await second.assertExchange(exchange, 'topic', { durable: true })
    await second.close()
  }
}

const connect = async (url: URL, ca: string | undefined, timeoutMs: number): Promise<ChannelModel> => {
  const { connect: open } = await loadPeer<typeof import('amqplib')>('amqplib', url)
  const isTls = url.protocol === 'amqps:'
  const socket = {
    ...(ca !== undefined && { ca: await readFile(ca) }),
    timeout: timeoutMs,
    noDelay: true,
    keepAlive: true,
    clientProperties: { connection_name: 'tidings sink' },
  }
  let failure: unknown
  for (const { host, port } of hostsOf(url, isTls ? 5671 : 5672)) {
    const where: Options.Connect = {
      protocol: isTls ? 'amqps' : 'amqp',
      hostname: host,
      port,
      username: percentDecode(url.username) || 'guest',
      password: percentDecode(url.password) || 'guest',
      // amqplib decodes it. An empty path is the virtual host `/`.
      vhost: encodeURIComponent(percentDecode(url.pathname.slice(1)) || '/'),
      heartbeat: 10,
      frameMax: FRAME_MAX,
    }
    try {
      return await open(where, socket)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
