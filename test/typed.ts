import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after } from 'node:test'

const cache = mkdtempSync(`${tmpdir()}/tidings-npm-`)
after(() => rmSync(cache, { recursive: true, force: true }))

/** The Node.js of the system comes first, as in a shell of one's own; `npm test` puts that of this checkout before it. */
const systemPath = (process.env.PATH ?? '')
  .split(':')
  .filter((directory) => !directory.endsWith('/node_modules/.bin'))
  .join(':')

/**
 * For commands as README and docs show them. npm begins with an empty cache, and a registry that npx asks is not there.
 */
export const TYPED_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: systemPath,
  HOME: process.env.HOME ?? cache,
  npm_config_cache: cache,
  npm_config_registry: 'http://127.0.0.1:9/',
}

/** A shell that runs a command, in a process group of its own. */
export const startTyped = (command: string, cwd: string, env: Readonly<Record<string, string>>): ChildProcess =>
  spawn('sh', ['-c', command], {
    cwd,
    env: { ...TYPED_ENVIRONMENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })

/** Ends what a command has started as Ctrl-C does: by a signal to each process of its group. */
export const endTyped = ({ pid }: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): void => {
  if (pid !== undefined) process.kill(-pid, signal)
}
