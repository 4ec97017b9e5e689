import { statSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import type { FunctionHandler } from '../kit/function.ts'
import { ConfigError } from '../process/errors.ts'
import { handlerOf } from './load-module.ts'

export type LoadedFunction = {
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
 * @throws ConfigError for an unknown name, a file that is not there or cannot be loaded, or an export that is not a function
 */
export const loadFunction = async (nameOrPath: string): Promise<LoadedFunction> => {
  const load = Object.hasOwn(builtIn, nameOrPath) ? builtIn[nameOrPath] : undefined
  if (load !== undefined) return { name: nameOrPath, handler: (await load()).handler }
  if (!PATH.test(nameOrPath)) {
    const choice = `use ${BUILT_IN.join(', ')}, or the path of a module of your own, such as ./photos.ts`
    throw new ConfigError(`no function is called '${nameOrPath}': ${choice}`)
  }
  const file = resolve(nameOrPath)
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isDirectory())
    throw new ConfigError(`${file} is a folder: name the file of the function in it, such as index.ts`)
  if (!found?.isFile()) throw new ConfigError(`there is no file ${file}: check the path '${nameOrPath}'`)
  if (!MODULE.test(file))
    throw new ConfigError(
      `${file} is no module that Node.js runs: its name has to end with .ts, .mts, .cts, .js, .mjs or .cjs`,
    )
  return { name: basename(file, extname(file)), handler: await handlerOf(file) }
}

const PATH = /[\\/]|\.[a-z]{2,5}$/

/** A name without an extension is one of JavaScript. */
const MODULE = /(^|[\\/])[^.\\/]+$|\.[cm]?[jt]s$/
