// From the packed package to a function of one's own on every platform, with the commands of docs/commands.md, docs/claims.md and
// docs/write-a-function.md, as typed in a shell whose own Node.js comes first in PATH.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cephSample } from '../lib/testing/index.ts'
import { startHost } from './host-process.ts'
import { packPackage } from './installed-package.ts'
import { codeBlocks } from './markdown.ts'
import { freePorts } from './services/ports.ts'
import { startRedis } from './services/redis.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { endTyped, startTyped, TYPED_ENVIRONMENT } from './typed.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const project = temporaryFolder()
/** To install needs the machine's own cache, and a registry for what is not in it. */
const { PATH = '', HOME = '' } = TYPED_ENVIRONMENT
const install = (what = '') =>
  run('sh', ['-c', `npm install --prefer-offline ${what}`], { cwd: project, env: { PATH, HOME } })
const sh = (command: string, env: Readonly<Record<string, string>> = {}, cwd = project) =>
  run('sh', ['-c', command], { cwd, env: { ...TYPED_ENVIRONMENT, ...env } })

before(async () => {
  await sh('npm init -y')
  await install(packPackage())
  await sh('npx --no-install tidings init')
  await install()
})

test('the project of init has a Node.js that is new enough, and its test passes', async () => {
  const started = ['npm init -y', 'npm install tidings', 'npx --no-install tidings init', 'npm install'] // As above.
  assert.deepEqual(commandsIn('commands.md')[1], [...started, 'npm test', 'npm run dev'])
  const { stdout } = await sh('npm test')
  assert.match(stdout, /pass 1/)
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { stdout: version } = await sh('npx --no-install node -p process.versions.node')
  assert.ok(Number.parseFloat(version) >= Number.parseFloat(engines.node.slice(2)), version)
  await sh('npm run check')
})

/** Serves until it is disposed of; PORT is for `tidings send`. */
const serve = async (command: string) => {
  const [port] = await freePorts(1)
  const env = { PORT: `${port}` }
  const served = startTyped(command, project, env)
  const closed = once(served, 'close')
  assert.ok(served.stderr !== null)
  const lines = createInterface(served.stderr)[Symbol.asyncIterator]()
  const untilLine = async (word: string): Promise<void> => {
    for (let next = await lines.next(); !next.done; next = await lines.next()) if (next.value.includes(word)) return
    assert.fail(`${command} ended before it said ${word}`)
  }
  await untilLine('"listening"')
  const end = async (): Promise<void> => {
    endTyped(served)
    await closed
  }
  return { env, untilLine, [Symbol.asyncDispose]: end }
}

test('npm run dev serves the function, and tidings send shows that it works', async () => {
  await using dev = await serve('npm run dev')
  const { stdout } = await sh(
    'npx --no-install tidings send ceph ObjectCreated:Put --bucket photos --key in/b.jpg',
    dev.env,
  )
  assert.match(stdout, /^200 in \d+ ms: the function handled it/)
  await dev.untilLine('in/b.jpg')
})

/** The blocks of commands of a document, in order, and their lines. */
const commandsIn = (document: string): readonly (readonly string[])[] =>
  codeBlocks(readFileSync(join(root, 'docs', document), 'utf8'), 'sh').map((block) => block.split('\n'))

test('serve and send do what the pages say, for Ceph and for OpenStack', async () => {
  const [help = [], , [watch = ''] = [], [sendCeph = '', sendOpenstack = '', print = ''] = []] =
    commandsIn('commands.md')
  const [[serveIt = ''] = [], [send = ''] = [], [sendOther = ''] = []] = commandsIn('write-a-function.md')
  for (const line of help) await sh(line)
  for (const command of [watch, serveIt]) {
    await using photos = await serve(command)
    for (const line of [sendCeph, send])
      assert.match((await sh(line, photos.env)).stdout, /^200 .* the function handled it/)
  }
  await sh('npx --no-install tidings init . --openstack')
  await using servers = await serve(serveIt.replace('photos.ts', 'servers.ts'))
  for (const line of [sendOpenstack, sendOther])
    assert.match((await sh(line, servers.env)).stdout, /^200 .* the function handled it/)
  assert.match((await sh(print)).stdout, /"port\.delete\.end"/)
})

test('two processes that docs/claims.md starts handle an event once', async () => {
  const [[installClient = '', serveIt = ''] = [], ...more] = commandsIn('claims.md')
  assert.deepEqual(more, [])
  await install(installClient.replace('npm install ', ''))
  const redis = await startRedis()
  try {
    const command = serveIt.replace('localhost:6379', `127.0.0.1:${redis.port}`)
    await using one = await serve(command)
    await using other = await serve(command)
    const body = JSON.stringify(cephSample('ObjectCreated:Put', { key: 'in/once.jpg' }))
    const post = async (env: { readonly PORT: string }) =>
      (await fetch(`http://127.0.0.1:${env.PORT}/`, { method: 'POST', body })).status
    assert.equal(await post(one.env), 204)
    await one.untilLine('in/once.jpg')
    assert.equal(await post(other.env), 204)
    await other.untilLine('seen before')
  } finally {
    await redis.stop()
  }
})

test('build does what the pages say, also with a package that has compiled parts', async () => {
  const [, , , , [installEsbuild = '', build = ''] = [], [buildWithSharp = ''] = []] = commandsIn('commands.md')
  const [, , , [same = ''] = []] = commandsIn('write-a-function.md')
  assert.equal(same, build)
  await install(installEsbuild.replace('npm install ', ''))
  const { stdout } = await sh(build)
  for (const platform of ['lambda', 'container', 'openfaas', 'knative', 'func'])
    assert.match(stdout, new RegExp(`^${platform}:`, 'm'))
  // The example, and sharp as this checkout has it.
  copyFileSync(join(root, 'examples/thumbnails.ts'), join(project, 'thumbnails.ts'))
  symlinkSync(join(root, 'node_modules/sharp'), join(project, 'node_modules/sharp'))
  await assert.rejects(sh(buildWithSharp.replace(' --external sharp', '')), { stderr: /add --external sharp/ })
  assert.match((await sh(buildWithSharp)).stdout, /npm install --omit=dev .* && AUTH_TOKENS=<secret> npx osls deploy/)
})

test('npm run build makes what each platform takes, and that has the same effect without this package', async () => {
  await sh('npm run build')
  const body = JSON.stringify(cephSample('ObjectCreated:Put', { key: 'in/c.jpg' }))

  const serverless = join(root, 'node_modules/.bin/serverless')
  await run(process.execPath, [serverless, 'package'], { cwd: join(project, 'dist/lambda'), env: { PATH, HOME } })
  const { stdout: listed } = await sh('unzip -l .serverless/photos.zip', {}, join(project, 'dist/lambda'))
  assert.match(listed, /photos\.cjs\n/)
  // Elsewhere, where there is no node_modules.
  const alone = temporaryFolder()
  await sh(`unzip -q ${join(project, 'dist/lambda/.serverless/photos.zip')}`, {}, alone)
  const script = `require('./photos.cjs').handler(${body}, {}).then(({ outcome }) => console.log(outcome))`
  const { stdout, stderr } = await run(process.execPath, ['-e', script], { cwd: alone, env: {} })
  assert.equal(stdout, 'ack\n')
  assert.match(stderr, /"message":"stored","key":"in\/c\.jpg"/)

  await sh(`cp ${join(project, 'dist/container')}/*.cjs .`, {}, alone)
  await using host = await startHost({ AUTH_TOKENS: 'token' }, join(alone, 'server.cjs'))
  const { status } = await fetch(host.url, { method: 'POST', headers: { authorization: 'Bearer token' }, body })
  assert.equal(status, 204)
  await host.untilLogged(({ message, key }) => message === 'stored' && key === 'in/c.jpg')
  for (const other of ['openfaas/photos', 'knative']) await sh(`cmp dist/container/server.cjs dist/${other}/server.cjs`)
})
