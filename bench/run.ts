// npm run bench: every measurement, one after the other, each in a process of its own. docs/performance.md says more.
import { execFileSync } from 'node:child_process'

for (const name of [
  'decode',
  'openstack-decode',
  'cold-start',
  'memory',
  'openstack-memory',
  'http',
  'provision',
  'relay',
]) {
  const file = new URL(`${name}.ts`, import.meta.url).pathname
  execFileSync(process.execPath, ['--expose-gc', file], { stdio: 'inherit' })
}
