import { build } from 'esbuild'

/**
 * dist/<function>.cjs for Lambda, dist/server.cjs for containers, dist/cli.cjs for people. CommonJS, because importing node:http as an ES module
 * costs tens of milliseconds at start (docs/performance.md).
 */
await build({
  entryPoints: {
    'ceph-notifications': 'functions/ceph-notifications.ts',
    'ceph-provisioner': 'functions/ceph-provisioner.ts',
    server: 'lib/hosts/main.ts',
    cli: 'lib/cli/main.ts',
  },
  outdir: 'dist',
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
