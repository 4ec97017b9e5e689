import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
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

test('a command line that says too much fails with the usage', async () => {
  const both = await runInProcess(['init', '--ceph', '--openstack'])
  assert.match(both.stderr, /^tidings: choose one of --ceph and --openstack\nUsage: tidings init/)
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'package.json'), '{')
  const broken = await runInProcess(['init', folder])
  assert.match(broken.stderr, /package\.json is not JSON: mend it, or choose another folder/)
  assert.equal(broken.code, 1)
})
