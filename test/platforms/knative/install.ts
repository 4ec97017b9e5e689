import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const cache = fileURLToPath(new URL('../../../.cache/platforms/knative', import.meta.url))

/** Installers talk. */
const OPTIONS = { maxBuffer: 2 ** 26 }

/** Where npm has put faas-js-runtime, and the models of Kubernetes' and Knative's own objects. */
export const modules = `${cache}/npm/node_modules`
/** The sidecar that Knative puts into every pod: all requests go through it. */
export const queueProxy = `${cache}/go/queue-proxy`
/** Knative's admission webhook as a command; see go/webhook/main.go. */
export const webhook = `${cache}/go/webhook`

/** What the tests run and validate with, at the versions of npm/package-lock.json and go/go.mod. Once a version. */
export const install = async (): Promise<void> => {
  // Debian's; most of those who deploy to Kubernetes have one already.
  await run('kubectl', ['version', '--client']).catch(() =>
    run('sh', ['-c', 'apt-get update && apt-get install -y --no-install-recommends kubernetes-client'], OPTIONS),
  )
  await once('npm', ['npm/package.json', 'npm/package-lock.json'], async (directory) => {
    await copyFile(`${here}npm/package.json`, `${directory}/package.json`)
    await copyFile(`${here}npm/package-lock.json`, `${directory}/package-lock.json`)
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { ...OPTIONS, cwd: directory })
    // The function project of deploy/knative/func takes tidings as a package.
    await symlink('../../../../..', `${modules}/tidings`)
  })
  await once('go', ['go/go.mod', 'go/go.sum', 'go/webhook/main.go'], async () => {
    const build = (output: string, what: string) =>
      run('go', ['build', '-buildvcs=false', '-o', output, what], { ...OPTIONS, cwd: `${here}go` })
    await build(webhook, './webhook')
    await build(queueProxy, 'knative.dev/serving/cmd/queue')
  })
}

/** Does `work` in a directory of the cache unless it was done there for just these files. */
const once = async (name: string, files: readonly string[], work: (directory: string) => Promise<void>) => {
  const key = (await Promise.all(files.map((file) => readFile(here + file, 'utf8')))).join('\n')
  const directory = `${cache}/${name}`
  const stamp = `${directory}.stamp`
  if ((await readFile(stamp, 'utf8').catch(() => '')) === key) return
  await mkdir(directory, { recursive: true })
  await work(directory)
  await writeFile(stamp, key)
}
