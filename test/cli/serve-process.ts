import { spawn } from 'node:child_process'
import { EventEmitter, on, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../compile-cache.ts'
import { eachLine } from '../each-line.ts'
import { freePorts } from '../services/ports.ts'

const command = fileURLToPath(new URL('../../bin/tidings.cjs', import.meta.url))

/** A line of the log, or of what else stands on stderr. */
// biome-ignore lint/suspicious/noExplicitAny: what a test reads of a line, it asserts on
type Line = any

type Given = {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** The message to wait for. Default: that it listens. */
  readonly until?: string
}

/** `tidings serve` in a process of its own, on a free port. */
export const startServe = async (args: readonly string[], { cwd, env = {}, until = 'listening' }: Given) => {
  const [port] = await freePorts(1)
  const child = spawn(process.execPath, [command, 'serve', ...args], {
    cwd,
    env: { ...compileCache, PATH: process.env.PATH, PORT: `${port}`, SHUTDOWN_GRACE_MS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const changed = new EventEmitter().setMaxListeners(0)
  const printed: string[] = []
  const log: Line[] = []
  eachLine(child.stdout, (line) => changed.emit('line', printed.push(line)))
  eachLine(child.stderr, (line) =>
    changed.emit('line', log.push(line.startsWith('{') ? JSON.parse(line) : { message: line })),
  )

  const untilLogged = async (matches: (line: Line) => boolean): Promise<Line> => {
    const lines = on(changed, 'line')
    for (let found = log.find(matches); ; found = log.find(matches)) {
      if (found !== undefined) return found
      const gone = exited.then(([code]) => {
        throw new Error(`tidings serve ended with ${code}: ${JSON.stringify(log)}`)
      })
      await Promise.race([lines.next(), gone])
    }
  }
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    const [code] = await exited
    return code
  }
  await untilLogged(({ message }) => message === until)
  return {
    url: `http://127.0.0.1:${port}`,
    printed,
    untilLogged,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) await stop('SIGTERM')
    },
  }
}
