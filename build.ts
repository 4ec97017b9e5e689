import { build } from 'esbuild'

/**
 * `node build.ts [directory]`: <function>.cjs for Lambda, server.cjs and relay.cjs for containers, cli.cjs for people, each
 * with its source map beside it; in dist/ unless told otherwise. CommonJS, because importing node:http as an ES module costs
 * tens of milliseconds at start (docs/performance.md).
 */
await build({
  entryPoints: {
    'ceph-notifications': 'functions/ceph-notifications.ts',
    'ceph-provisioner': 'functions/ceph-provisioner.ts',
    'openstack-notifications': 'functions/openstack-notifications.ts',
    server: 'lib/hosts/main.ts',
    relay: 'lib/cli/relay-main.ts',
    cli: 'lib/cli/main.ts',
  },
  absWorkingDir: import.meta.dirname,
  outdir: process.argv[2] ?? 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  sourcemap: 'external',
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
})
