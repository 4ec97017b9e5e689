// CPU of the host for each request beside the bare programs, on one core. A load generator that never has to be woken up runs at
// idle priority on the same core, and the sink on the other core. It needs Linux, two cores, and wrk (Debian's package of that name).
//
// node bench/host.ts [another checkout, built, to compare with]
//
// ROUNDS, SECONDS (of a round) and ONLY (null, handler, each, batch, memory; more than one with commas) choose what is measured. Its
// memory under load is measured for MINUTES, 1 by default.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createCephDecoder } from '../lib/ceph/decode-ceph.ts'
import { freePorts } from '../test/services/ports.ts'
import { inTurn, notification, report } from './measure.ts'

const ROUNDS = Number(process.env.ROUNDS ?? 7)
const SECONDS = Number(process.env.SECONDS ?? 2)
const ONLY = process.env.ONLY?.split(',') ?? ['null', 'handler', 'each', 'batch', 'memory']
const MINUTES = Number(process.env.MINUTES ?? 1)
/** V8 compiles until then, on other threads too. */
const WARM_UP_SECONDS = 12
const CALLERS = 32

const directory = mkdtempSync(join(tmpdir(), 'tidings-bench-'))
const bodyFile = join(directory, 'body.json')
writeFileSync(bodyFile, notification)
const [event] = createCephDecoder([])({
  body: Buffer.from(notification),
  headers: {},
  origin: { kind: 'direct' },
}).events

const here = (file: string): string => new URL(file, import.meta.url).pathname
const checkouts = { host: here('..'), ...(process.argv[2] !== undefined && { 'other checkout': process.argv[2] }) }

const started: { kill(): void }[] = []
const start = async (core: number, args: readonly string[], env: Record<string, string>, path = '/') => {
  const [port = 0] = await freePorts(1)
  const child = spawn('taskset', ['-c', `${core}`, process.execPath, ...args], {
    env: { ...process.env, PORT: `${port}`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  // The bare programs print their port; the host logs to stderr that it listens.
  await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')])
  child.stderr.on('data', (line) => process.stderr.write(line))
  child.stdout.resume()
  return { pid: child.pid ?? 0, url: `http://127.0.0.1:${port}${path}` }
}

const TICKS = Number(execFileSync('getconf', ['CLK_TCK']))

/** User and system time that a process has taken, in microseconds. */
const cpuOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS
}

const rssOf = (pid: number): number =>
  Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Microseconds of CPU that a request takes under full load. */
const load =
  ({ pid, url }: { readonly pid: number; readonly url: string }, seconds = SECONDS) =>
  async (): Promise<number> => {
    const before = cpuOf(pid)
    const wrk = ['wrk', '-t1', `-c${CALLERS}`, `-d${seconds}s`, '-s', here('load.lua'), url]
    const child = spawn('taskset', ['-c', '0', 'chrt', '-i', '0', ...wrk], {
      env: { ...process.env, BODY_FILE: bodyFile },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const printed = await text(child.stdout)
    if (printed === '') throw new Error('the load generator did not run: install wrk (apt-get install wrk)')
    const [, requests] = /(\d+) requests in/.exec(printed) ?? []
    if (requests === undefined || printed.includes('Non-2xx'))
      throw new Error(`${url}: not all were answered 2xx\n${printed}`)
    return (cpuOf(pid) - before) / Number(requests)
  }

type Server = Awaited<ReturnType<typeof start>>

const compare = async (what: string, aim: string, bare: Server, hosts: ReadonlyMap<string, Server>): Promise<void> => {
  const programs = { bare: load(bare), ...Object.fromEntries([...hosts].map(([name, host]) => [name, load(host)])) }
  for (const program of [bare, ...hosts.values()]) await load(program, WARM_UP_SECONDS)()
  const { bare: beside = Number.NaN, ...micros } = await inTurn<string>(ROUNDS, programs)
  report(`CPU-µs a request, ${what}: bare program`, beside.toFixed(1), '-')
  for (const [name, value] of Object.entries(micros)) {
    report(`  ${name}`, value.toFixed(1), '-')
    report('    beside the bare program', (value / beside).toFixed(2), aim)
  }
  for (const program of started.splice(0)) program.kill()
}

const inEachCheckout = async (args: (root: string) => readonly string[], env: Record<string, string>) => {
  const hosts = new Map<string, Server>()
  const settings = { AUTH_TOKENS: 'a-token', CLAIMS_URL: 'none:', FUNCTION: '', ...env }
  for (const [name, root] of Object.entries(checkouts))
    hosts.set(name, await start(0, args(root), settings, '/ceph-notifications?token=a-token'))
  return hosts
}

const bareForwarder = (sinkUrl: string) =>
  start(0, [here('bare-forwarder.cjs')], { SINK_URL: sinkUrl, EVENT: JSON.stringify(event) })
/** As the images set it. */
const IMAGE = { NODE_OPTIONS: '--max-semi-space-size=4', MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' }
const deployed = (root: string) => [join(root, 'dist/server.cjs')]

if (ONLY.includes('null')) {
  const hosts = await inEachCheckout((root) => [join(root, 'bench/null-host.ts')], {})
  await compare('sink that does nothing', '<= 1.7', await start(0, [here('bare-server.cjs')], {}), hosts)
}
if (ONLY.includes('handler')) {
  const hosts = await inEachCheckout((root) => [join(root, 'bench/null-host.ts')], { OWN_HANDLER: 'true' })
  await compare('handler that does nothing', '-', await start(0, [here('bare-server.cjs')], {}), hosts)
}
if (ONLY.includes('each')) {
  const sink = await start(1, [here('taking-sink.cjs')], {})
  const hosts = await inEachCheckout(deployed, { ...IMAGE, SINK_URL: sink.url })
  await compare('HTTP sink, one POST each', '<= 1.25', await bareForwarder(sink.url), hosts)
}
if (ONLY.includes('batch')) {
  const sink = await start(1, [here('taking-sink.cjs')], { DELAY_MS: '2' })
  const hosts = await inEachCheckout(deployed, { ...IMAGE, SINK_URL: sink.url, SINK_MODE: 'batch' })
  await compare('HTTP sink after 2 ms, SINK_MODE=batch', '<= 0.8', await bareForwarder(sink.url), hosts)
}
if (ONLY.includes('memory')) {
  const sink = await start(1, [here('taking-sink.cjs')], {})
  for (const [name, host] of await inEachCheckout(deployed, { ...IMAGE, SINK_URL: sink.url, CLAIMS_URL: 'memory:' })) {
    await load(host, MINUTES * 6)()
    const early = rssOf(host.pid)
    await load(host, MINUTES * 54)()
    const what = `RSS in MiB of ${name} after ${MINUTES} min of load (a tenth of it)`
    report(what, `${rssOf(host.pid).toFixed(0)} (${early.toFixed(0)})`, '<= 110, flat')
  }
  for (const program of started.splice(0)) program.kill()
}
rmSync(directory, { recursive: true })
