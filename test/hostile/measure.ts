// A process of its own, for growth.ts: measures the kinds of one module that it is told by name.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { setUpLog } from '../../lib/process/log.ts'
import { createRedact } from '../../lib/process/secrets.ts'
import type { Kind, Kinds } from './growth.ts'

/** What one input cost. */
export type Measure = {
  readonly bytes: number
  /** Of all threads: garbage collection and compilation count. */
  readonly cpuMs: number
  /** In bytes: how far the resident memory rose above what it was before. */
  readonly memory: number
  readonly logBytes: number
}

const SCALES = [1, 2, 4]
/** Noise only adds, so the least of some runs counts; for what is far too slow, one run tells. */
const RUNS = 2
const FAR_TOO_SLOW_MS = 1000

let logBytes = 0

const measure = async (kind: Kind): Promise<readonly Measure[]> => {
  const measures: Measure[] = []
  await cost(kind, kind.make(1)) // Warms up.
  for (const scale of SCALES) {
    const least = await leastCost(kind, kind.make(scale))
    measures.push(least)
    if (least.cpuMs > FAR_TOO_SLOW_MS) break
  }
  return measures
}

const leastCost = async (kind: Kind, input: Buffer): Promise<Measure> => {
  let least = await cost(kind, input)
  for (let run = 1; run < RUNS && least.cpuMs <= FAR_TOO_SLOW_MS; run++) {
    const { cpuMs, memory, logBytes } = await cost(kind, input)
    least = { ...least, cpuMs: Math.min(cpuMs, least.cpuMs), memory: Math.min(memory, least.memory), logBytes }
  }
  return least
}

const cost = async ({ run }: Kind, input: Buffer): Promise<Measure> => {
  logBytes = 0
  gc?.()
  // Linux forgets how much memory the process had at most (proc(5), clear_refs).
  writeFileSync('/proc/self/clear_refs', '5')
  const before = process.memoryUsage.rss()
  const start = process.cpuUsage()
  await Promise.resolve(input)
    .then(run)
    .catch(() => {})
  const { user, system } = process.cpuUsage(start)
  const memory = process.resourceUsage().maxRSS * 1024 - before
  return { bytes: input.length, cpuMs: (user + system) / 1000, memory, logBytes }
}

const { kinds }: { kinds: Kinds } = await import(process.argv[2] ?? '')
// After the functions, which send the log to stderr, were made.
setUpLog({
  level: 'debug',
  redact: createRedact([]),
  stream: { write: (line) => (logBytes += line.length) },
})
process.on('message', async (name: string) => {
  const kind = kinds[name]
  assert.ok(kind)
  process.send?.(await measure(kind))
})
