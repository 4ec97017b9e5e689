import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
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
/** Files that a bundle reads when it needs them. */
const BESIDE = ['client-aws-sdk', ...['sinks', 'routes', 'claims', 'bzip2'].map((part) => `part-${part}`)].map(
  (name) => `${name}.cjs`,
)
/** A host reads files of routes too, in YAML. */
const BESIDE_HOST = [...BESIDE, 'part-yaml.cjs']

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
  const beside = (path: string, files = BESIDE_HOST) => files.map((file) => `${path}/${file}`)
  assert.deepEqual(built, [
    ['lambda', 'lambda/photos.cjs', ...beside('lambda', BESIDE), 'lambda/serverless.yml'],
    ['container', 'container/server.cjs', ...beside('container'), 'container/Dockerfile'],
    [
      'openfaas',
      'openfaas/photos/server.cjs',
      ...beside('openfaas/photos'),
      'openfaas/photos/Dockerfile',
      'openfaas/stack.yaml',
    ],
    ['knative', 'knative/server.cjs', ...beside('knative'), 'knative/Dockerfile', 'knative/service.yaml'],
    ['func', 'func/function.cjs', ...beside('func', BESIDE), 'func/index.js', 'func/func.yaml', 'func/package.json'],
  ])
  assert.equal(JSON.parse(stdout)[2].first, 'faas-cli secret create auth-tokens --from-file token')
  assert.equal(JSON.parse(stdout)[2].next, `cd ${out}/openfaas && faas-cli up -f stack.yaml`)
  for (const { files } of JSON.parse(stdout)) {
    for (const file of files) assert.doesNotMatch(readFileSync(file, 'utf8'), /__[A-Z]+(__|\()/, file)
  }
})

test('a cold start reads a small file: the client of the object store is in another one', async () => {
  const servers = join(folder, 'servers.ts')
  writeFileSync(
    servers,
    `import { openstack } from 'tidings'\nexport const handler = openstack().on('port.*', () => {})\n`,
  )
  const other = join(folder, 'other')
  assert.equal((await runInProcess(['build', servers, '--for', 'lambda', '--out', other])).code, 0)
  const sizeOf = (file: string, place = out) => statSync(join(place, 'lambda', file)).size
  assert.ok(sizeOf('photos.cjs') < 141_500, `${sizeOf('photos.cjs')} bytes`)
  assert.ok(sizeOf('servers.cjs', other) < 149_500, `${sizeOf('servers.cjs', other)} bytes`)
  assert.ok(sizeOf('client-aws-sdk.cjs') > 300_000)
  const script = `require('./photos.cjs'); console.log(Object.keys(require.cache).map((path) => require('path').basename(path)))`
  const { stdout } = await run(process.execPath, ['-e', script], { cwd: join(out, 'lambda'), env: {} })
  assert.equal(stdout, "[ 'photos.cjs' ]\n")
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

test('a second function is not built over the first one, whose files stay', async () => {
  const shared = join(folder, 'shared')
  writeFileSync(join(folder, 'other.ts'), FUNCTION)
  const build = (name: string, platform: string) =>
    runInProcess(['build', join(folder, name), '--for', platform, '--out', shared])
  for (const [platform, file] of [
    ['lambda', 'serverless.yml'],
    ['container', 'Dockerfile'],
    ['openfaas', 'stack.yaml'],
    ['knative', 'service.yaml'],
    ['func', 'func.yaml'],
  ] as const) {
    assert.equal((await build('photos.ts', platform)).code, 0)
    assert.equal((await build('photos.ts', platform)).code, 0, 'the same function again')
    const first = readFileSync(join(shared, platform, file), 'utf8')
    const { code, stderr } = await build('other.ts', platform)
    assert.equal(code, 1)
    assert.ok(
      stderr.includes(`${shared}/${platform}/${file} names the function photos, which building other here would`),
    )
    assert.match(stderr, /: write --out dist\/other, or remove /)
    assert.equal(readFileSync(join(shared, platform, file), 'utf8'), first)
  }
})

test('a module without a handler is refused before anything is written', async () => {
  for (const [code, found] of [
    ['export const photos = 1\nexport const other = 2', 'exports other, photos, but no handler'],
    ['console.log(1)', 'exports nothing'],
  ] as const) {
    writeFileSync(join(folder, 'empty.ts'), code)
    const none = join(folder, 'none')
    const { code: exit, stderr } = await runInProcess(['build', join(folder, 'empty.ts'), '--out', none])
    assert.deepEqual([exit, existsSync(none)], [1, false])
    assert.match(stderr, new RegExp(`config_invalid: .*empty\\.ts ${found}: write export const handler = …`))
  }
})

test('a handler that is not a function ends what was built with a message', async () => {
  writeFileSync(join(folder, 'number.ts'), 'export const handler: number = 1')
  const own = join(folder, 'of-number')
  await runInProcess(['build', join(folder, 'number.ts'), '--for', 'lambda', '--out', own])
  const loaded = run(process.execPath, ['-e', `require('./number.cjs')`], { cwd: join(own, 'lambda') })
  await assert.rejects(loaded, { stderr: /number\.ts exports a handler that is not a function: export a function/ })
})

/** As npm lays a package out. */
const writePackage = (name: string, files: Readonly<Record<string, string>>): void => {
  const place = join(folder, 'node_modules', name)
  mkdirSync(place, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text)
}

test('a package with compiled parts is named, and what to write; left out, it is installed beside the bundle', async () => {
  const find = `module.exports = require('@img/big-' + process.platform)`
  const manifest = { name: 'big', version: '1.2.3', optionalDependencies: { '@img/big-linux-x64': '1.2.3' } }
  writePackage('big', { 'package.json': JSON.stringify(manifest), 'index.js': find })
  writePackage('raw', { 'package.json': '{"version":"0.1.0"}', 'index.js': 'require("./raw.node")', 'raw.node': '\0' })
  writePackage('raw', { 'binding.gyp': '' })
  const file = join(folder, 'native.ts')
  writeFileSync(file, `import 'big'\nimport 'raw'\n${FUNCTION}`)
  const refused = await runInProcess(['build', file, '--out', join(folder, 'none')])
  assert.deepEqual([refused.code, existsSync(join(folder, 'none'))], [1, false])
  assert.match(
    refused.stderr,
    /big and raw cannot be bundled because of compiled parts: add --external big --external raw/,
  )

  const own = join(folder, 'of-native')
  const { code, stdout } = await runInProcess([
    ...['build', file, '--external', 'big', '--external', 'raw', '--out', own, '--json'],
  ])
  assert.equal(code, 0)
  const manifestOf = (path: string) => JSON.parse(readFileSync(join(own, path, 'package.json'), 'utf8'))
  const dependencies = { big: '1.2.3', raw: '0.1.0' }
  for (const path of ['lambda', 'container', 'openfaas/native', 'knative'])
    assert.deepEqual(manifestOf(path), { private: true, dependencies })
  assert.deepEqual(manifestOf('func').dependencies, { 'faas-js-runtime': '4.0.1', ...dependencies })
  for (const path of ['container', 'openfaas/native', 'knative'])
    assert.match(
      readFileSync(join(own, path, 'Dockerfile'), 'utf8'),
      /^COPY package\.json \.\/\nRUN npm install --omit=dev/m,
    )
  const { package: packaged } = parse(readFileSync(join(own, 'lambda/serverless.yml'), 'utf8'))
  assert.deepEqual(packaged.patterns, ['!**', 'native.cjs', 'client-*.cjs', 'part-*.cjs', 'node_modules/**'])
  assert.match(
    JSON.parse(stdout)[0].next,
    /npm install --omit=dev --os=linux --cpu=arm64 --libc=glibc && AUTH_TOKENS=<secret> npx osls/,
  )
})

test('import.meta.url of a module is the URL of the bundle, beside which its files are', async () => {
  const own = join(folder, 'of-beside')
  writeFileSync(join(folder, 'beside.ts'), `console.log(import.meta.url)\n${FUNCTION}`)
  assert.equal((await runInProcess(['build', join(folder, 'beside.ts'), '--for', 'lambda', '--out', own])).code, 0)
  const { stdout } = await run(process.execPath, ['lambda/beside.cjs'], { cwd: own, env: {} })
  assert.equal(stdout, `file://${own}/lambda/beside.cjs\n`)
})

test('what cannot be built is told, with file and line', async () => {
  writeFileSync(join(folder, 'wrong.ts'), `import { nothing } from './not-there.ts'\nexport const handler = nothing\n`)
  writeFileSync(join(folder, 'typo.ts'), `export const handler = () => {\n  const = 1\n}\n`)
  writeFileSync(join(folder, 'My_Photos.ts'), FUNCTION)
  writeFileSync(join(folder, 'photos.ts'), FUNCTION)
  for (const [args, message] of [
    [[], /^tidings: name the file of a function/],
    [[join(folder, 'none.ts')], /config_invalid: there is no file/],
    [[join(folder, 'My_Photos.ts')], /would be called 'My_Photos' after its file: .* rename the file/],
    [
      [join(folder, 'wrong.ts'), '--for', 'lambda', '--out', join(folder, 'none')],
      /cannot be bundled\n.*Could not resolve[\s\S]*wrong\.ts:1:/,
    ],
    [
      [join(folder, 'typo.ts'), '--out', join(folder, 'none')],
      /cannot be bundled\n.*Expected identifier[\s\S]*typo\.ts:2:8:/,
    ],
    [
      [join(folder, 'photos.ts'), '--external', 'sharpp', '--out', out],
      /config_invalid: --external sharpp: no such package is installed for .*photos\.ts: run npm install sharpp/,
    ],
    [['x.ts', '--for', 'lamda'], /--for: there is no platform lamda\. Did you mean lambda\? Use lambda, container/],
  ] as const) {
    const { code, stderr } = await runInProcess(['build', ...args])
    assert.equal(code, 1)
    assert.match(stderr, message)
  }
})

test('what is built has the routes of the file, with its variables open', async () => {
  const routes = join(folder, 'routes.yaml')
  writeFileSync(routes, `routes:\n  - to: "\${env:HOOK}"\n`)
  const args = ['build', join(folder, 'photos.ts'), '--for', 'lambda', '--out', join(folder, 'routed')]
  assert.equal((await runInProcess(args, { env: { TIDINGS_CONFIG: routes } })).code, 0)
  const code = readFileSync(join(folder, 'routed/lambda/photos.cjs'), 'utf8')
  assert.ok(code.startsWith('"use strict";process.env.TIDINGS_CONFIG||="{\\"routes\\":'), code.slice(0, 100))
  const call = `require('./photos.cjs').handler(${JSON.stringify(cephSample())}, {}).then(({ outcome }) => console.log(outcome))`
  const cwd = join(folder, 'routed/lambda')
  await assert.rejects(run(process.execPath, ['-e', call], { cwd, env: {} }), /HOOK\} is not set/)
  const { stdout } = await run(process.execPath, ['-e', call], { cwd, env: { HOOK: 'log:' } })
  assert.equal(stdout, 'ack\n')
  writeFileSync(routes, 'routes:\n  - too: log\n')
  const refused = await runInProcess(args, { env: { TIDINGS_CONFIG: routes } })
  assert.deepEqual([refused.code, refused.stderr.includes('line 2, column 5: routes.0.too')], [1, true])
})
