import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { bundleOptions } from '../lib/cli/bundling.ts'
import { partSources, SERVER_PARTS, withoutParts } from '../lib/cli/files-beside.ts'
import { leanClients, leanSchemas, leanSettings } from '../lib/cli/lean-bundles.ts'
import manifest from '../package.json' with { type: 'json' }

/**
 * `node scripts/build.ts [directory]`: <function>.cjs for Lambda with the part-*.cjs beside it, server.cjs for containers with
 * server-provisioner.cjs beside it, relay.cjs for containers, cli.cjs for an installed package, each with its source map beside it;
 * in dist/ unless an argument names a directory. CommonJS, because importing node:http as an ES module costs tens of milliseconds at
 * start (docs/performance.md).
 */
const [folder] = process.argv.slice(2)
const root = join(import.meta.dirname, '..')
// In dist/ more is compiled next: a module that is no more must not be packed.
if (folder === undefined) rmSync(join(root, 'dist'), { recursive: true, force: true })

const functions = readdirSync(join(root, 'functions')).sort()
const common = bundleOptions(manifest.engines.node)

const outputs: BuildOptions = {
  ...common,
  absWorkingDir: root,
  outdir: folder ?? 'dist',
  outExtension: { '.js': '.cjs' },
  sourcemap: 'external',
  external: ['esbuild'],
  logLevel: 'warning',
  // Each bundle is strict from its first line. With the tsconfig of this repository each of its modules would say so again.
  tsconfigRaw: {},
  define: { ...common.define, BUNDLED_VERSION: JSON.stringify(manifest.version) },
}

/**
 * Fills lib/process/bundled-packages.ts for a program in an image, which has no node_modules: it holds amqplib itself.
 *
 * @param filesBeside the entries of FILES_BESIDE
 */
const bundledPackages = (filesBeside: readonly (readonly [name: string, file: string])[] = []): Plugin => ({
  name: 'bundled-packages',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]process[\\/]bundled-packages\.ts$/ }, () => ({
      contents: `export const BUNDLED_PACKAGES = { amqplib: () => import('amqplib') }
        export const FILES_BESIDE = new Map(${JSON.stringify(filesBeside)})`,
      resolveDir: root,
    }))
  },
})

/** The relay refuses to run it. */
const withoutProvisioner: Plugin = {
  name: 'without-provisioner',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]functions[\\/]ceph-provisioner\.ts$/ }, () => ({
      contents: 'export const handler = undefined',
    }))
  },
}

await build({
  ...outputs,
  entryPoints: Object.fromEntries(functions.map((name) => [name.replace('.ts', ''), `functions/${name}`])),
  plugins: [withoutParts(), leanSchemas, leanSettings, leanClients],
})
for (const [name, contents] of [...(await partSources()), ...(await partSources(undefined, SERVER_PARTS))]) {
  const { outdir, ...options } = outputs
  await build({
    ...options,
    stdin: { contents, resolveDir: root },
    outfile: join(outdir ?? '', name),
    plugins: [leanClients, leanSettings],
  })
}
await build({
  ...outputs,
  entryPoints: { server: 'lib/hosts/host-main.ts' },
  plugins: [bundledPackages([['ceph-provisioner', 'server-provisioner.cjs']]), withoutParts(SERVER_PARTS)],
})
await build({
  ...outputs,
  entryPoints: { relay: 'lib/cli/relay-main.ts' },
  plugins: [bundledPackages(), withoutProvisioner],
})
await build({
  ...outputs,
  entryPoints: { cli: 'lib/cli/cli-main.ts' },
  plugins: [bundledPackages()],
})
