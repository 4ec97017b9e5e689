import { join, sep } from 'node:path'
import type { Metafile, Plugin } from 'esbuild'

/** Libraries of this package that a function loads only when it first uses them. */
const CLIENT = /^@aws-sdk\//

/** Libraries of one scope share code, so they share a file. */
const fileOf = (library: string): string => `client-${library.split('/')[0]?.replace('@', '')}.cjs`

const NAMESPACE = 'client'

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
      importer.startsWith(join(ours, sep)) ? { path, namespace: NAMESPACE } : undefined,
    )
    build.onLoad({ filter: CLIENT, namespace: NAMESPACE }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(`./${fileOf(path)}`)})[${JSON.stringify(path)}]`,
    }))
    build.onResolve({ filter: /^\./, namespace: NAMESPACE }, ({ path }) => ({ path, external: true }))
  },
})

/** The source of each file that a bundle reads, by its name. What nothing in the bundle uses is left out. */
export const clientSources = ({ outputs }: Metafile): ReadonlyMap<string, string> => {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))
  const libraries = new Set(inputs.flatMap((input) => input.split(`${NAMESPACE}:`)[1] ?? []))
  const files = Map.groupBy(libraries, fileOf)
  return new Map([...files].map(([file, names]) => [file, `module.exports = {${names.toSorted().map(getter).join()}}`]))
}

/** A library is loaded when it is asked for. Others in its file are not. */
const getter = (library: string): string => {
  const name = JSON.stringify(library)
  return `get ${name}() { return require(${name}) }`
}
