import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { cephSample } from '../../lib/testing/index.ts'
import { startHost } from '../host-process.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { runInProcess } from './in-process.ts'

const run = promisify(execFile)
const root = new URL('../../', import.meta.url)
const folder = temporaryFolder()
const out = join(folder, 'out')

const FUNCTION = `
import { ceph } from 'tidings'
import { word } from './word.ts'
export const handler = ceph().on('ObjectCreated:*', ({ record, log }) => log.info(word, { key: record.key as string }))
`

before(async () => {
  writeFileSync(join(folder, 'photos.ts'), FUNCTION)
  writeFileSync(join(folder, 'word.ts'), `export const word: string = 'stored'\n`)
})

test('each platform gets the files that its own tool takes, and the command that comes next', async () => {
  const args = ['build', join(folder, 'photos.ts'), '--out', out, '--registry', 'registry.example.org/team', '--json']
  const { code, stdout, stderr } = await runInProcess(args)
  assert.deepEqual([code, stderr], [0, ''])
  const built = JSON.parse(stdout).map(({ platform, files }: { platform: string; files: string[] }) => [
    platform,
    ...files.map((file) => file.slice(out.length + 1)),
  ])
  assert.deepEqual(built, [
    ['lambda', 'lambda/photos.cjs', 'lambda/serverless.yml'],
    ['container', 'container/server.cjs', 'container/Dockerfile'],
    ['openfaas', 'openfaas/photos/server.cjs', 'openfaas/photos/Dockerfile', 'openfaas/stack.yaml'],
    ['knative', 'knative/server.cjs', 'knative/Dockerfile', 'knative/service.yaml'],
  ])
  assert.equal(JSON.parse(stdout)[2].next, `cd ${out}/openfaas && faas-cli up -f stack.yaml`)
  for (const { files } of JSON.parse(stdout)) {
    for (const file of files) assert.doesNotMatch(readFileSync(file, 'utf8'), /__[A-Z]+__/, file)
  }
})

test('Lambda loads the bundle without this package', async () => {
  const script = `require('./photos.cjs').handler(${JSON.stringify(cephSample())}, {}).then(({ outcome }) => console.log(outcome))`
  const { stdout, stderr } = await run(process.execPath, ['-e', script], { cwd: join(out, 'lambda'), env: {} })
  assert.equal(stdout, 'ack\n')
  assert.match(stderr, /"message":"stored","key":"in\/a\.jpg"/)
  const { functions } = parse(readFileSync(join(out, 'lambda/serverless.yml'), 'utf8'))
  assert.deepEqual(functions.photos.handler, 'photos.handler')
})

test('what the images start serves the function at every path, with compiled schemas, probes and metrics', async () => {
  await using host = await startHost({}, join(out, 'container/server.cjs'))
  const reply = await fetch(`${host.url}/at/any/path`, { method: 'POST', body: JSON.stringify(cephSample()) })
  assert.equal(reply.status, 204)
  await host.untilLogged(({ message }) => message === 'stored')
  assert.equal((await fetch(`${host.url}/healthz`)).status, 200)
  assert.match(await (await fetch(`${host.url}/metrics`)).text(), /tidings_deliveries_total\{[^}]*outcome="ack"\} 1/)
  const server = readFileSync(join(out, 'container/server.cjs'))
  for (const other of ['openfaas/photos', 'knative'])
    assert.ok(readFileSync(join(out, other, 'server.cjs')).equals(server))
})

test('the manifests are of one mind about names, and Node.js is the one that this package is tested with', () => {
  const stack = parse(readFileSync(join(out, 'openfaas/stack.yaml'), 'utf8'))
  const { handler, image } = stack.functions.photos
  assert.deepEqual([handler, image], ['./photos', 'registry.example.org/team/photos:latest'])
  const service = parse(readFileSync(join(out, 'knative/service.yaml'), 'utf8'))
  assert.equal(service.metadata.name, 'photos')
  assert.equal(service.spec.template.spec.containers[0].image, image)
  const [, version] = /NODE_VERSION=(\S+)/.exec(readFileSync(new URL('deploy/docker/Dockerfile', root), 'utf8')) ?? []
  for (const path of ['container', 'openfaas/photos', 'knative'])
    assert.match(
      readFileSync(join(out, path, 'Dockerfile'), 'utf8'),
      new RegExp(`^FROM node:${version}-trixie-slim$`, 'm'),
    )
})

test('only the platforms that are asked for are written', async () => {
  const only = join(folder, 'only')
  const { code } = await runInProcess(['build', join(folder, 'photos.ts'), '--for', 'lambda', '--out', only])
  assert.deepEqual([code, existsSync(join(only, 'lambda')), existsSync(join(only, 'container'))], [0, true, false])
})

test('what cannot be built is told, with file and line', async () => {
  writeFileSync(join(folder, 'wrong.ts'), `import { nothing } from './not-there.ts'\nexport const handler = nothing\n`)
  writeFileSync(join(folder, 'My_Photos.ts'), FUNCTION)
  for (const [args, message] of [
    [[], /^tidings: name the file of a function/],
    [[join(folder, 'none.ts')], /config_invalid: there is no file/],
    [[join(folder, 'My_Photos.ts')], /would be called 'My_Photos' after its file: .* rename the file/],
    [
      [join(folder, 'wrong.ts'), '--for', 'lambda', '--out', out],
      /cannot be bundled\n.*Could not resolve[\s\S]*wrong\.ts:1:/,
    ],
    [['x.ts', '--for', 'lamda'], /--for: there is no platform lamda\. Did you mean lambda\? Use lambda, container/],
  ] as const) {
    const { code, stderr } = await runInProcess(['build', ...args])
    assert.equal(code, 1)
    assert.match(stderr, message)
  }
})
