// npm run bench: every measurement, one after the other, each in a process of its own. docs/performance.md says more.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const always = [
  'decode',
  'layers',
  'openstack-decode',
  'cold-start',
  'memory',
  'openstack-memory',
  'host',
  'provision',
  'sinks',
  'claims',
  'relay',
] as const
/** With what `node test/platforms/install.ts` installs. */
const platforms = ['lambda-cold-start', 'openfaas', 'knative'] as const

const isInstalled = existsSync(new URL('../.cache/platforms', import.meta.url))
if (!isInstalled) console.log('not in this run: the platforms, which `node test/platforms/install.ts` installs')
for (const name of isInstalled ? [...always, ...platforms] : always) {
  const file = new URL(`${name}.ts`, import.meta.url).pathname
  execFileSync(process.execPath, ['--expose-gc', file], { stdio: 'inherit' })
}
