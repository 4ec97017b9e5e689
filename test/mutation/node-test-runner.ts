// Runs the unit tests of a room within Stryker's own process. Stryker's runners start a process a test file and mutant; here the
// files are loaded once, and a mutant costs only the tests that reach it. A mutant of code that runs while a module is loaded gets
// a process of its own, as Stryker does for every runner that cannot reload.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadWithState } from './kept-state.ts'
import { type RecordedTest, recorded, startFile, TooLongError } from './recorded-tests.ts'

/** As Stryker's instrumented code reads it: `globalThis.__stryker__`. */
interface Instrumented {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  /** How often each mutant was reached: by tests, and while modules were loaded. */
  mutantCoverage?: { readonly static: Readonly<Record<string, number>>; readonly perTest: object } | undefined
  hitCount?: number | undefined
  hitLimit?: number | undefined
}
interface MutantRun {
  readonly activeMutant: { readonly id: string }
  readonly mutantActivation: 'runtime' | 'static'
  readonly testFilter?: readonly string[]
  readonly hitLimit?: number
}
interface Options {
  readonly nodeTest: { readonly modules: readonly string[]; readonly testFiles: string }
}

/** How long each test takes without a mutant. A mutant needs only one that notices it, so quick ones run first. */
type Times = Readonly<Record<string, number>>
/** In the sandbox. The first process writes it, and the others read it. */
const TIMES_FILE = 'test-times.json'
const ofAllTestsMs = (): Times => (existsSync(TIMES_FILE) ? JSON.parse(readFileSync(TIMES_FILE, 'utf8')) : {})
/** A test that takes longer hangs: far longer than alone, even on a busy machine. */
const longestMs = (alone: number): number => 1_000 + 10 * alone
const FIRST_RUN_LONGEST_MS = 20_000
/** The tests that noticed the last mutants run first: the next mutant is on the same line or soon after. */
const LATELY = 10
const LATELY_LONGEST_MS = 200
const instrumented: Instrumented = {}
Object.assign(globalThis, { __stryker__: instrumented })

const standIns = new Map([
  ['node:test', new URL('recorded-tests.ts', import.meta.url).href],
  ['fast-check', new URL('few-runs.ts', import.meta.url).href],
])
registerHooks({
  resolve: (specifier, context, next) => {
    const url = standIns.get(specifier)
    return url === undefined || context.parentURL === url ? next(specifier, context) : { url, shortCircuit: true }
  },
})

let strayError: unknown
process.on('unhandledRejection', (error) => {
  strayError ??= error
})
process.on('uncaughtException', (error) => {
  strayError ??= error
})

class NodeTestRunner {
  static readonly inject = ['options'] as const
  readonly #options: Options['nodeTest']
  #times: Times = {}
  /** The latest comes first. */
  #noticedLately: readonly string[] = []
  #loaded: Promise<void> | undefined
  #reset = (): void => {}
  #reachedByModules: Readonly<Record<string, number>> = {}

  constructor(options: Options) {
    this.#options = options.nodeTest
  }

  capabilities() {
    return { reloadEnvironment: false }
  }

  async dryRun() {
    await this.#load()
    const tests = []
    const times: Record<string, number> = {}
    for (const one of recorded) {
      instrumented.currentTestId = one.id
      const startedAt = performance.now()
      const failure = await this.#failureOf(one, FIRST_RUN_LONGEST_MS)
      const timeSpentMs = Math.round(performance.now() - startedAt)
      times[one.id] = timeSpentMs
      const common = { id: one.id, name: one.id, timeSpentMs }
      tests.push(
        failure === undefined ? { ...common, status: 0 } : { ...common, status: 1, failureMessage: messageOf(failure) },
      )
    }
    writeFileSync(TIMES_FILE, JSON.stringify(times))
    const { perTest = {} } = instrumented.mutantCoverage ?? {}
    return { status: 'complete', tests, mutantCoverage: { static: this.#reachedByModules, perTest } }
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }: MutantRun) {
    if (mutantActivation === 'runtime') await this.#load()
    instrumented.activeMutant = activeMutant.id
    instrumented.hitCount = hitLimit === undefined ? undefined : 0
    instrumented.hitLimit = hitLimit
    try {
      await this.#load()
    } catch (error) {
      return { status: 'killed', killedBy: ['load'], failureMessage: String(error), nrOfTests: 0 }
    }
    let nrOfTests = 0
    for (const one of this.#inOrder(testFilter)) {
      nrOfTests++
      const failure = await this.#failureOf(one, longestMs(this.#msOf(one)))
      if (failure === undefined) continue
      if (failure instanceof TooLongError) return { status: 'timeout' }
      if (this.#msOf(one) <= LATELY_LONGEST_MS)
        this.#noticedLately = [one.id, ...this.#noticedLately.filter((id) => id !== one.id)].slice(0, LATELY)
      return { status: 'killed', killedBy: [one.id], failureMessage: messageOf(failure), nrOfTests }
    }
    return { status: 'survived', nrOfTests }
  }

  #msOf({ id }: RecordedTest): number {
    return this.#times[id] ?? 0
  }

  #inOrder(covering: readonly string[] | undefined): readonly RecordedTest[] {
    const ids = covering && new Set(covering)
    const rank = ({ id }: RecordedTest): number => {
      const place = this.#noticedLately.indexOf(id)
      return place === -1 ? LATELY : place
    }
    return recorded
      .filter(({ id }) => ids === undefined || ids.has(id))
      .toSorted((a, b) => rank(a) - rank(b) || this.#msOf(a) - this.#msOf(b))
  }

  /** Returns the reason why the test failed, or nothing if it passed. */
  async #failureOf({ run }: RecordedTest, longestMs: number): Promise<unknown> {
    this.#reset()
    strayError = undefined
    try {
      await run(longestMs)
      await new Promise(setImmediate) // An unhandled rejection is reported after the promises of this turn.
      return strayError
    } catch (error) {
      return error ?? 'nothing was thrown'
    }
  }

  #load(): Promise<void> {
    this.#loaded ??= (async () => {
      this.#times = ofAllTestsMs()
      const { modules, testFiles } = this.#options
      this.#reset = await loadWithState([
        async () => {
          for (const file of modules) await load(file)
        },
        async () => {
          // Counted before the files of tests: while they are loaded they compute what they expect, and that needs no process.
          this.#reachedByModules = { ...instrumented.mutantCoverage?.static }
          for (const file of globSync(testFiles).toSorted()) {
            startFile(file)
            await load(file)
          }
        },
      ])
    })()
    return this.#loaded
  }
}

const load = (file: string): Promise<unknown> => import(pathToFileURL(resolve(file)).href)

const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure))

export const strykerPlugins = [{ kind: 'TestRunner', name: 'node-test', injectableClass: NodeTestRunner }]
