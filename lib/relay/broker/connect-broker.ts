import { readFile } from 'node:fs/promises'
import amqp, { type Channel, type ChannelModel, type GetMessage, type Options, type SocketOptions } from 'amqplib'
import type { Source, TlsFiles } from '../options.ts'

type ConnectOptions = {
  /** Shown in the broker's lists of connections. */
  readonly name: string
  readonly timeoutMs: number
  /** From 0 up to 1. */
  readonly random: number
}

/** Error thrown when no host of a broker accepts a connection. */
export class ConnectError extends AggregateError {
  override readonly name = 'ConnectError'
  /** True if a host answered and refused us. Waiting alone hardly helps then. */
  readonly isRefused: boolean

  constructor(failures: readonly HostError[]) {
    super(failures, `no host of the broker accepts a connection: ${failures.map(({ message }) => message).join('; ')}`)
    this.isRefused = failures.some(({ isRefused }) => isRefused)
  }
}

/**
 * Connects to the first host that accepts a connection. The first one to try is chosen at random.
 *
 * @throws ConnectError with the answer of each host
 */
export const connect = async (source: Source, options: ConnectOptions): Promise<ChannelModel> => {
  const failures: HostError[] = []
  for (const { host, port } of inTurn(source.hosts, options.random)) {
    try {
      return await connectTo(source, { host, port }, options)
    } catch (error) {
      failures.push(new HostError(`${host}:${port}`, source.vhost, error))
    }
  }
  throw new ConnectError(failures)
}

/** The answer of one host. */
class HostError extends Error {
  override readonly name = 'HostError'
  readonly isRefused: boolean

  constructor(where: string, vhost: string, cause: unknown) {
    const said = cause instanceof Error ? cause.message : 'failed'
    const refusal = refusalOf(said, vhost)
    super(`${where}: ${refusal ?? said}`, { cause })
    this.isRefused = refusal !== undefined
  }
}

/** The error message for a refused connection. amqplib has no codes for refusals, and hides why a connection was not opened. */
const refusalOf = (said: string, vhost: string): string | undefined => {
  if (/ACCESS[-_]REFUSED/.test(said))
    return "the broker refuses the user name or the password: correct them in the URL (user 'guest' may connect from the broker's own machine only)"
  if (/^(Frame size|Invalid frame|Unknown frame type)/.test(said))
    return 'a program that does not speak AMQP 0-9-1 listens there: correct the host and the port in the URL (RabbitMQ: 5672, with TLS 5671)'
  if (!said.includes('ConnectionOpenOk; got <ConnectionClose')) return undefined
  return (
    `the broker does not open vhost '${vhost}': correct the vhost in the URL, or create it (rabbitmqctl add_vhost) and ` +
    'give the user rights in it (rabbitmqctl set_permissions -p); the vhost may also have reached its connection limit'
  )
}

/** The items in their order, beginning at a random one. */
export const inTurn = <Item>(items: readonly Item[], random: number): readonly Item[] => {
  const first = Math.floor(random * items.length)
  return [...items.slice(first), ...items.slice(0, first)]
}

/** Bytes. RabbitMQ 4.1 and later refuse less than 8192. This is the size that the broker itself proposes. */
const FRAME_MAX = 131_072

const connectTo = async (
  source: Source,
  { host, port }: Source['hosts'][number],
  { name, timeoutMs }: ConnectOptions,
): Promise<ChannelModel> => {
  const where: Options.Connect = {
    protocol: source.tls === undefined ? 'amqp' : 'amqps',
    hostname: host,
    port,
    username: source.username,
    password: source.password,
    // amqplib decodes it.
    vhost: encodeURIComponent(source.vhost),
    heartbeat: source.heartbeatSeconds,
    frameMax: FRAME_MAX,
    maxFrameSize: FRAME_MAX,
  }
  const connection = await amqp.connect(where, {
    ...(source.tls && (await readTls(source.tls))),
    timeout: timeoutMs,
    noDelay: true,
    keepAlive: true,
    clientProperties: { connection_name: name },
  })
  // Without a listener the error would be thrown. 'close' follows with the same error.
  connection.on('error', () => {})
  return connection
}

const readTls = async ({ caFile, certFile, keyFile, serverName }: TlsFiles): Promise<SocketOptions> => ({
  ...(caFile !== undefined && { ca: await readFile(caFile) }),
  ...(certFile !== undefined && { cert: await readFile(certFile) }),
  ...(keyFile !== undefined && { key: await readFile(keyFile) }),
  ...(serverName !== undefined && { servername: serverName }),
})

/** AMQP 0-9-1 reply codes, as amqplib puts them into `code`. */
export const NOT_FOUND = 404
export const RESOURCE_LOCKED = 405
export const PRECONDITION_FAILED = 406

export const replyCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** A channel for one step that may fail: the broker closes a channel whenever it refuses something. */
export const throwAway = async (connection: ChannelModel): Promise<Channel> => {
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  return channel
}

/**
 * Closes a channel or a connection. Resolves once it is closed, whoever closed it, or at once if it was told to close
 * before.
 *
 * If the connection is lost before the broker answers, amqplib never settles `close()`, but it still emits the event.
 */
export const close = (open: Channel | ChannelModel): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = () => resolve()
  open.once('close', done)
  // It rejects where it was closed before.
  open.close().then(done, done)
  return promise
}

/**
 * Takes one message of a queue, unacked. Returns false if the queue is empty.
 *
 * If the connection is lost between the answer and the message, amqplib never settles `get()`.
 *
 * @throws Error when the channel is lost first, or the broker closes it
 */
export const get = async (channel: Channel, queue: string): Promise<GetMessage | false> => {
  const { promise: lost, reject } = Promise.withResolvers<never>()
  const lose = () => reject(new Error('the channel was lost before it gave a message'))
  channel.once('close', lose)
  try {
    return await Promise.race([channel.get(queue), lost])
  } finally {
    channel.off('close', lose)
  }
}

/**
 * Resolves once the queue has applied every ack that was sent on the channel.
 *
 * RabbitMQ (3.10 to 4.3) holds acks for a quorum queue back while 32 commands of a channel are on their way to it, and drops
 * what it holds back when the channel is closed (rabbit_fifo_client: `slow`, `unsent_commands`). A basic.get passes through
 * the queue's log behind the commands that were sent. So the first one releases what was held back, and the second one
 * comes after that. If it takes a message, that message is unacked like others and goes back with the channel.
 */
export const acksTaken = async (channel: Channel, queue: string): Promise<void> => {
  await get(channel, queue)
  await get(channel, queue)
}
