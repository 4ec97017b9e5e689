import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { ask, type ClientReply } from '../../http-client.ts'
import { freePorts } from '../../services/ports.ts'
import { modules } from './install.ts'
import { directory } from './manifests.ts'

type Environment = Readonly<Record<string, string>>

export type FuncRuntime = AsyncDisposable & {
  readonly port: number
  readonly child: ChildProcess
  post(request: {
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | Buffer
  }): Promise<ClientReply>
  /** Resolves to its exit code. */
  stop(): Promise<number | null>
  /** Its output so far. */
  output(): string
}

/**
 * A function project, as `npm start` runs it in the image that func builds.
 *
 * @param entry in place of the project's own
 * @param files the folder of the project: deploy/knative/func unless said
 */
export const startFuncRuntime = async (
  environment: Environment,
  entry?: string,
  files = `${directory}func`,
): Promise<FuncRuntime> => {
  const [port = 0] = await freePorts(1)
  const project = mkdtempSync(`${modules}/../project-`)
  cpSync(files, project, { recursive: true })
  if (entry !== undefined) writeFileSync(`${project}/index.js`, entry)
  const child = spawn(process.execPath, [`${modules}/faas-js-runtime/bin/cli.js`, './index.js'], {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      FUNC_PORT: String(port),
      FUNC_INCLUDE_RAW: 'true',
      FUNC_LOG_LEVEL: 'info',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit').finally(() => rmSync(project, { recursive: true }))
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    printed += text
  })
  const listening = new Promise<void>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      printed += `${line}\n`
      if (line.includes('Server listening')) resolve()
    })
  })
  const failed = exited.then(([code]) => {
    throw new Error(`faas-js-runtime ended with ${code}: ${printed}`)
  })
  await Promise.race([listening, failed])
  // From here on its end is a result.
  failed.catch(() => {})

  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM')
    const [code] = await exited
    return code
  }
  return {
    port,
    child,
    post: (request) => ask({ port, ...request }),
    stop,
    output: () => printed,
    [Symbol.asyncDispose]: async () => {
      await stop()
    },
  }
}
