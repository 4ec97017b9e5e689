// A RabbitMQ of our own on loopback, in a temporary directory, with an epmd of its own: any number run side by side.
import { rmSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Certificates, makeCertificates } from './certificates.ts'
import { freePorts } from './ports.ts'
import { type Daemon, run, startDaemon } from './processes.ts'
import { brokerEnvironment, rabbitmqConf, writeBrokerFiles } from './rabbitmq-conf.ts'

export type RabbitMQ = {
  /** `amqp://guest:guest@127.0.0.1:<port>`. The vhost is `/`. */
  url: string
  port: number
  /** Only of a broker started with `tls`. The certificate is for `localhost` and 127.0.0.1. */
  tls?: { url: string; port: number } & Certificates
  /** Runs rabbitmqctl and gives what it prints. */
  ctl(...args: string[]): Promise<string>
  /** Ends it (unless it was killed) and starts it again, on the same ports and with the same data. */
  restart(): Promise<void>
  /** Kills the broker, like a power cut. `restart` brings it back. */
  kill(): Promise<void>
  /** Path of the broker's log. */
  logs(): string
  stop(): Promise<void>
}

export type RabbitMQOptions = {
  tls?: boolean
  /** Further lines of rabbitmq.conf, such as `consumer_timeout = 5000`. */
  conf?: readonly string[]
}

// The binaries behind Debian's wrappers in /usr/sbin, which would drop to the user rabbitmq and its own files. Those of another
// release where the variable names their folder (tentacle-setup.ts).
const binaries = process.env.TIDINGS_TEST_RABBITMQ ?? '/usr/lib/rabbitmq/bin'

export async function startRabbitMQ({ tls = false, conf = [] }: RabbitMQOptions = {}): Promise<RabbitMQ> {
  const [port = 0, tlsPort = 0, epmdPort = 0, distributionPort = 0] = await freePorts(4)
  const directory = await mkdtemp(join(tmpdir(), 'rabbitmq-'))
  const log = join(directory, 'broker.out')
  const variables = brokerEnvironment(directory, { epmdPort, distributionPort })
  const certificates = tls ? await makeCertificates(directory) : undefined
  await writeBrokerFiles(directory, rabbitmqConf(port, certificates && { port: tlsPort, ...certificates }, conf))

  const epmd = startDaemon('epmd', ['-port', `${epmdPort}`, '-address', '127.0.0.1'], join(directory, 'epmd.out'))
  let broker: Daemon | undefined
  const start = async () => {
    const before = await logLength(log)
    broker = startDaemon('env', ['-i', ...variables, `${binaries}/rabbitmq-server`], log)
    await untilStarted(log, before, broker.exited)
  }

  const onExit = () => {
    broker?.kill()
    epmd.kill()
    rmSync(directory, { recursive: true, force: true })
  }
  process.on('exit', onExit)
  const stop = async () => {
    await broker?.stop()
    await epmd.stop()
    process.off('exit', onExit)
    await rm(directory, { recursive: true, force: true })
  }

  try {
    await start()
  } catch (cause) {
    const seen = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-20).join('\n')
    await stop()
    throw new Error(`RabbitMQ did not start\n${seen}`, { cause })
  }
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    port,
    ...(certificates && {
      tls: { url: `amqps://guest:guest@localhost:${tlsPort}`, port: tlsPort, ...certificates },
    }),
    ctl: (...args) => run('env', ['-i', ...variables, `${binaries}/rabbitmqctl`, '--quiet', ...args]),
    async restart() {
      await broker?.stop()
      await start()
    },
    async kill() {
      broker?.kill()
      await broker?.exited
    },
    logs: () => log,
    stop,
  }
}

async function logLength(log: string): Promise<number> {
  const text = await readFile(log, 'utf8').catch(() => '')
  return text.length
}

/** Until the broker says that everything is up, listeners and rabbitmqctl included (`Server startup complete`). */
async function untilStarted(log: string, before: number, exited: Promise<string>): Promise<void> {
  let ended: string | undefined
  exited.then((how) => {
    ended = how
  })
  const deadline = Date.now() + 120_000
  while (Date.now() < deadline) {
    const text = await readFile(log, 'utf8').catch(() => '')
    if (text.slice(before).includes('Server startup complete')) return
    if (ended) throw new Error(ended)
    await pause(50)
  }
  throw new Error('RabbitMQ was not up within 120 s')
}
