import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { suggestion } from '../process/did-you-mean.ts'
import { ConfigError } from '../process/errors.ts'
import { bundleForLambda, bundleWithHost, type FunctionFile } from './bundling.ts'
import { flag, parseCommandLine, text } from './command-line.ts'
import { failureText } from './failure-text.ts'
import { manifest, packageRoot } from './package-root.ts'
import type { Command } from './run-command.ts'
import { EXIT, type ExitCode, type Terminal, UsageError } from './terminal.ts'

const USAGE = `Usage: tidings build <file> [options]
       tidings build --help`

const HELP = `${USAGE}

Bundles a function, and writes for each platform the files that the platform's own tool takes. They need neither this package nor a
network when they run. The bundler is esbuild: npm install --save-dev esbuild

Options:
  --for <platforms>     some of lambda, container, openfaas, knative, separated by commas. Default: all
  --out <folder>        default: dist
  --registry <name>     where images are pushed to. Default: registry.example.org
  --json                print what was written as JSON
  -h, --help

Examples:
  tidings build ./photos.ts
  tidings build ./photos.ts --for openfaas --registry registry.example.org/team --out build

Exit code: 0 built; 1 cannot be built.
`

type Bundle = (file: FunctionFile) => Promise<string>

/** Bundles each function only once. */
const once = (bundle: Bundle): Bundle => {
  const made = new WeakMap<FunctionFile, Promise<string>>()
  return (file) => {
    const code = made.get(file) ?? bundle(file)
    made.set(file, code)
    return code
  }
}

type Names = { readonly name: string; readonly registry: string; readonly folder: string }

type Platform = {
  /** The options of the bundler, and the output file. */
  readonly bundle: Bundle
  readonly bundleFile: (name: string) => string
  /** Files to write, and what of templates/build they are made of. */
  readonly templates: (name: string) => Readonly<Record<string, string>>
  /** The command that takes over. */
  readonly next: (names: Names) => string
}

/** The three that serve share one bundle. */
const server = { bundle: once(bundleWithHost), bundleFile: () => 'server.cjs' }
const image = ({ registry, name }: Names): string => `${registry}/${name}:latest`

const PLATFORMS: Readonly<Record<string, Platform>> = {
  lambda: {
    bundle: bundleForLambda,
    bundleFile: (name) => `${name}.cjs`,
    templates: () => ({ 'serverless.yml': 'serverless.yml' }),
    next: ({ folder }) => `cd ${folder} && npx serverless deploy`,
  },
  container: {
    ...server,
    templates: () => ({ Dockerfile: 'Dockerfile' }),
    next: (names) => `docker build -t ${image(names)} ${names.folder}`,
  },
  openfaas: {
    ...server,
    bundleFile: (name) => `${name}/server.cjs`,
    templates: (name) => ({ [`${name}/Dockerfile`]: 'openfaas.Dockerfile', 'stack.yaml': 'stack.yaml' }),
    next: ({ folder }) => `cd ${folder} && faas-cli up -f stack.yaml`,
  },
  knative: {
    ...server,
    templates: () => ({ Dockerfile: 'Dockerfile', 'service.yaml': 'service.yaml' }),
    next: (names) =>
      `docker build -t ${image(names)} ${names.folder} && docker push ${image(names)} && kubectl apply -f ${names.folder}/service.yaml`,
  },
}

type Built = {
  readonly platform: string
  /** Paths from the working directory. */
  readonly files: readonly string[]
  readonly next: string
}

const run = async ({ args, stdout, stderr }: Terminal): Promise<ExitCode> => {
  const line = parseCommandLine(args, { for: text, out: text, registry: text, json: flag })
  const [path, ...more] = line.positionals
  if (path === undefined) throw new UsageError('name the file of a function, for example ./photos.ts')
  if (more.length > 0) throw new UsageError('build one function at a time')
  const { for: platforms, out = 'dist', registry = 'registry.example.org', json } = line.values
  const wanted = platformsOf(platforms)
  try {
    const file = functionFile(path)
    const built: Built[] = []
    for (const platform of wanted) built.push(await build(platform, file, { out, registry }))
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

const functionFile = (path: string): FunctionFile => {
  const file = resolve(path)
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new ConfigError(`there is no file ${file}: check the path`)
  const name = basename(file, extname(file))
  if (!/^[a-z]([a-z0-9-]{0,48}[a-z0-9])?$/.test(name))
    throw new ConfigError(
      `the function would be called '${name}' after its file: platforms want lower-case letters, digits and dashes, so rename the file`,
    )
  return { file, name, neededNode: manifest().engines.node }
}

const build = async (
  name: string,
  file: FunctionFile,
  { out, registry }: { readonly out: string; readonly registry: string },
): Promise<Built> => {
  const platform = PLATFORMS[name] as Platform // Of a name that was looked at.
  const folder = join(out, name)
  const templates = join(packageRoot(), 'templates/build')
  const files = Object.entries(platform.templates(file.name)).map(([path, template]) => ({
    path,
    text: readFileSync(join(templates, template), 'utf8')
      .replaceAll('__NAME__', file.name)
      .replaceAll('__REGISTRY__', registry),
  }))
  files.unshift({ path: platform.bundleFile(file.name), text: await platform.bundle(file) })
  for (const { path, text: content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const names = { name: file.name, registry, folder }
  return { platform: name, files: files.map(({ path }) => join(folder, path)), next: platform.next(names) }
}

const builtText = ({ platform, files, next }: Built): string => {
  const sized = files.map((file) => `  ${file} (${Math.ceil(statSync(file).size / 1000)} kB)`)
  return [`${platform}:`, ...sized, `  next: ${next}`].join('\n')
}
