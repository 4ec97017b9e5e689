import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Measure } from './measure.ts'

/** One kind of hostile input, and the code that reads it. */
export type Kind = {
  /** Makes an input whose size grows with the scale: 1, 2 and 4. The largest has 1 MiB at most. */
  readonly make: (scale: number) => Buffer
  /** An error that it throws is an answer: only what it costs is judged. */
  readonly run: (input: Buffer) => unknown
}
export type Kinds = Readonly<Record<string, Kind>>

const MIB = 1024 * 1024
const MAX_CPU_MS = 1000
const MAX_MEMORY = 64 * MIB
const MAX_LOG_BYTES = 64 * 1024
const MAX_GROWTH = 2.5
/** Below this, noise decides. */
const FLOOR_MS = 64
/** Other programs on the machine only add to a measure. What is out of bounds is measured again, and the least of all counts. */
const MAX_ROUNDS = 8
/** An endless kind ends by this, with its process. */
const TIMEOUT_MS = 30_000

const measureFile = fileURLToPath(new URL('./measure.ts', import.meta.url))

/**
 * Registers a test for each of the `kinds` that a module exports: the CPU time grows linearly with the input, and CPU time, memory
 * and log stay within bounds. The kinds run in a process of their own, one after the other; one that ends its process fails alone.
 *
 * @param module whose `kinds` are to be measured
 */
export const staysWithinBounds = async (module: URL): Promise<void> => {
  const { kinds }: { kinds: Kinds } = await import(module.href)
  let child: ChildProcess | undefined
  after(() => child?.kill())

  for (const [name, { make }] of Object.entries(kinds)) {
    test(name, async () => {
      assert.ok(make(4).length <= MIB, `the largest input has ${make(4).length} bytes`)
      child ??= fork(measureFile, [module.href], {
        execArgv: ['--expose-gc', '--max-old-space-size=256'],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
      let least: readonly Measure[] = []
      let fault: string | undefined
      for (let round = 0; round < MAX_ROUNDS && (round === 0 || fault !== undefined); round++) {
        const measures = await measured(child, name)
        if (typeof measures === 'string') {
          child.kill('SIGKILL')
          child = undefined
          assert.fail(measures)
        }
        least = leastOf(measures, least)
        fault = faultOf(least)
      }
      assert.equal(fault, undefined)
    })
  }
}

/** The measures of one kind at each scale, or why there are none. */
const measured = async (child: ChildProcess, name: string): Promise<readonly Measure[] | string> => {
  const settled = new AbortController()
  const { signal } = settled
  child.send(name)
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([measures]) => measures as readonly Measure[]), // What measure.ts sends.
      once(child, 'exit', { signal }).then(([code, by]) => `it ended its process: ${by ?? code}`),
      once(AbortSignal.timeout(TIMEOUT_MS), 'abort', { signal }).then(() => `it takes longer than ${TIMEOUT_MS} ms`),
    ])
  } finally {
    settled.abort()
  }
}

/** Scale by scale. */
const leastOf = (measures: readonly Measure[], before: readonly Measure[]): readonly Measure[] =>
  measures.map((measure, index) => {
    const { cpuMs, memory } = before[index] ?? measure
    return { ...measure, cpuMs: Math.min(measure.cpuMs, cpuMs), memory: Math.min(measure.memory, memory) }
  })

/** Why the measures are out of bounds; undefined where they are not. */
const faultOf = (measures: readonly Measure[]): string | undefined => {
  const times = measures.map(({ cpuMs }) => Math.max(cpuMs, FLOOR_MS))
  const faults = [
    times.some((time, index) => time > MAX_GROWTH * (times[index - 1] ?? time)) && 'CPU grows faster than the input',
    measures.some(({ cpuMs }) => cpuMs > MAX_CPU_MS) && `more than ${MAX_CPU_MS} ms of CPU`,
    measures.some(({ memory }) => memory > MAX_MEMORY) && `more than ${MAX_MEMORY} bytes of memory`,
    measures.some(({ logBytes }) => logBytes > MAX_LOG_BYTES) && `more than ${MAX_LOG_BYTES} bytes of log`,
  ].filter((fault) => fault !== false)
  return faults.length === 0 ? undefined : `${faults.join(', ')}: ${JSON.stringify(measures)}`
}
