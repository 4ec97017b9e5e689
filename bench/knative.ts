// A Service of deploy/knative as the image's plain command, beside the same function under func's runtime (faas-js-runtime): from the
// start until it listens, memory at rest, a request; and what Knative's queue-proxy adds to a request. Needs
// `npm run build && node test/platforms/install.ts`.
import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { startHost } from '../test/host-process.ts'
import { ask } from '../test/http-client.ts'
import { startFuncRuntime } from '../test/platforms/knative/func-runtime.ts'
import { bundle, startPod } from '../test/platforms/knative/pod.ts'
import { inTurn, median, notification, report } from './measure.ts'

const rounds = Number(process.env.BENCH_ROUNDS ?? 11)
const variables = {
  FUNCTION: 'ceph-notifications',
  AUTH_TOKENS: 'a-token',
  CLAIMS_URL: 'none:',
  SHUTDOWN_GRACE_MS: '0',
}

const startPlain = () => startHost({ ...variables, LOG_LEVEL: 'info' }, bundle)
const startFunc = () => startFuncRuntime(variables)

const readyMs = (start: () => Promise<AsyncDisposable>) => async (): Promise<number> => {
  const before = performance.now()
  await using _running = await start()
  return performance.now() - before
}

/** Median of one request after the other over one connection. */
const latencyMs = (port: number) => async (): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { 'content-type': 'application/json', authorization: 'Bearer a-token' }
  const times: number[] = []
  for (let count = 0; count < 500; count++) {
    const before = performance.now()
    const { status } = await ask({ port, headers, body: notification, agent })
    if (status !== 204) throw new Error(`answered ${status}`)
    times.push(performance.now() - before)
  }
  agent.destroy()
  return median(times)
}

/** Of a process, resident. */
const mebibytes = (pid: number | undefined): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

const ready = await inTurn(rounds, { plain: readyMs(startPlain), func: readyMs(startFunc) })
report('plain container command, ms until it listens', ready.plain.toFixed(0), '-')
report('  faas-js-runtime', ready.func.toFixed(0), '-')

await using pod = await startPod('ceph-notifications', { ...variables, LOG_LEVEL: 'info' })
await using func = await startFunc()
report('plain container, MiB at rest', mebibytes(pod.host.process.pid).toFixed(0), '-')
report('  faas-js-runtime', mebibytes(func.child.pid).toFixed(0), '-')

const each = await inTurn(rounds, {
  plain: latencyMs(pod.host.port),
  proxied: latencyMs(pod.proxy.port),
  func: latencyMs(func.port),
})
report('plain container, ms for a request', each.plain.toFixed(2), '-')
report('  more behind queue-proxy', (each.proxied - each.plain).toFixed(2), '-')
report('  more under faas-js-runtime', (each.func - each.plain).toFixed(2), '-')
