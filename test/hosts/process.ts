import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../compile-cache.ts'
import type { LogLine } from '../log-lines.ts'

export type HostProcess = {
  readonly child: ChildProcess
  /** Its output so far. */
  readonly output: { readonly stdout: string; readonly stderr: string }
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  logLines(): LogLine[]
}
export type ListeningHost = HostProcess & { readonly port: number; readonly address: string }

type TestEnd = { after(end: () => void): void }

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Runs the host as `npm start` does, with these variables and no others. It ends with the test. */
export const runHost = (t: TestEnd, environment: Readonly<Record<string, string>>): HostProcess => {
  const child = spawn(process.execPath, ['lib/hosts/host-main.ts'], {
    cwd: root,
    env: { ...compileCache, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => {
    child.kill('SIGKILL')
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text
  })
  return {
    child,
    output,
    exited: once(child, 'close').then(([code, signal]) => ({ code, signal })),
    logLines: () =>
      output.stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
  }
}

/** As runHost, on a free port, once it says that it listens. */
export const startHost = async (
  t: TestEnd,
  environment: Readonly<Record<string, string>> = {},
): Promise<ListeningHost> => {
  if (['warn', 'error'].includes(environment.LOG_LEVEL ?? ''))
    throw new Error(`a host with LOG_LEVEL=${environment.LOG_LEVEL} does not say on which port it listens: use runHost`)
  const host = runHost(t, { PORT: '0', ...environment })
  const { port, address } = await untilLogged(host, 'listening')
  return { ...host, port: Number(port), address: String(address) }
}

/** The log line with this message, as soon as it is there. */
export const untilLogged = async (host: HostProcess, message: string): Promise<LogLine> => {
  for (;;) {
    const line = host.output.stderr.includes(`"${message}"`) && host.logLines().find((each) => each.message === message)
    if (line) return line
    const more = await Promise.race([once(host.child.stderr as NodeJS.ReadableStream, 'data'), host.exited]) // Piped.
    if ('code' in more) throw new Error(`the host ended before it logged "${message}": ${host.output.stderr}`)
  }
}
