import { readFile } from 'node:fs/promises'
import amqp, { type ChannelModel, type Options, type SocketOptions } from 'amqplib'
import type { Source, TlsFiles } from '../options.ts'

export type ConnectOptions = {
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

/** A refusal in words. amqplib has no codes for refusals, and hides why a connection was not opened. */
const refusalOf = (said: string, vhost: string): string | undefined => {
  if (/ACCESS[-_]REFUSED/.test(said))
    return "the broker refuses the user name or the password: correct them in the URL (user 'guest' may connect from the broker's own machine only)"
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
