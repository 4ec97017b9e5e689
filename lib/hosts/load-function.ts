import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { basename, extname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { FunctionHandler } from '../kit/function.ts'
import { FILES_BESIDE } from '../process/bundled-packages.ts'
import { ConfigError, hasCode } from '../process/errors.ts'

type LoadedFunction = {
  /** The name of the function. For a module: its file name without the extension. */
  readonly name: string
  readonly handler: FunctionHandler
}

type FunctionModule = { readonly handler: FunctionHandler }

/** Each is loaded when it is served, so that a process that serves one pays for one. */
const builtIn: Readonly<Record<string, () => Promise<FunctionModule>>> = {
  'ceph-notifications': () => import('../../functions/ceph-notifications.ts'),
  'ceph-provisioner': () => import('../../functions/ceph-provisioner.ts'),
  'openstack-notifications': () => import('../../functions/openstack-notifications.ts'),
}

export const BUILT_IN: readonly string[] = Object.keys(builtIn)

/**
 * A function of ours by its name, or that of a module by its path: `ceph-notifications`, `./photos.ts`, `/srv/photos.mjs`. A
 * module exports `handler`, by that name or as its default. TypeScript runs as it is, its types stripped.
 *
 * @param nameOrPath a path has a slash or an extension, and starts at the working directory
 * @throws ConfigError for an unknown name, a file that is missing or cannot be loaded, or an export that is not a function
 */
export const loadFunction = async (nameOrPath: string): Promise<LoadedFunction> => {
  const load = Object.hasOwn(builtIn, nameOrPath) ? builtIn[nameOrPath] : undefined
  if (load !== undefined) {
    const { handler } = await load()
    requireFileBeside(nameOrPath)
    return { name: nameOrPath, handler }
  }
  if (!PATH.test(nameOrPath)) {
    const choice = `use ${BUILT_IN.join(', ')}, or the path of a module of your own, such as ./photos.ts`
    throw new ConfigError(`no function is called '${nameOrPath}': ${choice}`)
  }
  const file = resolve(nameOrPath)
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isDirectory())
    throw new ConfigError(`${file} is a folder: name the file of the function in it, such as index.ts`)
  if (!found?.isFile()) {
    const meant = EXTENSIONS.find((extension) => existsSync(`${file}${extension}`))
    const remedy = meant === undefined ? `check the path '${nameOrPath}'` : `name ${nameOrPath}${meant}`
    throw new ConfigError(`there is no file ${file}: ${remedy}`)
  }
  if (!MODULE.test(file))
    throw new ConfigError(
      `${file} is not a module that Node.js runs: the file name must end with .ts, .mts, .cts, .js, .mjs or .cjs`,
    )
  return { name: basename(file, extname(file)), handler: await handlerOf(file) }
}

/** Otherwise only the first request would find that the file is missing. */
const requireFileBeside = (name: string): void => {
  const file = FILES_BESIDE.get(name)
  if (file === undefined || existsSync(join(import.meta.dirname, file))) return
  const program = basename(import.meta.filename)
  throw new ConfigError(
    `${name} needs ${file}, which is not in ${import.meta.dirname}: copy it there, from the build that ${program} is of`,
  )
}

const PATH = /[\\/]|\.[a-z]{2,5}$/

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

/** A file without an extension is JavaScript. */
const MODULE = /(^|[\\/])[^.\\/]+$|\.[cm]?[jt]s$/

/**
 * The handler that a module exports as `handler` or as its default.
 *
 * @param file its absolute path
 * @throws ConfigError with file and line if the module cannot be loaded, or if its handler is not a function
 */
export const handlerOf = async (file: string): Promise<FunctionHandler> => {
  nameSources()
  const module = await importModule(file)
  // An ES module sees what a CommonJS module exports as its default.
  const inner = isExports(module.default) ? module.default : {}
  const found = module.handler ?? inner.handler ?? inner.default ?? module.default
  if (typeof found === 'function') return found as FunctionHandler // Its parameters and its result cannot be checked.
  if (found !== undefined && found !== inner)
    throw new ConfigError(
      `${file} exports a handler of type ${typeof found}, which is not a function: export a function`,
    )
  throw withoutHandler(file, Object.keys(found === inner ? inner : module))
}

/** @param names what the module exports instead */
export const withoutHandler = (file: string, names: readonly string[]): ConfigError => {
  const exported = names.length === 0 ? 'nothing' : `${names.join(', ')}, but no handler`
  return new ConfigError(`${file} exports ${exported}: write export const handler = …`)
}

let areSourcesNamed = false

/** In a checkout, which may not be built, a module that imports this package gets the sources that run already. */
const nameSources = (): void => {
  if (areSourcesNamed || !import.meta.filename.endsWith('.ts')) return
  areSourcesNamed = true
  const sources: Readonly<Record<string, string>> = {
    tidings: pathToFileURL(join(import.meta.dirname, '../index.ts')).href,
  }
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = sources[specifier]
      return url === undefined ? next(specifier, context) : { url, shortCircuit: true }
    },
  })
}

type Exports = Readonly<Record<string, unknown>>

const isExports = (value: unknown): value is Exports => typeof value === 'object' && value !== null

const importModule = async (file: string): Promise<Exports> => {
  // Without this, a module whose top-level await can never end would end the process without a message.
  const { promise: never, reject } = Promise.withResolvers<never>()
  const idle = (): void => reject(new ConfigError(`${file} is never loaded: an await at its top level does not end`))
  process.once('beforeExit', idle)
  try {
    return await Promise.race([import(pathToFileURL(file).href), never])
  } catch (error) {
    if (hasCode(error, 'config_invalid')) throw error
    throw new ConfigError(`${placeOf(error, file)}: ${textOf(error)}`, { cause: error })
  } finally {
    process.off('beforeExit', idle)
  }
}

/** File and line of an error, if Node.js gives them. */
const placeOf = (error: unknown, file: string): string => {
  if (!(error instanceof Error)) return file
  const { stack = '' } = error
  const place = startOf(stack) ?? (error instanceof SyntaxError ? startOf(checked(file)) : frameIn(stack))
  return place ?? file
}

/** The place at the start of a syntax error, or of an error about a missing import. */
const startOf = (text: string): string | undefined => pathAndLine(/^(\S.*):(\d+)$/m.exec(text.split('\n', 1)[0] ?? ''))

/** The first frame in a file. The hook of this file, which every import passes, is not the place of an error. */
const frameIn = (stack: string): string | undefined => {
  const frames = stack.split('\n').filter((line) => !line.includes(import.meta.filename))
  return pathAndLine(/^ +at (?:.* \()?((?:file:\/\/|\/)[^\n]+?):(\d+):\d+\)?$/m.exec(frames.join('\n')))
}

const pathAndLine = (match: RegExpExecArray | null): string | undefined => {
  const [, path = '', line = ''] = match ?? []
  if (path === '') return undefined
  return `${path.startsWith('file:') ? fileURLToPath(path) : path}:${line}`
}

/** An ES module's syntax error does not tell its line where it is caught. `node --check` writes it first. */
const checked = (file: string): string => spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' }).stderr

const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return `while it was loaded, it threw ${String(error)}`
  return `${error.name}: ${error.message.split('\n', 1)[0]}`
}
