// The package as npm packs it, in a project that has installed it.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { projectWithPackage } from './installed-package.ts'
import { startLanguageServer } from './language-server.ts'

const run = promisify(execFile)
const tsc = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url))

const project = projectWithPackage()
const installed = join(project, 'node_modules/tidings')

/** The names that a minor version must not remove. */
const EXPORTS = {
  tidings: [
    'AuthenticationError',
    'CephRecord',
    'ConfigError',
    'DecodeError',
    'InternalError',
    'MethodError',
    'NotANotificationError',
    'Retry',
    'SchemaError',
    'SetAside',
    'SinkRefusedError',
    'SinkUnavailableError',
    'TidingsError',
    'ceph',
    'cephEvent',
    'hasCode',
    'isEvent',
    'isTidingsError',
    'openstack',
    'readConfig',
    'recordOf',
    'toReason',
    'toReasons',
    'toTidingsError',
  ],
  'tidings/testing': ['cephSample', 'openstackSample', 'run'],
}

test('the package exports these values and no others, to import and to require', async () => {
  for (const [name, values] of Object.entries(EXPORTS)) {
    const list = `console.log(JSON.stringify(Object.keys(m).filter((key) => key !== 'default' && key !== '__esModule').sort()))`
    for (const [type, load] of [
      ['module', `import * as m from '${name}';${list}`],
      ['commonjs', `const m = require('${name}');${list}`],
    ] as const) {
      const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', load], { cwd: project })
      assert.deepEqual(JSON.parse(stdout), values, `${name} as ${type}`)
    }
  }
})

const FUNCTION = `
import { ceph, Retry, SetAside } from 'tidings'
import { cephSample, run } from 'tidings/testing'

export const photos = ceph().on('ObjectCreated:*', { bucket: 'photos' }, async ({ record, log }) => {
  const size: number | undefined = record.size
  log.info('seen', { key: record.key, size })
  if (size === 0) throw new SetAside('it is empty')
  throw new Retry({ afterSeconds: 5 })
})
export const tried = async (): Promise<string> => {
  const { outcome } = await run(photos, cephSample('ObjectCreated:Put', { tags: { a: 'b' } }))
  return outcome.type
}
// @ts-expect-error There is no such event.
ceph().on('ObjectCreated:Putt', () => {})
`

/** Its types are many, so that one kind of resolution has to do. */
const OPENSTACK = `
import { openstack } from 'tidings'
import { openstackSample, run } from 'tidings/testing'
export const servers = openstack().on('compute.instance.create.end', ({ data }) => {
  const id: string = data.payload.instance_id
  console.log(id)
})
await run(servers, openstackSample('compute.instance.create.end', { payload: { display_name: 'web-1' } }))
`

test('TypeScript knows its types, strictly, in every kind of module resolution', async () => {
  // skipLibCheck, which `tsc --init` writes: a dependency of a dependency names types of a package that it does not bring.
  writeFileSync(join(project, 'function.mts'), FUNCTION)
  writeFileSync(join(project, 'openstack.mts'), OPENSTACK)
  // As CommonJS. Node.js 16, which node16 stands for, could not require an ES module.
  writeFileSync(join(project, 'function.cts'), FUNCTION)
  for (const [module, resolution, files] of [
    ['node16', 'node16', ['function.mts']],
    ['nodenext', 'nodenext', ['function.mts', 'function.cts', 'openstack.mts']],
    ['esnext', 'bundler', ['function.mts']],
  ] as const) {
    const options = ['--module', module, '--moduleResolution', resolution, '--target', 'es2024', '--types', 'node']
    const args = [tsc, '--strict', '--noEmit', '--skipLibCheck', '--exactOptionalPropertyTypes', ...options, ...files]
    await run(process.execPath, args, { cwd: project }).catch(({ stdout }) => assert.fail(`${module}: ${stdout}`))
  }
})

test('an editor completes the names of events, and the fields of a payload', async () => {
  await using server = await startLanguageServer(project)
  const text = (line: string) => `import { ceph, openstack } from 'tidings'\n${line}\n`
  const names = await server.completions(text(`openstack().on('')`), `on('`)
  for (const name of ['compute.instance.create.end', 'instance.create.end', 'port.delete.end'])
    assert.ok(names.includes(name), name)
  assert.ok((await server.completions(text(`ceph().on('')`), `on('`)).includes('ObjectCreated:Put'))
  const payload = `openstack().on('compute.instance.create.end', ({ data }) => { data.payload. })`
  const fields = await server.completions(text(payload), 'data.payload.')
  for (const field of ['instance_id', 'display_name']) assert.ok(fields.includes(field), field)
})

test('a function costs the type checker little, also with the types of this package checked', async () => {
  writeFileSync(join(project, 'openstack.mts'), OPENSTACK)
  for (const [options, most] of [
    [['--skipLibCheck'], 6000],
    [[], 70_000],
  ] as const) {
    const how = [
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--lib',
      'es2024',
      '--target',
      'es2024',
      '--types',
      'node',
      ...options,
    ]
    // Several checkers would make some types several times.
    const args = [tsc, ...how, '--singleThreaded', '--extendedDiagnostics', 'openstack.mts']
    const { stdout } = await run(process.execPath, args, { cwd: project })
    const types = Number(/^Types: +(\d+)/m.exec(stdout)?.[1])
    assert.ok(types < most, `${types} types`)
  }
})

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile())

test('the package is small: no source maps, nothing twice', () => {
  const files = filesIn(installed)
  assert.deepEqual(
    files.filter(
      (path) => /\.map$|(server|relay|cli)\.cjs$|(?<!\.d)\.ts$/.test(path) && !/^(templates|examples)\//.test(path),
    ),
    [],
  )
  const bytes = files.reduce((sum, path) => sum + statSync(join(installed, path)).size, 0)
  assert.ok(bytes < 3_000_000, `${bytes} bytes`)
})

test('publint finds nothing wrong with it', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false })
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg, { color: false })),
    [],
  )
})

test('what README links to is in the package', () => {
  const links = readFileSync(join(installed, 'README.md'), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)
  const missing = [...links].map(([, path = '']) => path).filter((path) => !existsSync(join(installed, path)))
  assert.deepEqual(missing, [])
})

test('a program may use the bundles by their names, and nothing inside the package', () => {
  const load = (name: string) => execFileSync(process.execPath, ['-p', `typeof require('${name}')`], { cwd: project })
  assert.equal(load('tidings/dist/ceph-notifications.cjs').toString(), 'object\n')
  assert.equal(load('tidings/package.json').toString(), 'object\n')
  assert.throws(() => load('tidings/dist/lib/core/pipeline.js'), /ERR_PACKAGE_PATH_NOT_EXPORTED/)
})
