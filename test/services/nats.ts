// A NATS server of our own on loopback, with JetStream, in a temporary directory.
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './ports.ts'
import { startDaemon } from './processes.ts'
import { untilListening } from './until-listening.ts'

export type NatsServer = {
  /** `nats://127.0.0.1:<port>` */
  url: string
  port: number
  /** Kills it, like a power cut. */
  kill(): Promise<void>
  /** Starts it again with what it had on its disk. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** @param options more options of its command line */
export async function startNats(...options: readonly string[]): Promise<NatsServer> {
  const [port = 0] = await freePorts(1)
  const directory = await mkdtemp(join(tmpdir(), 'nats-'))
  const args = ['--addr', '127.0.0.1', '--port', `${port}`, '--jetstream', '--store_dir', directory, ...options]
  const launch = () => startDaemon('nats-server', args, join(directory, 'nats.out'))
  let daemon = launch()

  const onExit = () => {
    daemon.kill()
    rmSync(directory, { recursive: true, force: true })
  }
  process.on('exit', onExit)
  await untilListening(port, daemon.exited)
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    async kill() {
      daemon.kill()
      await daemon.exited
    },
    async start() {
      daemon = launch()
      await untilListening(port, daemon.exited)
    },
    async stop() {
      await daemon.stop()
      process.off('exit', onExit)
      await rm(directory, { recursive: true, force: true })
    },
  }
}
