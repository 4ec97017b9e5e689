// Stands in for `node:test` while mutants are tried: it keeps the tests of a file, so that they can be run again and again in one
// process. It knows what the unit tests use of node:test: test, describe, the four hooks, `t.after` and `t.mock`.
import { mock } from 'node:test'

type Body = (t: Context) => unknown
interface Context {
  readonly name: string
  readonly mock: typeof mock
  after(hook: () => unknown): void
}
interface Suite {
  readonly path: readonly string[]
  readonly beforeEach: Body[]
  readonly afterEach: Body[]
}
export interface RecordedTest {
  /** The names of its suites and its own, and the file that has it. */
  readonly id: string
  readonly run: (longestMs: number) => Promise<void>
}
export class TooLongError extends Error {}

export const recorded: RecordedTest[] = []
const ids = new Set<string>()
let suites: readonly Suite[] = [{ path: [], beforeEach: [], afterEach: [] }]

/** The next tests belong to this file, and to no suite yet. */
export function startFile(name: string): void {
  suites = [{ path: [name], beforeEach: [], afterEach: [] }]
}

const innermost = (): Suite => suites.at(-1) as Suite
const bodyOf = (rest: readonly unknown[]): Body =>
  rest.find((part): part is Body => typeof part === 'function') ?? (() => {})

export function describe(name: string, ...rest: readonly unknown[]): void {
  const outer = suites
  suites = [...outer, { path: [...innermost().path, name], beforeEach: [], afterEach: [] }]
  try {
    bodyOf(rest)({ name, mock, after: () => {} })
  } finally {
    suites = outer
  }
}

export function test(name: string, ...rest: readonly unknown[]): void {
  const within = suites
  const title = [...innermost().path, name].join(' › ')
  let id = title
  for (let count = 2; ids.has(id); count++) id = `${title} (${count})`
  ids.add(id)
  recorded.push({ id, run: (longestMs) => runOne(name, bodyOf(rest), within, longestMs) })
}

/** A test that hangs is given up. Its hooks still clean up after it, so that it disturbs no other test. */
async function runOne(name: string, body: Body, within: readonly Suite[], longestMs: number): Promise<void> {
  const after: (() => unknown)[] = []
  const context: Context = { name, mock, after: (hook) => void after.push(hook) }
  const test = async () => {
    for (const suite of within) for (const hook of suite.beforeEach) await hook(context)
    await body(context)
  }
  const cleanUp = async () => {
    for (const suite of within.toReversed()) for (const hook of suite.afterEach) await hook(context)
    for (const hook of after) await hook()
  }
  try {
    await inTime(test(), longestMs)
  } finally {
    await inTime(cleanUp(), longestMs).finally(() => mock.reset())
  }
}

// Kept here, because a test may replace them by mocks.
const { setTimeout, clearTimeout } = globalThis
const STEP_MS = 50

/** Counts short steps instead of one long one: a process that gets no turn on a busy machine does not time out. */
async function inTime(work: Promise<void>, longestMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    const step = (left: number): void => {
      if (left > 0) timer = setTimeout(step, STEP_MS, left - 1)
      else reject(new TooLongError(`the test took longer than ${longestMs} ms`))
    }
    step(Math.ceil(longestMs / STEP_MS))
  })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

export const beforeEach = (hook: Body): void => void innermost().beforeEach.push(hook)
export const afterEach = (hook: Body): void => void innermost().afterEach.push(hook)
/** Runs at once, while the file is loaded, because modules may await it at their top level. */
export const before = (hook: () => unknown): unknown => hook()
/** Does nothing: what the tests share ends with the process. */
export const after = (_hook: () => unknown): void => {}
export const it = test
export const suite = describe
export { mock }
export default test
