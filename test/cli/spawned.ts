import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { RgwConnection } from '../../lib/gateway/gateway-connection.ts'
import { compileCache } from '../compile-cache.ts'
import type { Ended } from './in-process.ts'

const main = fileURLToPath(new URL('../../lib/cli/cli-main.ts', import.meta.url))

type Given = {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Called with the process, e.g. to end it. */
  readonly onStart?: (process: ReturnType<typeof spawn>) => void
}

/** A command line as people run it, in a process of its own, in pipes, without our environment. */
export const spawnTidings = async (args: readonly string[], given: Given = {}): Promise<Ended> => {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, ...compileCache, ...given.env },
  })
  given.onStart?.(child)
  child.stdin.on('error', () => {}) // A command that does not read it may have ended.
  child.stdin.end(given.stdin)
  const exited = once(child, 'exit')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await exited
  return { code, stdout, stderr }
}

/** The variables that lead to a gateway. */
export const gatewayVariables = ({ endpoint, credentials }: RgwConnection) => ({
  RGW_ENDPOINT: endpoint.origin,
  RGW_ACCESS_KEY: credentials.accessKeyId,
  RGW_SECRET_KEY: credentials.secretAccessKey,
})
