import { fileURLToPath } from 'node:url'
import { type HostProcess, startHost } from '../../host-process.ts'
import { ask, type ClientReply, type ClientRequest } from '../../http-client.ts'
import { freePorts } from '../../services/ports.ts'
import { manifestOf, variablesOf } from './manifests.ts'
import { type QueueProxy, startQueueProxy } from './queue-proxy.ts'

/** What Knative puts into the environment of a container, beside the manifest's own. */
const contract = (service: string, port: number) => ({
  PORT: String(port),
  K_SERVICE: service,
  K_CONFIGURATION: service,
  K_REVISION: `${service}-00001`,
})

export type Pod = AsyncDisposable & {
  readonly host: HostProcess
  readonly proxy: QueueProxy
  /** As a request comes from Knative's ingress. */
  post(request: Omit<ClientRequest, 'port'>): Promise<ClientReply>
}

/** What the image runs. */
export const bundle = fileURLToPath(new URL('../../../dist/server.cjs', import.meta.url))

/** A Service of deploy/knative as its pod: the command of the image, and queue-proxy before it. */
export const startPod = async (service: string, environment: Readonly<Record<string, string>>): Promise<Pod> => {
  const manifest = manifestOf('Service', service)
  const [port = 0] = await freePorts(1)
  await using started = new AsyncDisposableStack()
  const host = started.use(
    await startHost({ ...variablesOf(manifest), ...contract(service, port), ...environment }, bundle),
  )
  const proxy = started.use(await startQueueProxy(manifest, port))
  const forwarded = {
    host: `${service}.default.svc.cluster.local`,
    forwarded: 'for=10.0.0.1;proto=http',
    'k-proxy-request': 'activator',
  }
  const pod = started.move()
  return {
    host,
    proxy,
    post: (request) => ask({ ...request, port: proxy.port, headers: { ...forwarded, ...request.headers } }),
    [Symbol.asyncDispose]: () => pod.disposeAsync(),
  }
}
