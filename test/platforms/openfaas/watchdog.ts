import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../../services/ports.ts'
import { untilAnswering } from '../../services/until-answering.ts'
import { type Container, startContainer } from '../docker/container.ts'
import { readImages } from '../docker/images.ts'
import { isStandIn, watchdog } from './install.ts'
import { functionOf, readStack, type StackFile } from './stack.ts'

export const images = readImages()

/** For the titles of tests. */
export const under = isStandIn ? "under a stand-in of OpenFaaS's watchdog" : "under OpenFaaS's watchdog"

export type Deployed = Container & {
  readonly port: number
  /** Where the function itself listens, behind the watchdog. */
  readonly functionPort: number
  /** Resolves once a line of the output, the watchdog's or the function's, holds this. */
  untilLogged(text: string): Promise<void>
}

export type DeployOptions = {
  readonly stack?: StackFile
  readonly name: string
  readonly secrets?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
}

type TestEnd = { after(end: () => void): void }

/** As OpenFaaS runs a function of a stack file: its image and environment, its secrets as files. On other ports. */
export const deploy = async (t: TestEnd, options: DeployOptions): Promise<Deployed> => {
  const starting = await start(t, options)
  const ended = starting.exited.then(() => `the watchdog ended: ${starting.output.stderr}`)
  await untilAnswering(`http://127.0.0.1:${starting.functionPort}/healthz`, ended)
  await untilAnswering(`http://127.0.0.1:${starting.port}/_/health`, ended)
  return starting
}

/** As `deploy`, without waiting until it answers. */
export const start = async (t: TestEnd, { stack = 'stack', name, ...given }: DeployOptions): Promise<Deployed> => {
  const [port = 0, functionPort = 0] = await freePorts(2)
  const { image, environment, secrets = [] } = functionOf(readStack(stack), name)
  const direct = !image.includes('tidings-openfaas')
  const container = startContainer(t, {
    images,
    target: direct ? 'host' : 'openfaas',
    watchdog,
    mounts: { '/var/openfaas/secrets': secretFiles(t, secrets, given.secrets) },
    environment: {
      ...environment,
      SINK_URL: '',
      ...(direct
        ? { PORT: String(port) }
        : { port: String(port), PORT: String(functionPort), upstream_url: `http://127.0.0.1:${functionPort}` }),
      ...given.environment,
    },
  })
  return {
    ...container,
    port,
    functionPort: direct ? port : functionPort,
    untilLogged: (text) => untilLogged(container, text),
  }
}

const secretFiles = (t: TestEnd, names: readonly string[], given: Readonly<Record<string, string>> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-secrets-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const name of names) writeFileSync(join(folder, name), given[name] ?? `the-${name}`)
  return folder
}

const untilLogged = async ({ output, process, exited }: Container, text: string): Promise<void> => {
  const ended = exited.then(() => true)
  while (!`${output.stdout}${output.stderr}`.includes(text)) {
    const more = Promise.withResolvers<false>()
    for (const stream of [process.stdout, process.stderr]) stream?.once('data', () => more.resolve(false))
    if ((await Promise.race([more.promise, ended])) && !`${output.stdout}${output.stderr}`.includes(text))
      throw new Error(`ended without a word of "${text}": ${output.stderr}`)
  }
}
