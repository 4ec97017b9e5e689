// On Lambda's own runtime, under AWS' Runtime Interface Emulator: from the first invocation to its answer, with the start of the
// runtime in it, as wall time and as CPU time of the runtime's process; its memory then; and what a later invocation takes. Each
// beside a handler that does nothing. `node test/platforms/install.ts` installs emulator and runtime client.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { functionUrlEvent } from '../test/envelopes/samples.ts'
import { openstackCapture } from '../test/fixtures.ts'
import { type Lambda, startLambda } from '../test/platforms/lambda/rie.ts'
import { median, notification, report } from './measure.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 11)
const INVOCATIONS = 200
const TICKS_PER_SECOND = 100

const nothing = mkdtempSync(`${tmpdir()}/tidings-bench-`)
writeFileSync(`${nothing}/nothing.cjs`, 'exports.handler = async () => ({ statusCode: 204 })')

const headers = { authorization: 'Bearer a-token', 'content-type': 'application/json' }
const ceph = functionUrlEvent({ headers, body: notification })
const openstack = functionUrlEvent({ headers, body: openstackCapture('nova/instance.create.end.1').body })
const programs = {
  nothing: { bundle: 'nothing', directory: nothing, event: ceph },
  'ceph-notifications': { bundle: 'ceph-notifications', event: ceph },
  'openstack-notifications': { bundle: 'openstack-notifications', event: openstack },
}

type Figures = {
  readonly wall: number
  readonly init: number
  readonly cpu: number
  readonly rss: number
  readonly later: number
}

const measure = async ({ event, ...options }: (typeof programs)[keyof typeof programs]): Promise<Figures> => {
  // Every invocation is the same event: without a memory each is handed on.
  await using lambda = await startLambda({ ...options, environment: { AUTH_TOKENS: 'a-token', CLAIMS_URL: 'none:' } })
  const wall = await timed(lambda, event)
  const [, init = ''] = /INIT REPORT\(durationMs: ([\d.]+)\)/.exec(lambda.output.text) ?? []
  const runtime = childOf(lambda.pid)
  const { cpu, rss } = usageOf(runtime)
  const later: number[] = []
  for (let index = 0; index < INVOCATIONS; index++) later.push(await timed(lambda, event))
  return { wall, init: Number(init), cpu, rss, later: median(later) }
}

const timed = async (lambda: Lambda, event: unknown): Promise<number> => {
  const started = performance.now()
  const invocation = await lambda.invoke(event)
  const milliseconds = performance.now() - started
  if ('threw' in invocation || (invocation.returned as { statusCode: number }).statusCode !== 204) {
    throw new Error(JSON.stringify(invocation))
  }
  return milliseconds
}

const childOf = (pid: number): number => {
  const children = readdirSync(`/proc/${pid}/task`).map((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'),
  )
  return Number(children.join(' ').trim().split(' ')[0])
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: fields 14 and 15, in ticks, counted from behind the name in brackets. */
const usageOf = (pid: number) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const [, rss = ''] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return { cpu: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND, rss: Number(rss) / 1024 }
}

const names = Object.keys(programs) as (keyof typeof programs)[]
const rounds: Record<keyof typeof programs, Figures>[] = []
for (let round = 0; round < ROUNDS; round++) {
  const figures: [string, Figures][] = []
  for (const name of names) figures.push([name, await measure(programs[name])])
  rounds.push(Object.fromEntries(figures) as (typeof rounds)[number]) // Of each program.
}
rmSync(nothing, { recursive: true })

for (const name of names) {
  const figure = (key: keyof Figures): string => median(rounds.map((round) => round[name][key])).toFixed(1)
  report(`Lambda, ${name}: first answer, ms`, figure('wall'), '-')
  report('  of it the start of the runtime (INIT), ms', figure('init'), '-')
  report('  CPU of the runtime up to it, ms in steps of 10', figure('cpu'), '-')
  report('  memory then, MiB', figure('rss'), '-')
  report('  a later invocation, ms', figure('later'), '-')
}
