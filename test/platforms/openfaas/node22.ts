import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../services/ports.ts'
import { untilAnswering } from '../../services/until-answering.ts'
import { templateIndex, templateModules, watchdog } from './install.ts'
import { functionOf, readStack } from './stack.ts'

export type Node22 = AsyncDisposable & {
  readonly port: number
  readonly process: ChildProcess
  readonly output: { readonly stderr: string }
  readonly exited: Promise<unknown>
}

/** The variables that the template's Dockerfile sets. */
const TEMPLATE_ENVIRONMENT = { mode: 'http', fprocess: 'node index.js', prefix_logs: 'false' }

const here = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** A function in the layout that `faas-cli build` makes of the node22 template and our handler, under the watchdog. */
export const startNode22 = async (
  functionName: string,
  environment: Readonly<Record<string, string>>,
  handler = here('deploy/openfaas/node22'),
): Promise<Node22> => {
  const home = mkdtempSync(join(tmpdir(), 'tidings-node22-'))
  copyFileSync(templateIndex, join(home, 'index.js'))
  symlinkSync(templateModules, join(home, 'node_modules'))
  cpSync(handler, join(home, 'function'), { recursive: true })
  copyFileSync(here(`dist/${functionName}.cjs`), join(home, 'function', `${functionName}.cjs`))
  mkdirSync(join(home, 'tmp'))

  const [port = 0, functionPort = 0] = await freePorts(2)
  const child = spawn(watchdog, [], {
    cwd: home,
    env: {
      PATH: dirname(process.execPath),
      TMPDIR: join(home, 'tmp'),
      ...TEMPLATE_ENVIRONMENT,
      ...functionOf(readStack('node22'), 'ceph-notifications-node22').environment,
      port: String(port),
      http_port: String(functionPort),
      upstream_url: `http://127.0.0.1:${functionPort}`,
      SINK_URL: '',
      FUNCTION: functionName,
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: with the watchdog its container would end, and so the function.
    detached: true,
  })
  const output = { stderr: '' }
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text
  })
  const drained = once(child, 'close')
  const exited = once(child, 'exit').then(async () => {
    endGroup(child)
    await drained
    rmSync(home, { recursive: true, force: true })
  })
  await untilAnswering(
    `http://127.0.0.1:${functionPort}/`,
    exited.then(() => `it ended: ${output.stderr}`),
  )
  await untilAnswering(
    `http://127.0.0.1:${port}/_/health`,
    exited.then(() => `it ended: ${output.stderr}`),
  )
  return {
    port,
    process: child,
    output,
    exited,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

const endGroup = ({ pid }: ChildProcess): void => {
  try {
    process.kill(-(pid ?? 0), 'SIGKILL')
  } catch {
    // Nobody was left.
  }
}
