import { spawn } from 'node:child_process'
import { EventEmitter, on, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eachLine } from '../each-line.ts'

/** A line of JSON whose shape the test knows. */
// biome-ignore lint/suspicious/noExplicitAny: what a test reads of a line, it asserts on
export type Line = any

export type RelayProcess = AsyncDisposable & {
  readonly pid: number
  /** Lines of stdout so far, parsed: the events of a `log:` sink. */
  readonly events: readonly Line[]
  /** Lines of stderr so far, parsed: the log. A line that is not JSON is `{ message }`. */
  readonly log: readonly Line[]
  untilEvents(count: number): Promise<readonly Line[]>
  untilLogged(matches: (line: Line) => boolean): Promise<Line>
  /** Ends it. Resolves to its exit code, null after SIGKILL. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  readonly exited: Promise<number | null>
}

const main = fileURLToPath(new URL('../../lib/cli/cli-main.ts', import.meta.url))

/** `tidings relay` as people run it, in a process of its own, with these flags and variables and no others. */
export const startRelayProcess = (
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RelayProcess => {
  const child = spawn(process.execPath, [main, 'relay', ...flags], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'debug', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit').then(([code]) => code as number | null) // As Node documents it.
  const changed = new EventEmitter().setMaxListeners(0)
  const events: Line[] = []
  const log: Line[] = []
  eachLine(child.stdout, (line) => changed.emit('line', events.push(JSON.parse(line))))
  eachLine(child.stderr, (line) => changed.emit('line', log.push(parsed(line))))

  const until = async <Result>(look: () => Result | undefined): Promise<Result> => {
    const lines = on(changed, 'line')
    const gone = exited.then((code) => {
      throw new Error(`the relay ended with ${code}: ${JSON.stringify(log.slice(-20))}`)
    })
    gone.catch(() => {})
    for (let found = look(); ; found = look()) {
      if (found !== undefined) return found
      await Promise.race([lines.next(), gone])
    }
  }

  return {
    pid: child.pid ?? 0,
    events,
    log,
    exited,
    untilEvents: (count) => until(() => (events.length >= count ? events : undefined)),
    untilLogged: (matches) => until(() => log.find(matches)),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

const parsed = (line: string): Line => {
  try {
    return JSON.parse(line)
  } catch {
    return { message: line }
  }
}
