import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseRoutes } from '../../lib/sinks/routes/routes-file.ts'
import { codeBlocks } from '../markdown.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { runInProcess } from './in-process.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/routes.md'), 'utf8')

const fileWith = (content: string, name = 'routes.yaml'): string => {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, content)
  return file
}

test('the example of docs/routes.md has no faults, and prints as JSON that a function reads', async () => {
  const [example = ''] = codeBlocks(page, 'yaml')
  const file = fileWith(example)
  const env = { ALARMS_PASSWORD: 's3cret' }
  assert.deepEqual(await runInProcess(['config', 'check', file], { env }), {
    code: 0,
    stdout: `${file} has no faults\n`,
    stderr: '',
  })
  const printed = await runInProcess(['config', 'print', file])
  assert.deepEqual(JSON.parse(printed.stdout), parseRoutes(example, env))
  assert.doesNotMatch(printed.stdout, /s3cret/)
})

test('faults come with their place, as text and as JSON', async () => {
  const file = fileWith('routes:\n  - wen: {}\n    to: log\n')
  const expected = { path: 'routes.0.wen', message: 'there is no such setting here: write when', line: 2, column: 5 }
  const text = await runInProcess(['config', 'check', file])
  assert.deepEqual(text, {
    code: 1,
    stdout: '',
    stderr: `tidings: ${file} has faults\n  line 2, column 5: routes.0.wen: there is no such setting here: write when\n`,
  })
  const json = await runInProcess(['config', 'check', file, '--json'])
  assert.deepEqual([json.code, JSON.parse(json.stdout)], [1, { faults: [expected] }])
})

test('without a file, TIDINGS_CONFIG names it or has its content', async () => {
  const file = fileWith('routes: [{ to: log }]')
  assert.equal((await runInProcess(['config', 'check'], { env: { TIDINGS_CONFIG: file } })).code, 0)
  const inline = await runInProcess(['config', 'check'], { env: { TIDINGS_CONFIG: '{"routes":[]}' } })
  assert.match(inline.stderr, /^tidings: TIDINGS_CONFIG has faults\n.*routes: is empty: write a route/)
})

test('a command line that does not say what to do is told what to write', async () => {
  for (const [args, message] of [
    [[], 'the action is missing: use check or print'],
    [['chek'], 'unknown action: use check or print'],
    [['check'], 'there is no tidings.config.yaml, .yml or .json in this folder: name the file'],
    [['check', '/nowhere.yaml'], '/nowhere.yaml cannot be read: check its name'],
    [['check', 'a', 'b'], 'there are several files: name one'],
  ] as const) {
    const ended = await runInProcess(['config', ...args])
    assert.equal(ended.code, 1)
    assert.ok(ended.stderr.startsWith(`tidings: ${message}\n`), ended.stderr)
  }
})
