import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, on, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { compileCache } from './compile-cache.ts'
import { eachLine } from './each-line.ts'
import { freePorts } from './services/ports.ts'
import { untilListening } from './services/until-listening.ts'

export type HostProcess = AsyncDisposable & {
  readonly process: ChildProcess
  readonly url: string
  readonly port: number
  /** Lines of stdout so far, parsed: the events of a `log:` sink. */
  readonly events: readonly HostLine[]
  /** Lines of stderr so far, parsed: the log, and dead letters where no other place is configured. */
  readonly log: readonly HostLine[]
  /** Resolves once there are so many events, or lines of the log that match. */
  untilEvents(count: number): Promise<readonly HostLine[]>
  untilLogged(matches: (line: HostLine) => boolean): Promise<HostLine>
  /** Ends it as a platform does. Resolves to its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** A line of JSON whose shape the test knows. */
// biome-ignore lint/suspicious/noExplicitAny: what a test reads of a line, it asserts on
export type HostLine = any

const main = fileURLToPath(new URL('../lib/hosts/host-main.ts', import.meta.url))

/** The host as `npm start` runs it, on a free port unless PORT says which. */
export const startHost = async (environment: Record<string, string> = {}, script = main): Promise<HostProcess> => {
  const [freePort] = await freePorts(1)
  const child = spawn(process.execPath, [script], {
    env: {
      ...compileCache,
      PATH: process.env.PATH,
      PORT: String(freePort),
      SHUTDOWN_GRACE_MS: '0',
      LOG_LEVEL: 'debug',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const changed = new EventEmitter().setMaxListeners(0)
  const events: HostLine[] = []
  const log: HostLine[] = []
  eachLine(child.stdout, (line) => changed.emit('line', events.push(JSON.parse(line))))
  eachLine(child.stderr, (line) => changed.emit('line', log.push(parsed(line))))

  const until = async <Result>(look: () => Result | undefined): Promise<Result> => {
    const lines = on(changed, 'line')
    for (let found = look(); ; found = look()) {
      if (found !== undefined) return found
      const gone = exited.then(([code]) => {
        throw new Error(`the host ended with ${code}: ${JSON.stringify(log)}`)
      })
      await Promise.race([lines.next(), gone])
    }
  }

  const listens = async (): Promise<number> => {
    if (!['warn', 'error'].includes(environment.LOG_LEVEL ?? ''))
      return (await until(() => log.find(({ message }) => message === 'listening'))).port
    // At these levels a host does not say that it listens.
    const port = Number(environment.PORT ?? freePort)
    const ended = exited.then(([code]) => `the host ended with ${code}: ${JSON.stringify(log)}`)
    await untilListening(port, ended)
    return port
  }
  const port = await listens()
  return {
    process: child,
    url: `http://127.0.0.1:${port}`,
    port,
    events,
    log,
    untilEvents: (count) => until(() => (events.length >= count ? events : undefined)),
    untilLogged: (matches) => until(() => log.find(matches)),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      const [code] = await exited
      return code
    },
    async [Symbol.asyncDispose]() {
      // Gently, so that a gateway in the middle of a delivery gets its answer; it would repeat it for ever.
      child.kill('SIGTERM')
      await exited
    },
  }
}

const parsed = (line: string): HostLine => {
  try {
    return JSON.parse(line)
  } catch {
    return { message: line }
  }
}
