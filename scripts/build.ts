import { join } from 'node:path'
import { build } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }

const needed = manifest.engines.node.replace('>=', '')
const [major, minor] = needed.split('.')

/**
 * The first line of each bundle. On an older Node.js a program prints one line and ends with 1, and a function that a platform
 * loads throws that line. Without it, Node.js prints the minified line that fails.
 */
const versionCheck = [
  '"use strict";{const[a,b]=process.versions.node.split(".");',
  `if(a<${major}||a==${major}&&b<${minor}){const m="tidings needs Node.js ${needed} or newer, this is "+process.version;`,
  'if(require.main!==module)throw new Error(m);console.error(m);process.exit(1)}}',
].join('')

/**
 * `node scripts/build.ts [directory]`: <function>.cjs for Lambda, server.cjs and relay.cjs for containers, cli.cjs for an installed
 * package, each with its source map beside it; in dist/ unless an argument names a directory. CommonJS, because importing
 * node:http as an ES module costs tens of milliseconds at start (docs/performance.md).
 */
await build({
  entryPoints: {
    'ceph-notifications': 'functions/ceph-notifications.ts',
    'ceph-provisioner': 'functions/ceph-provisioner.ts',
    'openstack-notifications': 'functions/openstack-notifications.ts',
    server: 'lib/hosts/host-main.ts',
    relay: 'lib/cli/relay-main.ts',
    cli: 'lib/cli/cli-main.ts',
  },
  absWorkingDir: join(import.meta.dirname, '..'),
  outdir: process.argv[2] ?? 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  sourcemap: 'external',
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  mainFields: ['module', 'main'],
  banner: { js: versionCheck },
  logLevel: 'warning',
  define: { 'import.meta.dirname': '__dirname', BUNDLED_VERSION: JSON.stringify(manifest.version) },
})
