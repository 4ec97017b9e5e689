import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from '../../http-client.ts'
import { freePorts } from '../../services/ports.ts'
import { queueProxy } from './install.ts'
import type { Manifest } from './manifests.ts'

export type QueueProxy = AsyncDisposable & {
  readonly port: number
  /** What Knative's activator asks before it sends a request on. */
  isReady(): Promise<boolean>
  /**
   * What the kubelet does to end a pod: SIGTERM to queue-proxy, and to the container once its preStop hook has its answer, which is
   * 30 s after the last request. Resolves to the hook's answer.
   */
  drain(): Promise<number | undefined>
}

/** Fixed, as 9090 and 9091 for its measures are: one queue-proxy at a time. It listens at every address of the machine. */
const ADMIN_PORT = 8022

/** Knative's queue-proxy before a container that listens on `userPort`, set up as Knative would for the manifest. */
export const startQueueProxy = async ({ metadata, spec }: Manifest, userPort: number): Promise<QueueProxy> => {
  const [port = 0, tlsPort = 0] = await freePorts(2)
  const { containerConcurrency = 0, timeoutSeconds, containers } = spec.template.spec
  const { httpGet } = containers[0].readinessProbe
  const probe = { httpGet: { host: '127.0.0.1', ...httpGet, port: userPort, scheme: 'HTTP' }, successThreshold: 1 }
  const child = spawn(queueProxy, {
    env: {
      CONTAINER_CONCURRENCY: String(containerConcurrency),
      QUEUE_SERVING_PORT: String(port),
      QUEUE_SERVING_TLS_PORT: String(tlsPort),
      USER_PORT: String(userPort),
      REVISION_TIMEOUT_SECONDS: String(timeoutSeconds),
      SERVING_READINESS_PROBE: JSON.stringify(probe),
      SERVING_LOGGING_CONFIG: '',
      SERVING_LOGGING_LEVEL: 'error',
      SERVING_NAMESPACE: 'default',
      SERVING_SERVICE: metadata.name,
      SERVING_CONFIGURATION: metadata.name,
      SERVING_REVISION: `${metadata.name}-00001`,
      SERVING_POD: `${metadata.name}-00001-deployment-0`,
      SERVING_POD_IP: '127.0.0.1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text
    })
  }
  const exited = once(child, 'exit')
  const isReady = async (): Promise<boolean> => {
    const headers = { 'k-network-probe': 'queue', 'user-agent': 'Knative-Activator-Probe' }
    return (await ask({ port, method: 'GET', headers }).catch(() => undefined))?.status === 200
  }
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`queue-proxy ended with ${child.exitCode}: ${printed}`)
    await delay(20)
  }
  return {
    port,
    isReady,
    drain: async () => {
      child.kill('SIGTERM')
      return (await ask({ port: ADMIN_PORT, method: 'GET', path: '/wait-for-drain' })).status
    },
    [Symbol.asyncDispose]: async () => {
      // It would take its 30 s on SIGTERM, for a cluster to look elsewhere.
      child.kill('SIGKILL')
      await exited
    },
  }
}
