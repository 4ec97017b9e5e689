import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { withoutHandler } from '../hosts/load-function.ts'
import { suggestion } from '../process/did-you-mean.ts'
import { ConfigError } from '../process/errors.ts'
import { routesToTake } from '../sinks/routes/routes-file.ts'
import { PLATFORMS, type Platform } from './build-platforms.ts'
import type { FunctionFile } from './bundling.ts'
import { exportsOf } from './esbuild.ts'
import { installedVersion } from './native-packages.ts'
import { failureText } from './outcome-text.ts'
import { manifest, packageRoot } from './package-root.ts'
import { type Command, flag, parseCommandLine, text, texts } from './run-command.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

const USAGE = `Usage: tidings build <file> [options]
       tidings build --help`

const HELP = `${USAGE}

Bundles a function, and writes for each platform the files that the platform's own tool takes. They need neither this package nor a
network when they run. The routes of tidings.config.yaml (docs/routes.md) are a part of the bundle. The bundler is esbuild:
npm install --save-dev esbuild

Options:
  --for <platforms>     some of lambda, container, openfaas, knative, func, separated by commas. Default: all
  --out <folder>        default: dist
  --external <package>  leave this package out of the bundle, because it has compiled parts. May come several times
  --registry <name>     where images are pushed to. Default: registry.example.org
  --json                print what was written as JSON
  -h, --help

Examples:
  tidings build ./photos.ts
  tidings build ./photos.ts --for openfaas --registry registry.example.org/team --out build
  tidings build ./thumbnails.ts --external sharp

Exit code: 0 built; 1 cannot be built.
`

type Built = {
  readonly platform: string
  /** Paths from the working directory. */
  readonly files: readonly string[]
  readonly first?: string | undefined
  readonly next: string
}

const run = async ({ args, env, stdout, stderr }: Terminal): Promise<ExitCode> => {
  const line = parseCommandLine(args, { for: text, out: text, registry: text, external: texts, json: flag })
  const [path, ...more] = line.positionals
  if (path === undefined) throw new UsageError('name the file of a function, for example ./photos.ts')
  if (more.length > 0) throw new UsageError('build one function at a time')
  const { for: platforms, out = 'dist', registry = 'registry.example.org', external = [], json } = line.values
  const wanted = platformsOf(platforms)
  try {
    const file = functionFile(path, external)
    const names = await exportsOf(file.file)
    if (!names.some((name) => name === 'handler' || name === 'default')) throw withoutHandler(file.file, names)
    const packages = Object.fromEntries(external.map((name) => [name, installedVersion(name, file.file)]))
    const routes = await routesToTake(env)
    for (const platform of wanted) refuseOther(platform, join(out, platform), file.name)
    const built: Built[] = []
    for (const platform of wanted) built.push(await build(platform, file, { out, registry, packages, routes }))
    stdout.write(json ? `${JSON.stringify(built, null, 2)}\n` : `${built.map(builtText).join('\n')}\n`)
    return EXIT.done
  } catch (error) {
    stderr.write(failureText(error, false))
    return EXIT.failed
  }
}

export const buildCommand: Command = { usage: USAGE, help: HELP, run }

const platformsOf = (given: string | undefined): readonly string[] => {
  const names = Object.keys(PLATFORMS)
  const wanted = given?.split(',').map((name) => name.trim()) ?? names
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown === undefined) return wanted
  throw new UsageError(`--for: there is no platform ${unknown}.${suggestion(unknown, names)} Use ${names.join(', ')}`)
}

const functionFile = (path: string, external: readonly string[]): FunctionFile => {
  const file = resolve(path)
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new ConfigError(`there is no file ${file}: check the path`)
  const name = basename(file, extname(file))
  if (!/^[a-z]([a-z0-9-]{0,48}[a-z0-9])?$/.test(name))
    throw new ConfigError(
      `the function would be called '${name}' after its file: platforms want lower-case letters, digits and dashes, so rename the file`,
    )
  return { file, name, neededNode: manifest().engines.node, external }
}

/**
 * A folder has one function: files such as serverless.yml name only the last one that was built.
 *
 * @throws ConfigError when the folder has the file of another function
 */
const refuseOther = (platform: string, folder: string, name: string): void => {
  const { file, name: line } = (PLATFORMS[platform] as Platform).naming // Of a name that was looked at.
  const path = join(folder, file)
  if (!existsSync(path)) return
  const names = Array.from(readFileSync(path, 'utf8').matchAll(line), ([, found]) => found)
  const other = names.find((found) => found !== name)
  if (other === undefined) return
  throw new ConfigError(
    `${path} names the function ${other}, which building ${name} here would overwrite: write --out dist/${name}, or remove ${folder}`,
  )
}

type Options = {
  readonly out: string
  readonly registry: string
  /** Versions of what has to be installed beside the bundle. */
  readonly packages: Readonly<Record<string, string>>
  /** As JSON. */
  readonly routes: string | undefined
}

const build = async (
  name: string,
  file: FunctionFile,
  { out, registry, packages, routes }: Options,
): Promise<Built> => {
  const platform = PLATFORMS[name] as Platform // Of a name that was looked at.
  const { code, beside } = await platform.bundle(file)
  const bundleFile = platform.bundleFile(file.name)
  const hasPackages = Object.keys(packages).length > 0
  const files = new Map([[bundleFile, withRoutes(code, routes)]])
  for (const [path, text] of beside) files.set(join(dirname(bundleFile), path), text)
  for (const [path, template] of Object.entries(platform.templates(file.name)))
    files.set(path, filledIn(template, { name: file.name, registry, hasPackages }))
  if (hasPackages) {
    const path = join(dirname(bundleFile), 'package.json')
    files.set(path, withPackages(files.get(path) ?? '{ "private": true }', packages))
  }
  const folder = join(out, name)
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const next = platform.next({ name: file.name, registry, folder, hasPackages })
  return { platform: name, files: [...files.keys()].map((path) => join(folder, path)), first: platform.first, next }
}

/** The directive has to stay the first statement. */
const withRoutes = (code: string, routes: string | undefined): string =>
  routes === undefined
    ? code
    : code.replace(
        /^("use strict";)?/,
        (directive) => `${directive}process.env.TIDINGS_CONFIG||=${JSON.stringify(routes)};`,
      )

type Blanks = { readonly name: string; readonly registry: string; readonly hasPackages: boolean }

/** A template with the names in it. Its part about packages stays only if there are packages. */
const filledIn = (template: string, { name, registry, hasPackages }: Blanks): string =>
  readFileSync(join(packageRoot(), template), 'utf8')
    .replaceAll('__NAME__', name)
    .replaceAll('__REGISTRY__', registry)
    .replaceAll(/__PACKAGES\((.*?)\)__/gs, hasPackages ? '$1' : '')

const withPackages = (manifest: string, packages: Options['packages']): string => {
  const { dependencies, ...fields } = JSON.parse(manifest)
  return `${JSON.stringify({ ...fields, dependencies: { ...dependencies, ...packages } }, null, 2)}\n`
}

const builtText = ({ platform, files, first, next }: Built): string => {
  const sized = files.map((file) => `  ${file} (${Math.ceil(statSync(file).size / 1000)} kB)`)
  return [`${platform}:`, ...sized, ...(first === undefined ? [] : [`  once: ${first}`]), `  next: ${next}`].join('\n')
}
