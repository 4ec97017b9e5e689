import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Metafile } from 'esbuild'
import { ConfigError } from '../process/errors.ts'

/** A package.json, as far as it tells whether the package has compiled parts. */
type Manifest = {
  readonly version: string
  readonly gypfile?: boolean
  readonly binary?: object
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Libraries by which packages find their compiled parts. */
const FINDERS = [
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  '@mapbox/node-pre-gyp',
  'node-pre-gyp',
]
const FOR_ONE_SYSTEM = /[-/](linux|darwin|win32)[-.]/

/** Names of the packages in a bundle that look for compiled parts in their own folder, where a bundle is not. */
export const nativePackages = ({ outputs }: Metafile): readonly string[] => {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs))
  const folders = new Set(files.flatMap((file) => PACKAGE_FOLDER.exec(file)?.[0] ?? []))
  return [...folders].filter((folder) => isNative(resolve(folder))).map(nameIn)
}

const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/
const nameIn = (folder: string): string => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)

const isNative = (folder: string): boolean => {
  const manifest = manifestIn(folder)
  if (manifest === undefined) return false
  const { gypfile = false, binary, dependencies = {}, optionalDependencies = {} } = manifest
  return (
    gypfile ||
    binary !== undefined ||
    existsSync(join(folder, 'binding.gyp')) ||
    FINDERS.some((name) => name in dependencies) ||
    Object.keys(optionalDependencies).some((name) => FOR_ONE_SYSTEM.test(name))
  )
}

/**
 * The version of a package that a file would import.
 *
 * @throws ConfigError where it is not installed
 */
export const installedVersion = (name: string, file: string): string => {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = manifestIn(join(folder, 'node_modules', name))
    if (manifest !== undefined) return manifest.version
    if (folder === dirname(folder))
      throw new ConfigError(`--external ${name}: no such package is installed for ${file}: run npm install ${name}`)
  }
}

const manifestIn = (folder: string): Manifest | undefined => {
  const path = join(folder, 'package.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}
