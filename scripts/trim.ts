import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformSync } from 'esbuild'

// The last step of a build: what the package need not have. Declarations that no export reaches, the indents that the compiler gives
// to generated files, and comments in code, which stand in the declarations too where they are for users.

const root = join(import.meta.dirname, '..')
const lib = join(root, 'dist/lib')
const ENTRIES = ['index.d.ts', 'testing/index.d.ts']

const reached = new Set<string>()
const reach = (file: string): void => {
  if (reached.has(file)) return
  reached.add(file)
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()["'](\.[^"']+)\.[jt]s["']/g))
    reach(`${join(dirname(file), path)}.d.ts`)
}
for (const entry of ENTRIES) reach(join(lib, entry))
for (const file of globSync('**/*.d.ts', { cwd: join(root, 'dist') }).map((path) => join(root, 'dist', path)))
  if (!reached.has(file)) rmSync(file)

for (const file of globSync('openstack/catalogue/*.d.ts', { cwd: lib }).map((path) => join(lib, path)))
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^ +/gm, ''))

for (const file of globSync('**/*.js', { cwd: lib }).map((path) => join(lib, path)))
  writeFileSync(file, transformSync(readFileSync(file, 'utf8'), { charset: 'utf8', target: 'esnext' }).code)

const samples = 'testing/openstack-samples.json'
copyFileSync(join(root, 'lib', samples), join(lib, samples))
