// npm run test:mutation [ROOM | ROOM/FILE]…: changes the code of a room, or of a file of it, one place at a time, and runs the room's
// unit tests: a change that no test notices is a survivor. Prints the survivors and the scores; the reports are in .cache/mutation.
// docs/testing.md says more.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ROOMS, type Room } from './rooms.ts'

/** Of Stryker's report (https://github.com/stryker-mutator/mutation-testing-elements, its schema). */
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>
}
interface Mutant {
  readonly status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'RuntimeError' | 'CompileError'
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))
const pinned = `${here}stryker`
const cache = `${root}.cache/mutation`
const LEAST_PERCENT = 90

const asked = process.argv.slice(2)
const parts = (asked.length === 0 ? Object.keys(ROOMS) : asked).map(partOf)
install()
const scores = parts.map(({ part, room }) => ({ part, ...judge(part, room) }))
console.table(scores)
process.exitCode = scores.some(({ percent }) => percent < LEAST_PERCENT) ? 1 : 0

/** A room, or one file of it; anything else ends the command. */
function partOf(part: string): { readonly part: string; readonly room: Room } {
  const [name = '', ...path] = part.split('/')
  const room = ROOMS[name]
  if (room === undefined)
    return refuse(`there is no room ${name}: name some of ${Object.keys(ROOMS).join(', ')}, or none for all`)
  if (path.length === 0) return { part, room }
  const suffix = `/${path.join('/')}`
  const mutate = filesOf(room).filter((file) => file.endsWith(suffix))
  if (mutate.length === 0) return refuse(`the room ${name} has no file ${path.join('/')}`)
  return { part, room: { ...room, mutate } }
}

function filesOf({ mutate }: Room): readonly string[] {
  const exclude = mutate.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1))
  return globSync(
    mutate.filter((glob) => !glob.startsWith('!')),
    { exclude },
  ).toSorted()
}

function refuse(reason: string): never {
  console.error(reason)
  process.exit(2)
}

/** Stryker is installed outside the project's own packages, because only this command needs its 186 packages. */
function install(): void {
  mkdirSync(cache, { recursive: true })
  const lock = readFileSync(`${pinned}/package-lock.json`, 'utf8')
  const installed = `${cache}/package-lock.json`
  if (existsSync(`${cache}/node_modules`) && existsSync(installed) && readFileSync(installed, 'utf8') === lock) return
  rmSync(`${cache}/node_modules`, { recursive: true, force: true })
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(`${pinned}/${file}`, `${cache}/${file}`)
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: cache, stdio: 'inherit' })
}

function judge(part: string, room: Room) {
  const base = `${cache}/${part.replaceAll('/', '.')}`
  const report = `${base}.json`
  const settings = `${base}.settings.json`
  rmSync(report, { force: true })
  const options = {
    testRunner: 'node-test',
    plugins: [`${here}node-test-runner.ts`, `${here}survivors.ts`, `${here}ignored.ts`],
    ignorers: ['ignored'],
    nodeTest: { modules: filesOf(room), testFiles: room.tests },
    mutate: room.mutate,
    coverageAnalysis: 'perTest',
    // Leaves out mutants of code that runs while its module is loaded: each would need a process.
    ignoreStatic: true,
    // Ends loops that never end and contain no mutant. Our runner itself gives up all other tests that hang.
    timeoutMS: 20_000,
    // Stryker would read tsconfig.json with an API of the compiler that TypeScript 7 no longer has.
    tsconfigFile: 'none',
    ignorePatterns: ['dist', '.cache', 'runtime'],
    cleanTempDir: 'always',
    reporters: ['progress-append-only', 'survivors', 'json'],
    jsonReporter: { fileName: report },
    warnings: false,
  }
  writeFileSync(settings, JSON.stringify(options))
  const { status } = spawnSync(process.execPath, [`${cache}/node_modules/.bin/stryker`, 'run', settings], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0 || !existsSync(report))
    throw new Error(`Stryker ended with ${status} in ${part}: its output says why`)
  return count(JSON.parse(readFileSync(report, 'utf8')))
}

/** A mutant with which the tests never end counts as noticed. */
function count({ files }: Report) {
  let noticed = 0
  let survived = 0
  let notTried = 0
  for (const { mutants } of Object.values(files))
    for (const { status } of mutants) {
      if (status === 'Killed' || status === 'Timeout') noticed++
      else if (status === 'Survived' || status === 'NoCoverage') survived++
      else notTried++
    }
  return { noticed, survived, notTried, percent: Math.round((1000 * noticed) / (noticed + survived)) / 10 }
}
