import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { issueText } from '../../lib/documents/document-issues.ts'
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
  const [given = ''] = codeBlocks(page, 'yaml')
  // A folder that this machine has.
  const example = given.replaceAll('/var/lib/tidings', tmpdir())
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
  assert.deepEqual([json.code, JSON.parse(json.stdout)], [1, { faults: [expected], warnings: [] }])
})

test('a type that no known event has is a warning with the one that was meant, and no fault', async () => {
  const file = fileWith(`routes:
  - when: { type: "ObjectCreatd:*" }
    to: log
  - when:
      any:
        - { type: [ObjectRemoved:Delete, "com.amazonaws.s3.ObjectRemoved:Delet"] }
        - { not: { type: { exact: org.openstack.nova.compute.instance.creat.end } } }
        - { type: "compute.instnce.*" }
        - { type: org.openstack.nova.nothing.like.it }
    to: log
`)
  const expected = [
    ['line 2, column 13: routes.0.when.type', 'ObjectCreatd:*', 'did you mean ObjectCreated:*?'],
    [
      'line 6, column 42: routes.1.when.any.0.type.1',
      'com.amazonaws.s3.ObjectRemoved:Delet',
      'did you mean com.amazonaws.s3.ObjectRemoved:Delete?',
    ],
    [
      'line 7, column 28: routes.1.when.any.1.not.type.exact',
      'org.openstack.nova.compute.instance.creat.end',
      'did you mean org.openstack.nova.compute.instance.create.end?',
    ],
    ['line 8, column 13: routes.1.when.any.2.type', 'compute.instnce.*', 'did you mean compute.instance.*?'],
    ['line 9, column 13: routes.1.when.any.3.type', 'org.openstack.nova.nothing.like.it', 'check its spelling'],
  ].map(
    ([place, pattern, remedy]) =>
      `${place}: '${pattern}' matches no event that Ceph's gateway or a service of OpenStack is known to send: ${remedy}`,
  )
  assert.deepEqual(await runInProcess(['config', 'check', file]), {
    code: 0,
    stdout: `${file} has no faults\n`,
    stderr: expected.map((line) => `warning: ${line}\n`).join(''),
  })
  const json = await runInProcess(['config', 'check', file, '--json'])
  const { faults, warnings } = JSON.parse(json.stdout)
  assert.deepEqual([json.code, json.stderr, faults, warnings.map(issueText)], [0, '', [], expected])
})

test('a file: sink in a folder that is not here is a warning that names the folder, and no fault', async () => {
  const file = fileWith(`routes:
  - to: file:///no/such/folder/events.ndjson
  - to: [log, "file:///tmp/events.ndjson", { url: "file://\${env:FOLDER}/events.ndjson" }]
deadLetters: file:///no/such/letters.ndjson
`)
  const remedy = 'create it where the function runs'
  const expected = [
    `line 2, column 5: routes.0.to: this machine has no folder /no/such/folder: ${remedy}`,
    `line 3, column 46: routes.1.to.2.url: this machine has no folder /none: ${remedy}`,
    `line 4, column 1: deadLetters: this machine has no folder /no/such: ${remedy}`,
  ]
  assert.deepEqual(await runInProcess(['config', 'check', file], { env: { FOLDER: '/none' } }), {
    code: 0,
    stdout: `${file} has no faults\n`,
    stderr: expected.map((line) => `warning: ${line}\n`).join(''),
  })
})

test('types of known events, of other senders, and parts of a type raise no warning', async () => {
  const types = [
    'ObjectCreated:*',
    'com.amazonaws.s3.*',
    'com.amazonaws.s3.ObjectLifecycle:Expiration:Noncurrent',
    'LifecycleTransition',
    'compute.instance.create.end',
    'instance.create.end',
    'identity.project_tag.created',
    'org.openstack.*.create.end',
    'com.example.order.created',
    '*',
  ]
  const when = { type: [...types, { prefix: 'com.amazonaws.s3.Objekt', suffix: ':Putt' }] }
  const file = fileWith(JSON.stringify({ routes: [{ when, to: 'log' }] }), 'routes.json')
  assert.equal((await runInProcess(['config', 'check', file])).stderr, '')
})

test('without a file, TIDINGS_CONFIG names it or has its content', async () => {
  const file = fileWith('routes: [{ to: log }]')
  assert.equal((await runInProcess(['config', 'check'], { env: { TIDINGS_CONFIG: file } })).code, 0)
  const inline = await runInProcess(['config', 'check'], { env: { TIDINGS_CONFIG: '{"routes":[]}' } })
  assert.match(inline.stderr, /^tidings: TIDINGS_CONFIG has faults\n.*routes: is empty: write a route/)
})

test('a command line that does not say what to do is told what to write', async () => {
  for (const [args, message] of [
    [[], 'the action is missing. Use one of check, print.'],
    [['chek'], "unknown action 'chek'. Did you mean check?"],
    [['check'], 'there is no tidings.config.yaml, .yml or .json in this folder: name the file'],
    [['check', '/nowhere.yaml'], '/nowhere.yaml cannot be read: check its name'],
    [['check', 'a', 'b'], 'there are several files: name one'],
  ] as const) {
    const ended = await runInProcess(['config', ...args])
    assert.equal(ended.code, 1)
    assert.ok(ended.stderr.startsWith(`tidings: ${message}\n`), ended.stderr)
  }
})
