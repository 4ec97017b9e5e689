import { readFile } from 'node:fs/promises'
import amqp, { type ChannelModel, type Options, type SocketOptions } from 'amqplib'
import type { Source, TlsFiles } from '../options.ts'

export type ConnectOptions = {
  /** As the broker's own lists of connections show it. */
  readonly name: string
  readonly timeoutMs: number
  /** From 0 up to 1. */
  readonly random: number
}

/**
 * A connection to the first host that takes one, from a random one on.
 *
 * @throws AggregateError with what each host said
 */
export const connect = async (source: Source, options: ConnectOptions): Promise<ChannelModel> => {
  const failures: unknown[] = []
  for (const { host, port } of inTurn(source.hosts, options.random)) {
    try {
      return await connectTo(source, { host, port }, options)
    } catch (error) {
      failures.push(
        new Error(`${host}:${port}: ${error instanceof Error ? error.message : 'failed'}`, { cause: error }),
      )
    }
  }
  const said = failures.map((failure) => (failure as Error).message).join('; ') // They are the ones made above.
  throw new AggregateError(failures, `no host of the broker takes a connection: ${said}`)
}

/** From a random one on, and round. */
export const inTurn = <Item>(items: readonly Item[], random: number): readonly Item[] => {
  const first = Math.floor(random * items.length)
  return [...items.slice(first), ...items.slice(0, first)]
}

/** 4.1 and later refuse less than 8192; this is what the broker itself proposes. Bytes. */
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
    // amqplib decodes it once more.
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
  // Without a listener it would be thrown; 'close' follows, and tells the same.
  connection.on('error', () => {})
  return connection
}

const readTls = async ({ caFile, certFile, keyFile, serverName }: TlsFiles): Promise<SocketOptions> => ({
  ...(caFile !== undefined && { ca: await readFile(caFile) }),
  ...(certFile !== undefined && { cert: await readFile(certFile) }),
  ...(keyFile !== undefined && { key: await readFile(keyFile) }),
  ...(serverName !== undefined && { servername: serverName }),
})
