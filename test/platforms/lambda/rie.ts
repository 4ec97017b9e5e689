import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { ask } from '../../http-client.ts'
import { freePorts } from '../../services/ports.ts'
import { untilAnswering } from '../../services/until-answering.ts'
import { emulator, runtimeClient } from './install.ts'

export type LambdaOptions = {
  /** `<name>.cjs`, with a handler `handler`. */
  readonly bundle: string
  /** Where it is, dist/ unless said. */
  readonly directory?: string
  readonly environment?: Readonly<Record<string, string>>
  /** The time limit of the function. Default: 60 s. */
  readonly timeoutSeconds?: number
}

/** The handler's result, or that it threw, or that it threw while it was loaded. The emulator answers 200 for the first two. */
export type Invocation =
  | { readonly returned: unknown }
  | { readonly threw: { readonly errorType: string; readonly errorMessage: string } }

export type Lambda = AsyncDisposable & {
  invoke(event: unknown): Promise<Invocation>
  /** Of the runtime's process, and START, END and REPORT of each invocation. */
  readonly output: { readonly text: string }
  /** The emulator's own process, whose child the runtime is. */
  readonly pid: number
}

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url))

/** Where the emulator takes invocations, whatever the function's name. */
const INVOCATIONS = '/2015-03-31/functions/function/invocations'

/**
 * A bundle of dist/, alone in a folder as the zip lays it out, under AWS' Runtime Interface Emulator and AWS' runtime interface client. The
 * runtime starts with the first invocation.
 */
export const startLambda = async ({
  bundle,
  directory = dist,
  environment = {},
  timeoutSeconds = 60,
}: LambdaOptions): Promise<Lambda> => {
  if (!existsSync(emulator)) throw new Error('no emulator is installed: run `node test/platforms/install.ts`')
  const folder = mkdtempSync(`${tmpdir()}/tidings-task-`)
  mkdirSync(`${folder}/dist`)
  for (const file of [`${bundle}.cjs`, ...globSync('{client,part}-*.cjs', { cwd: directory })])
    copyFileSync(`${directory}/${file}`, `${folder}/dist/${file}`)

  const [runtimeApi, port = 0] = await freePorts(2)
  const addresses = [
    ['--runtime-api-address', `127.0.0.1:${runtimeApi}`],
    ['--runtime-interface-emulator-address', `127.0.0.1:${port}`],
  ].flat()
  const command = [process.execPath, runtimeClient, `dist/${bundle}.handler`]
  // The kernel ends the emulator when this process dies, however it does.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', emulator, ...addresses, ...command], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      LAMBDA_TASK_ROOT: folder,
      AWS_LAMBDA_FUNCTION_NAME: bundle,
      AWS_LAMBDA_FUNCTION_TIMEOUT: String(timeoutSeconds),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output.text += text
    })
  }
  const exited = once(child, 'exit')
  await untilAnswering(
    `http://127.0.0.1:${port}/`,
    exited.then(() => `the emulator ended: ${output.text}`),
  )
  return {
    output,
    pid: child.pid ?? 0,
    invoke: async (event) => {
      const { status, body } = await ask({ port, path: INVOCATIONS, body: JSON.stringify(event) })
      if (status !== 200 && body === '') throw new Error(`the emulator answered ${status}: ${output.text}`)
      return invocationOf(body)
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

/** Nothing is returned as an empty body or as `null`. */
const invocationOf = (body: string): Invocation => {
  const value = body === '' ? null : JSON.parse(body)
  const isError = typeof value?.errorType === 'string' && typeof value.errorMessage === 'string'
  return isError ? { threw: value } : { returned: value }
}
