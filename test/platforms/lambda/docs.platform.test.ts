// docs/deploy-lambda.md: what it tells people to run without an account is run, what it names is there.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { codeBlocks } from '../../markdown.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const document = readFileSync(`${root}docs/deploy-lambda.md`, 'utf8')
const NOT_RUN = '# not run by the tests'
const commands = codeBlocks(document, 'sh').filter((block) => !block.startsWith(NOT_RUN))

/** As a fresh checkout: nothing of what lies about here. */
const checkout = mkdtempSync(`${tmpdir()}/tidings-docs-`)
before(() => {
  for (const name of ['serverless.yml', 'package.json', 'dist', 'examples']) {
    cpSync(`${root}${name}`, `${checkout}/${name}`, { recursive: true })
  }
  symlinkSync(`${root}node_modules`, `${checkout}/node_modules`)
})
after(() => rmSync(checkout, { recursive: true }))

const sh = async (command: string): Promise<string> => {
  const environment = { PATH: process.env.PATH, HOME: checkout }
  return (await promisify(execFile)('sh', ['-c', command], { cwd: checkout, env: environment })).stdout
}

test('the commands are those that are run below', () => {
  assert.deepEqual(
    commands.map((command) => command.split(' ').slice(0, 4).join(' ')),
    // The first has been run, or there would be no bundles to test.
    ['npm ci && npm', 'npx --no-install serverless invoke', 'npx --no-install serverless package'],
  )
})

test('a function is invoked without an account, and prints event and answer', async () => {
  const [event = '', ...answer] = (await sh(commands[1] ?? '')).split('\n')
  assert.equal(JSON.parse(event).type, 'com.amazonaws.s3.ObjectCreated:Put')
  assert.deepEqual(JSON.parse(answer.join('\n')), { outcome: 'ack', events: [JSON.parse(event).id], deadLetters: [] })
})

test('all is packaged without an account', async () => {
  await sh(commands[2] ?? '')
  for (const file of ['cephNotifications.zip', 'cloudformation-template-update-stack.json']) {
    assert.ok(existsSync(`${checkout}/.serverless/${file}`), file)
  }
})

test('the parameters that it lists are those that serverless.yml reads, with their defaults', () => {
  const used = [...readFileSync(`${root}serverless.yml`, 'utf8').matchAll(/\$\{param:(\w+), '([^']*)'\}/g)]
  const [, table = ''] = document.split('\n## Parameters\n')
  const rows = [...table.matchAll(/^\| ((?:`\w+`(?:, or |, )?)+) \| (?:`([^`]*)`)? ?\|/gm)]
  const listed = rows.flatMap(([, names = '', value = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name, value] as const),
  )
  assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(used.map(([, name, value]) => [name, value])))
})

test('every function that a command names is one', () => {
  // As far as it is plain YAML: tags of CloudFormation are left as they are.
  const { functions } = parse(readFileSync(`${root}serverless.yml`, 'utf8').split('\nresources:\n')[0] ?? '', {
    logLevel: 'silent',
  })
  const named = [...document.matchAll(/--function (\w+)/g)].map(([, name = '']) => name)
  assert.deepEqual(
    named.filter((name) => !(name in functions)),
    [],
  )
})
