import { execFile, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { promisify } from 'node:util'

export type Daemon = {
  kill(): void
  /** Stops it where it is, like a machine that hangs, until it is resumed. */
  pause(): void
  resume(): void
  exited: Promise<string>
  stop(): Promise<void>
}

const execFileAsync = promisify(execFile)

/** Runs a command to its end. What it wrote to stderr is part of the error, as Node's execFile puts it there. */
export async function run(command: string, args: string[]): Promise<string> {
  const { stdout } = await execFileAsync(command, args, { timeout: 60_000, env: environment(), maxBuffer: 2 ** 26 })
  return stdout
}

/** Keeps a foreground process of ours running; its output goes to a file. `exited` resolves to how it ended. */
export function startDaemon(command: string, args: string[], outputFile: string): Daemon {
  const output = openSync(outputFile, 'a')
  // setpriv execs the command, so the pid stays the command's own; the kernel kills it when this process dies,
  // even by SIGKILL. (util-linux, essential on Debian.)
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    stdio: ['ignore', output, output],
    env: environment(),
  })
  closeSync(output)

  const { promise: exited, resolve } = Promise.withResolvers<string>()
  child.once('error', (error) => resolve(`${command} did not start: ${error.message}`))
  child.once('exit', (code, signal) => resolve(`${command} ended with ${signal ?? `exit code ${code}`}`))

  return {
    exited,
    kill: () => child.kill('SIGKILL'),
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await exited
      clearTimeout(timer)
    },
  }
}

/** The environment without CEPH_ARGS, CEPH_CONF and the like: they would point the tools at somebody's real cluster. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CEPH_')))
}
