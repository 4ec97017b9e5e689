// moto's server, an emulator of AWS, on loopback. It keeps everything in memory.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { motoServer } from './install-services.ts'
import { freePorts } from './ports.ts'
import { startDaemon } from './processes.ts'
import { untilListening } from './until-listening.ts'

export type Moto = {
  /** `http://127.0.0.1:<port>`: every service of AWS. It takes any credentials. */
  endpoint: string
  stop(): Promise<void>
}

export async function startMoto(): Promise<Moto> {
  const [port = 0] = await freePorts(1)
  const daemon = startDaemon(motoServer, ['-H', '127.0.0.1', '-p', `${port}`], join(tmpdir(), `moto-${port}.out`))
  process.on('exit', daemon.kill)
  await untilListening(port, daemon.exited)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      process.off('exit', daemon.kill)
      daemon.kill()
      await daemon.exited
    },
  }
}
