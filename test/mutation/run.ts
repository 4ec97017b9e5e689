// npm run test:mutation [ROOM…]: changes the code of a room, one place at a time, and runs the room's unit tests: a change that no
// test notices is a survivor. Prints the score of each room and the survivors; the reports are in .cache/mutation. docs/testing.md
// says more.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ROOMS, type Room } from './rooms.ts'

/** Of Stryker's report (https://github.com/stryker-mutator/mutation-testing-elements, its schema). */
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>
}
interface Mutant {
  readonly status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'RuntimeError' | 'CompileError'
  readonly mutatorName: string
  readonly replacement: string
  readonly location: { readonly start: { readonly line: number } }
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))
const pinned = `${here}stryker`
const cache = `${root}.cache/mutation`
const LEAST_PERCENT = 90

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in ROOMS))
if (unknown !== undefined) {
  console.error(`there is no room ${unknown}: name some of ${Object.keys(ROOMS).join(', ')}, or none for all of them`)
  process.exit(2)
}

install()
const scores = Object.entries(ROOMS)
  .filter(([name]) => asked.length === 0 || asked.includes(name))
  .map(([name, room]) => ({ room: name, ...judge(name, room) }))
console.table(scores)
process.exitCode = scores.some(({ percent }) => percent < LEAST_PERCENT) ? 1 : 0

/** Stryker stands beside the project: only this check needs its 186 packages. */
function install(): void {
  mkdirSync(cache, { recursive: true })
  const lock = readFileSync(`${pinned}/package-lock.json`, 'utf8')
  const installed = `${cache}/package-lock.json`
  if (existsSync(`${cache}/node_modules`) && existsSync(installed) && readFileSync(installed, 'utf8') === lock) return
  rmSync(`${cache}/node_modules`, { recursive: true, force: true })
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(`${pinned}/${file}`, `${cache}/${file}`)
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: cache, stdio: 'inherit' })
}

function judge(name: string, { mutate, tests }: Room) {
  const report = `${cache}/${name}.json`
  const settings = `${cache}/${name}.settings.json`
  rmSync(report, { force: true })
  const options = {
    testRunner: 'node-test',
    plugins: [`${here}node-test-runner.ts`],
    nodeTest: { testFiles: tests },
    mutate,
    coverageAnalysis: 'perTest',
    // Code that runs while its module is loaded: each mutant of it would take a process.
    ignoreStatic: true,
    // Stryker reads the configuration of TypeScript with the compiler's interface of before version 7.
    tsconfigFile: 'none',
    ignorePatterns: ['dist', '.cache', 'runtime'],
    cleanTempDir: 'always',
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName: report },
    warnings: false,
  }
  writeFileSync(settings, JSON.stringify(options))
  const { status } = spawnSync(process.execPath, [`${cache}/node_modules/.bin/stryker`, 'run', settings], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0 || !existsSync(report))
    throw new Error(`Stryker ended with ${status} in the room ${name}: its output says why`)
  return count(JSON.parse(readFileSync(report, 'utf8')))
}

/** A mutant that its tests never end with counts as noticed. */
function count({ files }: Report) {
  let noticed = 0
  let survived = 0
  let notTried = 0
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split('\n')
    for (const { status, mutatorName, replacement, location } of mutants) {
      if (status === 'Killed' || status === 'Timeout') noticed++
      else if (status === 'Survived' || status === 'NoCoverage') {
        survived++
        const { line } = location.start
        console.log(`${file}:${line} ${mutatorName} → ${oneLine(replacement)}\n    ${lines[line - 1]?.trim()}`)
      } else notTried++
    }
  }
  return { noticed, survived, notTried, percent: Math.round((1000 * noticed) / (noticed + survived)) / 10 }
}

function oneLine(replacement: string): string {
  return replacement.replace(/\s+/g, ' ').slice(0, 80)
}
