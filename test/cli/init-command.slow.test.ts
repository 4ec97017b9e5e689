import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { projectWithPackage } from '../installed-package.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { runInProcess } from './in-process.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (folder: string, file = 'package.json') => JSON.parse(readFileSync(join(folder, file), 'utf8'))

const project = projectWithPackage()
const command = join(project, 'node_modules/tidings/bin/tidings.cjs')
const init = (args: readonly string[], options: readonly string[] = []) =>
  run(process.execPath, [...options, command, 'init', ...args], { cwd: project, env: { PATH: process.env.PATH } })

for (const [product, name] of [
  ['ceph', 'photos'],
  ['openstack', 'servers'],
] as const) {
  test(`a project for ${product} is a function whose test passes and whose types hold`, async () => {
    const { stdout } = await init([name, `--${product}`])
    const folder = join(project, name)
    const files = ['.gitignore', 'package.json', `${name}.test.ts`, `${name}.ts`, 'tsconfig.json']
    assert.deepEqual(readdirSync(folder).sort(), files)
    assert.match(
      stdout,
      new RegExp(`^Written: .*\nNext:\n {2}cd ${name}\n {2}npm install\n {2}npm test\n {2}npm run dev\n$`),
    )
    const { scripts, dependencies, devDependencies, optionalDependencies } = read(folder)
    assert.equal(scripts.dev, `tidings serve ./${name}.ts --watch`)
    assert.deepEqual(dependencies, { tidings: read(root).version })
    assert.equal(devDependencies.esbuild, read(root).devDependencies.esbuild)
    assert.equal(optionalDependencies, undefined)

    // The packages of the project above are those of this one.
    const [runner, ...args] = scripts.test.split(' ')
    assert.equal(runner, 'node')
    const tested = await run(process.execPath, args, { cwd: folder, env: { PATH: process.env.PATH } })
    assert.match(tested.stdout, /pass 1/)
    const tsc = join(root, 'node_modules/.bin', scripts.check)
    await run(process.execPath, [tsc], { cwd: folder }).catch(({ stdout: told }) => assert.fail(told))
  })
}

test('under an old Node.js the project brings the one that this package is developed with', async () => {
  await init(['old'], ['--require', join(root, 'test/old-node.cjs')])
  assert.deepEqual(
    read(join(project, 'old')).optionalDependencies,
    read(root, 'runtime/package.json').optionalDependencies,
  )
})

test('files that are there stay, and a package.json gets what it lacks', async () => {
  const folder = temporaryFolder()
  cpSync(join(project, 'node_modules/tidings/LICENSE'), join(folder, 'photos.ts'))
  execFileSync('npm', ['init', '-y'], { cwd: folder, stdio: 'ignore' })
  const mine = { ...read(folder), dependencies: { tidings: 'file:../tidings-0.1.0.tgz' } }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...mine, scripts: { ...mine.scripts, dev: 'mine' } }))
  const { code, stdout } = await runInProcess(['init', folder])
  assert.equal(code, 0)
  assert.match(stdout, /^Written: package\.json, .*photos\.test\.ts\nKept as they are: photos\.ts\n/)
  assert.match((await runInProcess(['init', folder])).stdout, /^Kept as they are: package\.json, /)
  const { dependencies, scripts, type } = read(folder)
  assert.deepEqual(dependencies, { tidings: 'file:../tidings-0.1.0.tgz' })
  assert.deepEqual([scripts.dev, scripts.test, type], ['mine', 'node --test', 'module'])
})
