import type { BuildFailure, BuildOptions, BuildResult, SameShape } from 'esbuild'
import { ConfigError } from '../process/errors.ts'

/**
 * The names that a module exports. The module does not run.
 *
 * @throws ConfigError with file, line and column of a syntax error
 */
export const exportsOf = async (file: string): Promise<readonly string[]> => {
  const options = { bundle: true, packages: 'external', format: 'esm', platform: 'node', outdir: '.' } as const
  const { metafile } = await build({
    ...options,
    entryPoints: [file],
    write: false,
    metafile: true,
    loader: { '.node': 'empty' },
    logLevel: 'silent',
  })
  return Object.values(metafile.outputs).flatMap((output) => output.exports)
}

/** @throws ConfigError that says what is wrong, with file, line and column */
export const build = async <Options extends BuildOptions>(options: Options): Promise<BuildResult<Options>> => {
  const esbuild = await loadEsbuild()
  try {
    return await esbuild.build<Options>(options as SameShape<BuildOptions, Options>)
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    const lines = await esbuild.formatMessages(error.errors, { kind: 'error' })
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
