// A reporter of Stryker's: prints each survivor as soon as it is known, so that a long run can be cut short.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

interface MutantResult {
  readonly status: string
  readonly fileName: string
  readonly location: { readonly start: { readonly line: number } }
  readonly mutatorName: string
  readonly replacement: string
}

class Survivors {
  readonly #sources = new Map<string, readonly string[]>()

  onMutantTested({ status, fileName, location, mutatorName, replacement }: MutantResult) {
    if (status !== 'Survived' && status !== 'NoCoverage') return
    const lines = this.#sources.get(fileName) ?? readFileSync(fileName, 'utf8').split('\n')
    this.#sources.set(fileName, lines)
    const { line } = location.start
    const change = replacement.replace(/\s+/g, ' ').slice(0, 80)
    console.log(`${relative('.', fileName)}:${line} ${mutatorName} → ${change}\n    ${lines[line - 1]?.trim()}`)
  }
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'survivors', injectableClass: Survivors }]
