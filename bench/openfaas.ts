// The image for OpenFaaS beside the plain one, both as processes: from the start until ready, what the watchdog adds to a
// request, and memory at rest. Needs `node test/platforms/install.ts`; without OF_WATCHDOG the watchdog is a stand-in in Go,
// and its figures are the stand-in's.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from '../test/http-client.ts'
import { isStandIn, watchdog } from '../test/platforms/openfaas/install.ts'
import { freePorts } from '../test/services/ports.ts'
import { inTurn, median, notification, report } from './measure.ts'

const server = new URL('../dist/server.cjs', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'tidings-bench-'))
const path = '/?token=a-token'

type Running = {
  readonly port: number
  readonly readyMs: number
  readonly child: ChildProcess
  stop(): Promise<void>
}

const start = async (
  command: readonly [string, ...string[]],
  port: number,
  env: Record<string, string>,
): Promise<Running> => {
  const [program, ...args] = command
  const started = performance.now()
  const child = spawn(program, args, {
    // The child gets no secret of this environment, and its events go to /dev/null.
    env: {
      PATH: process.env.PATH,
      FUNCTION: 'ceph-notifications',
      AUTH_TOKENS: 'a-token',
      CLAIMS_URL: 'none:',
      ...env,
    },
    stdio: 'ignore',
    detached: true,
  })
  const isReady = async () => (await ask({ port, path: '/_/ready', method: 'GET' })).status === 200
  // Without a pause the probe would take the processor from the program that it waits for.
  while (!(await isReady().catch(() => false))) await delay(2)
  return {
    port,
    child,
    readyMs: performance.now() - started,
    stop: async () => {
      process.kill(-(child.pid ?? 0), 'SIGKILL') // The group: the watchdog and its function.
      await once(child, 'exit')
    },
  }
}

const plain = async (): Promise<Running> => {
  const [port = 0] = await freePorts(1)
  return start([process.execPath, server], port, { PORT: `${port}` })
}

const watched = async (): Promise<Running> => {
  const [port = 0, functionPort = 0] = await freePorts(2)
  return start([watchdog], port, {
    mode: 'http',
    fprocess: `${process.execPath} ${server}`,
    upstream_url: `http://127.0.0.1:${functionPort}`,
    ready_path: '/_/ready',
    TMPDIR: folder,
    port: `${port}`,
    PORT: `${functionPort}`,
  })
}

const readyMs = (begin: () => Promise<Running>) => async (): Promise<number> => {
  const running = await begin()
  await running.stop()
  return running.readyMs
}

/** Median of one request after the other over one connection, in milliseconds. */
const latencyMs =
  ({ port }: Running) =>
  async (): Promise<number> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const times: number[] = []
    for (let count = 0; count < 500; count++) {
      const before = performance.now()
      const { status } = await ask({ port, path, body: notification, agent })
      if (status !== 204) throw new Error(`answered ${status}`)
      times.push(performance.now() - before)
    }
    agent.destroy()
    return median(times)
  }

/** Of a process and its children, in MiB: their share of what is shared (PSS). */
const memoryMebibytes = ({ child }: Running): number => {
  const kilobytes = [child.pid ?? 0, ...childrenOf(child.pid ?? 0)].map((pid) =>
    Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]),
  )
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024
}

const childrenOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )

const name = isStandIn ? "of-watchdog's stand-in" : 'of-watchdog'
const ready = await inTurn(Number(process.env.BENCH_ROUNDS ?? 11), { plain: readyMs(plain), watched: readyMs(watched) })
report('plain container command, ms to ready', ready.plain.toFixed(0), '-')
report(`under ${name}, ms to ready`, ready.watched.toFixed(0), '-')

const [direct, behind] = [await plain(), await watched()]
const memory = { direct: memoryMebibytes(direct), behind: memoryMebibytes(behind) }
const each = await inTurn(Number(process.env.BENCH_ROUNDS ?? 11), {
  direct: latencyMs(direct),
  behind: latencyMs(behind),
})
report('plain container, ms for a request', each.direct.toFixed(2), '-')
report(`  more under ${name}`, (each.behind - each.direct).toFixed(2), '-')
report('plain container, MiB at rest', memory.direct.toFixed(0), '-')
report(`  with ${name}`, memory.behind.toFixed(0), '-')
await Promise.all([direct.stop(), behind.stop()])
rmSync(folder, { recursive: true })
