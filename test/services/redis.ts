// A Redis of our own on loopback, in a temporary directory.
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificates } from './certificates.ts'
import { freePorts } from './ports.ts'
import { startDaemon } from './processes.ts'
import { untilListening } from './until-listening.ts'

export type RedisServer = {
  /** `redis://127.0.0.1:<port>`, without a password. */
  url: string
  port: number
  /** The same server over TLS, and the path of its authority's certificate. The certificate is for `localhost` and 127.0.0.1. */
  tls: { url: string; ca: string }
  /** Kills it, like a power cut. */
  kill(): Promise<void>
  /** Starts it again with what it had on its disk. */
  start(): Promise<void>
  /** Stops it where it is: it takes connections and answers nothing, until it is resumed. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** @param fsync `always`: what is answered is on the disk. `everysec`, the default of Redis: it may lose the last seconds when it is killed. */
export async function startRedis(fsync: 'always' | 'everysec' = 'always'): Promise<RedisServer> {
  const [port = 0, tlsPort = 0] = await freePorts(2)
  const directory = await mkdtemp(join(tmpdir(), 'redis-'))
  const { ca, certificate, key } = await makeCertificates(directory)
  const tls = [
    '--tls-port',
    `${tlsPort}`,
    '--tls-cert-file',
    certificate,
    '--tls-key-file',
    key,
    '--tls-ca-cert-file',
    ca,
  ]
  const disk = ['--dir', directory, '--save', '', '--appendonly', 'yes', '--appendfsync', fsync]
  const args = ['--bind', '127.0.0.1', '--port', `${port}`, ...disk]
  const launch = () =>
    startDaemon('redis-server', [...args, ...tls, '--tls-auth-clients', 'no'], join(directory, 'redis.out'))
  let daemon = launch()

  const onExit = () => {
    daemon.kill()
    rmSync(directory, { recursive: true, force: true })
  }
  process.on('exit', onExit)
  await untilListening(port, daemon.exited)
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    tls: { url: `rediss://localhost:${tlsPort}`, ca },
    async kill() {
      daemon.kill()
      await daemon.exited
    },
    async start() {
      daemon = launch()
      await untilListening(port, daemon.exited)
    },
    pause: () => daemon.pause(),
    resume: () => daemon.resume(),
    async stop() {
      await daemon.stop()
      process.off('exit', onExit)
      await rm(directory, { recursive: true, force: true })
    },
  }
}
