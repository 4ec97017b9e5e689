// A function that `tidings build` bundles, in a project that has installed the packed package. It is started as each platform does.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { ask, type ClientReply, type ClientRequest } from '../http-client.ts'
import { projectWithPackage } from '../installed-package.ts'
import { freePorts } from '../services/ports.ts'
import { untilAnswering } from '../services/until-answering.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type Container, type ContainerOptions, startContainer } from './docker/container.ts'
import { readImages } from './docker/images.ts'
import { startFuncRuntime } from './knative/func-runtime.ts'
import { type Manifest, variablesOf } from './knative/manifests.ts'
import { startQueueProxy } from './knative/queue-proxy.ts'
import { startLambda } from './lambda/rie.ts'
import { isStandIn, watchdog } from './openfaas/install.ts'

/** A project of `tidings init` in an empty folder, with this function, and built: the folder of what was built. */
export const buildProject = (source: string): string => {
  const project = projectWithPackage()
  const tidings = (...args: string[]) =>
    execFileSync(process.execPath, ['node_modules/tidings/bin/tidings.cjs', ...args], { cwd: project })
  tidings('init')
  writeFileSync(join(project, 'photos.ts'), source)
  tidings('build', './photos.ts')
  return join(project, 'dist')
}

/** The token that stands in the manifests' Secrets here. */
export const TOKEN = 'a-token'

type Environment = Readonly<Record<string, string>>
type Request = Pick<ClientRequest, 'headers' | 'body'>
type TestEnd = { after(end: () => void | PromiseLike<void>): void }

export type Started = {
  post(request: Request): Promise<Pick<ClientReply, 'status'> & { readonly headers: object }>
  /** Where probes and metrics are, if the platform runs the host. */
  readonly hostPort?: number
}
export type Start = (t: TestEnd, dist: string, environment: Environment) => Promise<Started>

const onLambda: Start = async (t, dist, environment) => {
  const lambda = await startLambda({
    bundle: 'photos',
    directory: join(dist, 'lambda'),
    environment: { ...environment, AUTH_TOKENS: TOKEN },
  })
  t.after(() => lambda[Symbol.asyncDispose]())
  return {
    post: async ({ headers = {}, body = '' }) => {
      const invocation = await lambda.invoke(functionUrlEvent({ headers, body, path: '/' }))
      if ('threw' in invocation) throw new Error(`${JSON.stringify(invocation)} ${lambda.output.text}`)
      const { statusCode, headers: sent = {} } = invocation.returned as { statusCode: number; headers?: object }
      return { status: statusCode, headers: sent }
    },
  }
}

/** As its Dockerfile says, in a file system that holds nothing else: no node_modules, no shell, no name server. */
const startImage = (t: TestEnd, context: string, more: Partial<ContainerOptions>): Container =>
  startContainer(t, { images: readImages(join(context, 'Dockerfile')), target: '', context, ...more })

const untilHealthy = (port: number, { exited, output }: Container): Promise<unknown> =>
  untilAnswering(
    `http://127.0.0.1:${port}/healthz`,
    exited.then(() => `it ended: ${output.stderr}`),
  )

const inContainer: Start = async (t, dist, environment) => {
  const [port = 0] = await freePorts(1)
  const container = startImage(t, join(dist, 'container'), {
    environment: { ...environment, AUTH_TOKENS: TOKEN, PORT: String(port) },
  })
  await untilHealthy(port, container)
  return { post: (request) => ask({ port, ...request }), hostPort: port }
}

const onOpenfaas: Start = async (t, dist, environment) => {
  const [port = 0, hostPort = 0] = await freePorts(2)
  const stack = parse(readFileSync(join(dist, 'openfaas/stack.yaml'), 'utf8'), { version: '1.1' })
  const { handler, environment: own, secrets } = stack.functions.photos
  const folder = temporaryFolder()
  for (const name of secrets) writeFileSync(join(folder, name), TOKEN)
  const container = startImage(t, join(dist, 'openfaas', handler), {
    watchdog,
    mounts: { '/var/openfaas/secrets': folder },
    environment: {
      ...own,
      ...environment,
      port: String(port),
      PORT: String(hostPort),
      upstream_url: `http://127.0.0.1:${hostPort}`,
    },
  })
  await untilHealthy(hostPort, container)
  return { post: (request) => ask({ port, ...request }), hostPort }
}

const onKnative: Start = async (t, dist, environment) => {
  const [port = 0] = await freePorts(1)
  const manifest: Manifest = parse(readFileSync(join(dist, 'knative/service.yaml'), 'utf8'))
  const container = startImage(t, join(dist, 'knative'), {
    environment: {
      ...variablesOf(manifest),
      ...environment,
      AUTH_TOKENS: TOKEN,
      PORT: String(port),
      K_SERVICE: 'photos',
    },
  })
  await untilHealthy(port, container)
  const proxy = await startQueueProxy(manifest, port)
  t.after(() => proxy[Symbol.asyncDispose]())
  return { post: (request) => ask({ port: proxy.port, ...request }), hostPort: port }
}

const onFunc: Start = async (t, dist, environment) => {
  const { run } = parse(readFileSync(join(dist, 'func/func.yaml'), 'utf8'))
  const own = run.envs.map(({ name, value }: { name: string; value: string }) => [name, value])
  const runtime = await startFuncRuntime(
    { ...Object.fromEntries(own), ...environment, AUTH_TOKENS: TOKEN },
    undefined,
    join(dist, 'func'),
  )
  t.after(() => runtime[Symbol.asyncDispose]())
  return { post: ({ headers = {}, body = '' }) => runtime.post({ headers, body }) }
}

export const PLATFORMS: Readonly<Record<string, Start>> = {
  'Lambda’s emulator and runtime client': onLambda,
  'the container': inContainer,
  [isStandIn ? 'a stand-in of OpenFaaS’s watchdog' : 'OpenFaaS’s watchdog']: onOpenfaas,
  'Knative’s queue-proxy': onKnative,
  'faas-js-runtime': onFunc,
}
