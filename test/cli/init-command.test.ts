import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../temporary-folder.ts'
import { runInProcess } from './in-process.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

test('from a checkout the project depends on the checkout', async () => {
  const folder = temporaryFolder()
  await runInProcess(['init', join(folder, 'mine')])
  const { name, dependencies } = read(join(folder, 'mine'))
  assert.equal(name, 'mine')
  assert.equal(join(folder, 'mine', dependencies.tidings.replace('file:', '')), root.replace(/\/$/, ''))
})

test('the first step is to build a checkout that is not built', async () => {
  const folder = temporaryFolder()
  const { stdout } = await runInProcess(['init', folder])
  const isBuilt = existsSync(join(root, 'dist/lib/index.d.ts'))
  assert.equal(stdout.includes(`Next:\n  (cd ${root.replace(/\/$/, '')} && npm run build)\n`), !isBuilt)
})

test('the project brings a Node.js if npm runs on an old one', async () => {
  const folder = temporaryFolder()
  for (const [version, brings] of [
    ['v20.20.2', true],
    ['v24.21.0', false],
  ] as const) {
    const agent = `npm/10.8.2 node/${version} linux x64 workspaces/false`
    await runInProcess(['init', join(folder, version)], { env: { npm_config_user_agent: agent } })
    assert.equal(read(join(folder, version)).optionalDependencies !== undefined, brings, version)
  }
})

test('the type of a new package.json becomes module, but not that of a package with code', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs", "main": "index.js" }')
  await runInProcess(['init', folder])
  assert.equal(read(folder).type, 'module')
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs", "main": "index.js" }')
  writeFileSync(join(folder, 'index.js'), 'module.exports = 1\n')
  await runInProcess(['init', folder])
  assert.equal(read(folder).type, 'commonjs')
})

test('a command line that says too much fails with the usage', async () => {
  const both = await runInProcess(['init', '--ceph', '--openstack'])
  assert.match(both.stderr, /^tidings: choose one of --ceph and --openstack\nUsage: tidings init/)
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'package.json'), '{')
  const broken = await runInProcess(['init', folder])
  assert.match(broken.stderr, /package\.json is not JSON: correct it, or choose another folder/)
  assert.equal(broken.code, 1)
})
