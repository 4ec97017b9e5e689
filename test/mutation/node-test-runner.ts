// Runs the unit tests of a room within Stryker's own process. Stryker's runners start a process a test file and mutant; here the
// files are loaded once, and a mutant costs only the tests that reach it. A mutant of code that runs while a module is loaded gets
// a process of its own, as Stryker does for every runner that cannot reload.
import { globSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type RecordedTest, recorded, startFile } from './recorded-tests.ts'

/** As Stryker's instrumented code reads it: `globalThis.__stryker__`. */
interface Instrumented {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  mutantCoverage?: unknown
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
  readonly nodeTest: { readonly testFiles: string }
}

/** A test that takes longer hangs: the slowest takes 0.6 s alone. */
const longestTestMs = 4_000
/** How long each test took when it ran last: quick ones run first, since a mutant needs only one that notices it. */
const lastMs = new Map<string, number>()
const instrumented: Instrumented = {}
Object.assign(globalThis, { __stryker__: instrumented })

const shim = new URL('recorded-tests.ts', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'node:test' && context.parentURL !== shim
      ? { url: shim, shortCircuit: true }
      : next(specifier, context),
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
  readonly #testFiles: string
  #loaded: Promise<void> | undefined

  constructor(options: Options) {
    this.#testFiles = options.nodeTest.testFiles
  }

  capabilities() {
    return { reloadEnvironment: false }
  }

  async dryRun() {
    await this.#load()
    const tests = []
    for (const one of recorded) {
      instrumented.currentTestId = one.id
      const startedAt = performance.now()
      const failure = await failureOf(one)
      const common = { id: one.id, name: one.id, timeSpentMs: Math.round(performance.now() - startedAt) }
      tests.push(failure === undefined ? { ...common, status: 0 } : { ...common, status: 1, failureMessage: failure })
    }
    return { status: 'complete', tests, mutantCoverage: instrumented.mutantCoverage }
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
    const quickFirst = recorded.toSorted((a, b) => (lastMs.get(a.id) ?? 0) - (lastMs.get(b.id) ?? 0))
    for (const one of quickFirst) {
      if (testFilter !== undefined && !testFilter.includes(one.id)) continue
      nrOfTests++
      const failure = await failureOf(one)
      if (failure === undefined) continue
      if (failure === tooLong) return { status: 'timeout' }
      return { status: 'killed', killedBy: [one.id], failureMessage: failure, nrOfTests }
    }
    return { status: 'survived', nrOfTests }
  }

  #load(): Promise<void> {
    this.#loaded ??= (async () => {
      for (const file of globSync(this.#testFiles).toSorted()) {
        startFile(file)
        await import(pathToFileURL(resolve(file)).href)
      }
    })()
    return this.#loaded
  }
}

const tooLong = `the test took longer than ${longestTestMs} ms`

/** The reason why the test failed; nothing when it passed. */
async function failureOf({ id, run }: RecordedTest): Promise<string | undefined> {
  strayError = undefined
  const startedAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  const timeLimit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(tooLong)), longestTestMs)
  })
  try {
    await Promise.race([run(), timeLimit])
    await new Promise(setImmediate) // An unhandled rejection is reported after the promises of this turn.
    return strayError === undefined ? undefined : String(strayError)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearTimeout(timer)
    lastMs.set(id, performance.now() - startedAt)
  }
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'node-test', injectableClass: NodeTestRunner }]
