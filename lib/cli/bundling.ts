import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { BuildFailure, BuildOptions, Plugin } from 'esbuild'
import { ConfigError } from '../process/errors.ts'

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
    `if(a<${major}||a==${major}&&b<${minor}){const m="tidings needs Node.js ${needed} or newer, this is "+process.version;`,
    'if(require.main!==module)throw new Error(m);console.error(m);process.exit(1)}}',
  ].join('')
}

export type FunctionFile = {
  /** Absolute path. */
  readonly file: string
  readonly name: string
  /** `engines.node` of this package. */
  readonly neededNode: string
}

/** The function alone, as Lambda loads it. Resolves to the code. */
export const bundleForLambda = ({ file, neededNode }: FunctionFile): Promise<string> =>
  bundle(neededNode, `import * as own from ${quoted(file)}\nexport const handler = ${HANDLER_OF}(own)\n`)

/** The host with this function in it, served at every path. Resolves to the code. */
export const bundleWithHost = ({ file, name, neededNode }: FunctionFile): Promise<string> => {
  const onlyThisOne: Plugin = {
    name: 'only-this-function',
    setup: (build) => {
      build.onLoad({ filter: /[\\/]hosts[\\/]load-function\.[jt]s$/ }, () => ({
        contents: [
          `export const BUILT_IN = [${quoted(name)}]`,
          `export const loadFunction = async () => ({ name: ${quoted(name)}, handler: ${HANDLER_OF}(await import(${quoted(file)})) })`,
        ].join('\n'),
      }))
    },
  }
  const entry = `process.env.FUNCTION = ${quoted(name)}\nimport(${quoted(own('hosts/host-main'))})\n`
  return bundle(neededNode, entry, [onlyThisOne])
}

/** By a computed name, or esbuild warns of the export that is not there. */
const HANDLER_OF = '((own) => own["handler"] ?? own["default"]?.["handler"] ?? own["default"])'

const quoted = (text: string): string => JSON.stringify(text)

/** A module of this package: a source in a checkout, compiled in an installed package. */
const own = (path: string): string => {
  const file = join(import.meta.dirname, '..', `${path}${extname(import.meta.filename)}`)
  if (!existsSync(file)) throw new ConfigError('this command cannot build from its image: install the package tidings')
  return file
}

const bundle = async (neededNode: string, contents: string, plugins: Plugin[] = []): Promise<string> => {
  const { build, formatMessages } = await loadEsbuild()
  try {
    const { outputFiles } = await build({
      ...bundleOptions(neededNode),
      stdin: { contents, resolveDir: process.cwd(), loader: 'js' },
      // One copy of this package, that which the host is of.
      alias: { tidings: own('index') },
      plugins,
      write: false,
    })
    return outputFiles[0]?.text ?? ''
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    const lines = await formatMessages(error.errors, { kind: 'error' })
    throw new ConfigError(`the function cannot be bundled\n${lines.join('').trimEnd()}`)
  }
}

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error

const loadEsbuild = async () => {
  try {
    return await import('esbuild')
  } catch (cause) {
    throw new ConfigError('esbuild is not installed: run npm install --save-dev esbuild', { cause })
  }
}
