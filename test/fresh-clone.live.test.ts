// A fresh clone of what is committed: the commands of README.md, docs/deploy-lambda.md, docs/provisioning.md, docs/routes.md and
// docs/sinks.md as typed, by a user whose own Node.js comes first in PATH, with an empty npx cache and no registry to ask.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { on, once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseEnv, promisify } from 'node:util'
import { HELP } from '../lib/cli/tidings.ts'
import { codeBlocks } from './markdown.ts'
import { freePorts } from './services/ports.ts'
import { endTyped, startTyped, TYPED_ENVIRONMENT } from './typed.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const parent = mkdtempSync(`${tmpdir()}/tidings-clone-`)
const clone = `${parent}/tidings`
const run = promisify(execFile)
/** Runs a command in the clone. */
const sh = (command: string, env: Readonly<Record<string, string>> = {}) =>
  run('sh', ['-c', command], { cwd: clone, env: { ...TYPED_ENVIRONMENT, ...env } })

const readme = readFileSync(`${root}README.md`, 'utf8')
const [start = '', send = ''] = codeBlocks(readme, 'sh')
const [install = '', serve = ''] = start.split(' && ')
/** To install is the one thing that needs a registry, and the machine's own cache. */
const { PATH = '', HOME = '' } = TYPED_ENVIRONMENT
let printed = ''

before(async () => {
  await run('git', ['clone', '-q', root, clone])
  const { stdout, stderr } = await run('sh', ['-c', `${install} --prefer-offline`], { cwd: clone, env: { PATH, HOME } })
  printed = stdout + stderr
})
after(() => rmSync(parent, { recursive: true, force: true }))

test('npm ci warns of nothing', () => {
  assert.doesNotMatch(printed, /warn|EBADENGINE/)
})

test('the command works right after npm ci, twice', async () => {
  for (let time = 0; time < 2; time += 1) {
    assert.deepEqual(await sh('npx --no-install tidings --help'), { stdout: HELP, stderr: '' })
  }
  await assert.rejects(sh('npx --no-install tidings relay', { AMQP_URL: '' }), {
    code: 1,
    stderr: /^tidings: config_invalid: AMQP_URL .*\n$/,
  })
})

test("README's function gets README's notification, and Ctrl-C ends it", async () => {
  assert.equal(install, 'npm ci')
  const [port] = await freePorts(1)
  const host = startTyped(serve, clone, { PORT: `${port}` })
  const closed = once(host, 'close')
  assert.ok(host.stderr !== null)
  const lines = on(createInterface(host.stderr), 'line')
  const untilLine = async (part: string): Promise<void> => {
    for await (const [line] of lines) if (line.includes(part)) return
  }
  await untilLine('"listening"')
  await sh(send, { PORT: `${port}` })
  await untilLine(readme.match(/shows `(.*)`/)?.[1] ?? '\0')
  endTyped(host)
  await closed
})

test('the pages on Lambda and provisioning build by one command, and the bundles are there', async () => {
  const guides = ['provisioning', 'deploy-lambda'].map((name) => readFileSync(`${root}docs/${name}.md`, 'utf8'))
  const builds = guides.map((guide) => codeBlocks(guide, 'sh')[0])
  assert.deepEqual(new Set(builds), new Set([`${install} && npm run build`]))
  rmSync(`${clone}/dist`, { recursive: true, force: true })
  await sh('npm run build')
  assert.ok(existsSync(`${clone}/dist/cli.cjs`))
})

test("docs/routes.md's file is checked, printed and served by its commands", async () => {
  const page = readFileSync(`${root}docs/routes.md`, 'utf8')
  const [example = ''] = codeBlocks(page, 'yaml')
  const [check = '', print = '', ...more] = codeBlocks(page, 'sh')
  assert.deepEqual(more, [])
  const [schemaLine = ''] = page.match(/(?<=`)# yaml-language-server: .*(?=`)/) ?? []
  assert.ok(existsSync(`${clone}/${/docs.*\.json/.exec(schemaLine)}`))
  writeFileSync(`${clone}/tidings.config.yaml`, `${schemaLine}\n${example}`)
  const env = { ALARMS_PASSWORD: 'a/b@c' }
  assert.match((await sh(check, env)).stdout, /^\S+tidings\.config\.yaml has no faults\n$/)
  await assert.rejects(sh(check), { code: 1, stderr: /ALARMS_PASSWORD/ })
  await starts(env)
  await sh(print)
  rmSync(`${clone}/tidings.config.yaml`)
  assert.match((await sh(check, env)).stdout, /^\S+tidings\.config\.json has no faults\n$/)
  rmSync(`${clone}/tidings.config.json`)
})

test('a function starts with every setting of docs/sinks.md', async () => {
  const blocks = codeBlocks(readFileSync(`${root}docs/sinks.md`, 'utf8'), 'ini')
  assert.equal(blocks.length, 8)
  await Promise.all(blocks.map((block) => starts(parseEnv(block) as Record<string, string>))) // Each has a value.
})

/** README's function, with these variables: it listens, and Ctrl-C ends it. */
const starts = async (env: Readonly<Record<string, string>>): Promise<void> => {
  const [port] = await freePorts(1)
  const host = startTyped(serve, clone, { ...env, PORT: `${port}` })
  const closed = once(host, 'close')
  assert.ok(host.stderr !== null)
  const told: string[] = []
  for await (const line of createInterface(host.stderr)) {
    told.push(line)
    if (line.includes('"listening"')) break
  }
  assert.match(told.at(-1) ?? '', /"listening"/, told.join('\n'))
  endTyped(host)
  await closed
}
