import { existsSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import type { BuildOptions, Plugin } from 'esbuild'
import { ConfigError } from '../process/errors.ts'
import { build } from './esbuild.ts'
import { clientFiles, clientSources, partSources, withoutParts } from './files-beside.ts'
import { leanClients, leanSchemas, leanSettings } from './lean-bundles.ts'
import { nativePackages } from './native-packages.ts'

/** The options of every bundle of this package: one file in CommonJS, which starts faster than an ES module (docs/performance.md). */
export const bundleOptions = (neededNode: string): BuildOptions => ({
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  mainFields: ['module', 'main'],
  banner: { js: versionCheck(neededNode.replace('>=', '')) },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  logLevel: 'silent',
})

/**
 * The first line of each bundle. On an older Node.js a program prints one line and ends with 1, and a function that a platform
 * loads throws that line. Without it, Node.js prints the minified line that fails.
 */
const versionCheck = (needed: string): string => {
  const [major, minor] = needed.split('.')
  return [
    '"use strict";{const[a,b]=process.versions.node.split(".");',
    `if(a<${major}||a==${major}&&b<${minor}){const m="tidings needs Node.js ${needed} or newer, and this is "+process.version+": install a newer one";`,
    'if(require.main!==module)throw new Error(m);console.error(m);process.exit(1)}}',
  ].join('')
}

export type FunctionFile = {
  /** Absolute path. */
  readonly file: string
  readonly name: string
  /** `engines.node` of this package. */
  readonly neededNode: string
  /** Packages to leave out of the bundle. They have to be installed beside it. */
  readonly external: readonly string[]
}

/** The code of a function, and the files that it reads from its own folder when it needs them, by their names. */
export type Bundle = { readonly code: string; readonly beside: ReadonlyMap<string, string> }

/** The function alone, as Lambda loads it. */
export const bundleForLambda = (file: FunctionFile): Promise<Bundle> =>
  bundle(file, `export { handler } from '${OWN}'`, [leanSchemas, leanSettings])

/** The host with this function in it, served at every path. */
export const bundleWithHost = (file: FunctionFile): Promise<Bundle> => {
  const name = quoted(file.name)
  const onlyThisOne: Plugin = {
    name: 'only-this-function',
    setup: (build) => {
      build.onLoad({ filter: /[\\/]hosts[\\/]load-function\.[jt]s$/ }, () => ({
        contents: [
          `export const BUILT_IN = [${name}]`,
          `export const loadFunction = async () => ({ name: ${name}, handler: (await import('${OWN}')).handler })`,
        ].join('\n'),
      }))
    },
  }
  const entry = `process.env.FUNCTION = ${name}\nimport(${quoted(ours('hosts/host-main'))})\n`
  return bundle(file, entry, [onlyThisOne])
}

/** The name by which the entries import the function. */
const OWN = 'own-function'

const ownFunction = (file: string): Plugin => ({
  name: OWN,
  setup: (build) => {
    build.onResolve({ filter: new RegExp(`^${OWN}$`) }, () => ({ path: file, namespace: OWN }))
    build.onLoad({ filter: /./, namespace: OWN }, () => ({
      // By a computed name, or esbuild warns of the export that is not there.
      contents: `import * as own from ${quoted(file)}
        export const handler = own["handler"] ?? own["default"]?.["handler"] ?? own["default"]
        if (typeof handler !== "function") throw new TypeError(${quoted(notAFunction(file))})`,
      resolveDir: dirname(file),
    }))
  },
})

const OWN_URL = 'own-url'

/** Makes `import.meta.url` in the user's module the URL of the bundle. esbuild leaves it out where nothing uses it. */
const ownUrl: Plugin = {
  name: OWN_URL,
  setup: (build) => {
    build.onResolve({ filter: new RegExp(`^${OWN_URL}$`) }, () => ({
      path: OWN_URL,
      namespace: OWN_URL,
      sideEffects: false,
    }))
    build.onLoad({ filter: /./, namespace: OWN_URL }, () => ({
      contents:
        'export const tidingsBundleUrl = /* @__PURE__ */ (() => require("node:url").pathToFileURL(__filename).href)()',
      resolveDir: OURS,
    }))
  },
}

const notAFunction = (file: string): string =>
  `${basename(file)} exports a handler that is not a function: export a function`

const quoted = (text: string): string => JSON.stringify(text)

const OURS = join(import.meta.dirname, '..')

/** A module of this package: a source in a checkout, compiled in an installed package. */
const ours = (path: string): string => {
  const file = join(OURS, `${path}${extname(import.meta.filename)}`)
  if (!existsSync(file)) throw new ConfigError('this command cannot build from its image: install the package tidings')
  return file
}

const bundle = async (
  { file, neededNode, external }: FunctionFile,
  entry: string,
  plugins: Plugin[] = [],
): Promise<Bundle> => {
  const common = { ...bundleOptions(neededNode), write: false, metafile: true } as const
  const { outputFiles, metafile } = await build({
    ...common,
    stdin: { contents: entry, resolveDir: OURS, loader: 'js' },
    // One copy of this package, that which the host is of.
    alias: { tidings: ours('index') },
    define: { ...common.define, 'import.meta.url': 'tidingsBundleUrl' },
    inject: [OWN_URL],
    external: [...external],
    // So that the package that has it is named below.
    loader: { '.node': 'empty' },
    plugins: [...plugins, ownUrl, ownFunction(file), clientFiles(OURS), withoutParts()],
  })
  const native = nativePackages(metafile)
  if (native.length > 0) {
    const flags = native.map((name) => `--external ${name}`).join(' ')
    throw new ConfigError(`${native.join(' and ')} cannot be bundled because of compiled parts: add ${flags}`)
  }
  const beside = new Map<string, string>()
  const sources = [...clientSources(metafile), ...(await partSources(metafile))]
  for (const [name, source] of sources) beside.set(name, await bundledBeside(source, neededNode))
  return { code: outputFiles[0]?.text ?? '', beside }
}

const made = new Map<string, Promise<string>>()

/** Every platform has the same ones, so they are bundled once. */
const bundledBeside = (contents: string, neededNode: string): Promise<string> => {
  const code =
    made.get(contents) ??
    build({
      ...bundleOptions(neededNode),
      write: false,
      stdin: { contents, resolveDir: OURS, loader: 'js' },
      plugins: [leanClients, leanSettings],
    }).then(({ outputFiles }) => outputFiles[0]?.text ?? '')
  made.set(contents, code)
  return code
}
