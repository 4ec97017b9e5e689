import { basename, extname, join, sep } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'
import { exportsOf } from './esbuild.ts'

// Files beside a bundle, which it reads when it needs them: parts of this package, and libraries.

type Parts = Readonly<Record<string, readonly string[]>>

/**
 * Files beside the bundle of a function, and the modules of this package that each contains. A function loads a file when a setting or a
 * message needs it, so its bundle stays small. The modules export functions only, and share no state with the bundle: a logger, for
 * example, is passed to them.
 */
const PARTS: Parts = {
  'part-sinks.cjs': ['sinks/sink-loaders', 'sinks/ce-overrides'],
  'part-routes.cjs': ['sinks/routes/read-routes', 'sinks/routes/route-events'],
  'part-claims.cjs': ['claims/claims-gateway', 'claims/redis-claims', 'claims/s3-claims', 'claims/dynamodb-claims'],
  'part-bzip2.cjs': ['process/bzip2/bunzip'],
  'part-yaml.cjs': ['documents/read-yaml', 'documents/issue-places'],
}

/** The same for the host's bundle. Only requests to the provisioner need this code, which is as large as the rest: most of it is AWS' SDK. */
export const SERVER_PARTS: Parts = { 'server-provisioner.cjs': ['provisioning/request'] }

const OURS = join(import.meta.dirname, '..')
const NAMESPACE = 'part'
const LOADER = 'part-loader'

/** Source or compiled, as this module is. */
const pathOf = (module: string): string => join(OURS, module + extname(import.meta.filename))

/** Leaves the modules of the parts out of a bundle. */
export const withoutParts = (parts: Parts = PARTS): Plugin => ({
  name: 'without-parts',
  setup: ({ onResolve, onLoad }) => {
    const files = new Map(
      Object.entries(parts).flatMap(([file, modules]) => modules.map((module) => [pathOf(module), file])),
    )
    const names = new RegExp(`/(${[...files.keys()].map((path) => basename(path)).join('|')})$`)
    onResolve({ filter: names }, ({ path, resolveDir }) =>
      files.has(join(resolveDir, path)) ? { path: join(resolveDir, path), namespace: NAMESPACE } : undefined,
    )
    onLoad({ filter: names, namespace: NAMESPACE }, async ({ path }) => ({
      contents: callsOf(files.get(path) ?? '', await exportsOf(path)),
    }))
    onResolve({ filter: new RegExp(`^${LOADER}$`) }, () => ({ path: LOADER, namespace: LOADER }))
    onLoad({ filter: /./, namespace: LOADER }, () => ({ contents: LOAD, resolveDir: OURS }))
  },
})

/** A module with the same functions. They load the file when they are called. */
const callsOf = (file: string, functions: readonly string[]): string =>
  [
    `import { load } from "${LOADER}"`,
    ...functions.map((name) => `export const ${name} = (...given) => load("./${file}").${name}(...given)`),
  ].join('\n')

const LOAD = `
  import { ConfigError } from ${JSON.stringify(pathOf('process/errors'))}
  export const load = (path) => {
    try {
      return require(path)
    } catch (cause) {
      if (cause.code !== "MODULE_NOT_FOUND") throw cause
      throw new ConfigError(path.slice(2) + " is missing: copy it into the folder of this bundle", { cause })
    }
  }`

/**
 * The sources of the parts, by their names. A part runs a module when one of its functions is used.
 *
 * @param of a bundle: parts that nothing in it loads are left out
 */
export const partSources = async (of?: Metafile, parts: Parts = PARTS): Promise<ReadonlyMap<string, string>> => {
  const inputs = Object.values(of?.outputs ?? {}).flatMap((output) => Object.keys(output.inputs))
  const isLoaded = (module: string): boolean => of === undefined || inputs.includes(`${NAMESPACE}:${pathOf(module)}`)
  const loaded = Object.entries(parts).filter(([, modules]) => modules.some(isLoaded))
  const sources = loaded.map(async ([file, modules]) => {
    const getters = modules.map(async (module) => {
      const load = `require(${JSON.stringify(pathOf(module))})`
      return (await exportsOf(pathOf(module))).map((name) => `get ${name}() { return ${load}.${name} }`)
    })
    return [file, `module.exports = {${(await Promise.all(getters)).flat().join()}}`] as const
  })
  return new Map(await Promise.all(sources))
}

/** Libraries of this package that a function loads only when it first uses them. */
const CLIENT = /^@aws-sdk\//

/** Libraries of one scope share code, so they share a file. */
const fileOf = (library: string): string => `client-${library.split('/')[0]?.replace('@', '')}.cjs`

const CLIENT_NAMESPACE = 'client'

/**
 * Leaves these libraries out of a bundle. The bundle reads them from files beside it when it needs them, so that a cold start does
 * not pay for them. `clientSources` tells what to write into the files.
 *
 * @param ours the folder of this package's modules; a function's own imports stay in the bundle
 */
export const clientFiles = (ours: string): Plugin => ({
  name: 'client-files',
  setup: (build) => {
    build.onResolve({ filter: CLIENT }, ({ path, importer }) =>
      importer.startsWith(join(ours, sep)) ? { path, namespace: CLIENT_NAMESPACE } : undefined,
    )
    build.onLoad({ filter: CLIENT, namespace: CLIENT_NAMESPACE }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(`./${fileOf(path)}`)})[${JSON.stringify(path)}]`,
    }))
    build.onResolve({ filter: /^\./, namespace: CLIENT_NAMESPACE }, ({ path }) => ({ path, external: true }))
  },
})

/** The source of each file that a bundle reads, by its name. A file that nothing in the bundle uses is left out. */
export const clientSources = ({ outputs }: Metafile): ReadonlyMap<string, string> => {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))
  const libraries = new Set(inputs.flatMap((input) => input.split(`${CLIENT_NAMESPACE}:`)[1] ?? []))
  const files = Map.groupBy(libraries, fileOf)
  return new Map([...files].map(([file, names]) => [file, `module.exports = {${names.toSorted().map(getter).join()}}`]))
}

/** A library is loaded when it is asked for. Others in its file are not. */
const getter = (library: string): string => {
  const name = JSON.stringify(library)
  return `get ${name}() { return require(${name}) }`
}
