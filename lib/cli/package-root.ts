import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of this package: of a checkout, or of an installed package. */
export const packageRoot = (): string => {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

declare const BUNDLED_VERSION: string | undefined

/** The version of this package. scripts/build.ts writes it into a bundle, which has no package.json beside it. */
export const packageVersion = (): string => (typeof BUNDLED_VERSION === 'string' ? BUNDLED_VERSION : manifest().version)

/** The fields of package.json that a command needs. */
export const manifest = (): Manifest => JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))

type Manifest = {
  readonly version: string
  readonly engines: { readonly node: string }
  readonly devDependencies: Readonly<Record<string, string>>
}
