import { isatty } from 'node:tty'
import { lineWriter } from '../process/line-writer.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/** A finished command exits after this time even if something is still open, such as an idle connection. Milliseconds. */
const GRACE_MS = 2000

const STDERR = 2

/** Runs a command in this process, and ends it. */
export const runMain = (command: (terminal: Terminal) => Promise<ExitCode>): void => {
  // A second signal of the same kind ends the process at once, which is the default of Node.js.
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort('SIGINT'))
  process.once('SIGTERM', () => stop.abort('SIGTERM'))

  const { argv, env, stdin, stdout } = process
  // Functions that run in this process log to stderr too.
  const stderr = { isTTY: isatty(STDERR), write: lineWriter(STDERR).writeNow }
  // No await: this is bundled as CommonJS too.
  command({ args: argv.slice(2), env, stdin, stdout, stderr, signal: stop.signal }).then((code) => {
    process.exitCode = code
    setTimeout(() => process.exit(), GRACE_MS).unref()
  })
}
