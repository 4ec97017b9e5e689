import { isatty } from 'node:tty'
import { lineWriter } from '../process/line-writer.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/** What a sink may leave open, such as an idle connection, does not keep a process that is done. Milliseconds. */
const GRACE_MS = 2000

const STDERR = 2

/** Runs a command in this process, and ends it. */
export const runMain = (command: (terminal: Terminal) => Promise<ExitCode>): void => {
  // The second of a kind ends the process at once, as ever.
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort('SIGINT'))
  process.once('SIGTERM', () => stop.abort('SIGTERM'))

  const { argv, env, stdin, stdout } = process
  // Lines of functions that run inside go there too.
  const stderr = { isTTY: isatty(STDERR), write: lineWriter(STDERR).writeNow }
  // No await: this is bundled as CommonJS too.
  command({ args: argv.slice(2), env, stdin, stdout, stderr, signal: stop.signal }).then((code) => {
    process.exitCode = code
    setTimeout(() => process.exit(), GRACE_MS).unref()
  })
}
