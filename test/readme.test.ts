// README and docs: what they tell people to run is run, what they say is printed is printed.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { freePorts } from './services/ports.ts'

const root = new URL('..', import.meta.url).pathname
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8')
const blocks = (markdown: string, language: string): string[] =>
  [...markdown.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code.trim())

const readme = read('README.md')
const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync(`${root}docs`).map((file) => `docs/${file}`)]
const sh = promisify(execFile)
const untilLine = async (lines: Interface, part: string): Promise<void> => {
  for await (const [line] of on(lines, 'line', { close: ['close'] })) if (line.includes(part)) return
  assert.fail(`no line with ${part}`)
}

test("README's npm start runs the host, and its curl shows the event that README shows", async () => {
  const curl = blocks(readme, 'sh').find((block) => block.startsWith('curl')) ?? ''
  assert.equal(blocks(readme, 'sh').at(-1), 'npm ci && npm test')
  const [port = 0] = await freePorts(1)
  // npm ci has been run, or this test would not.
  const npm = spawn('npm', ['start', '--silent'], { cwd: root, env: { ...process.env, PORT: `${port}` } })
  const closed = once(npm, 'close') // When the host has ended too, which holds the pipes.
  try {
    const log = createInterface(npm.stderr)
    const [listening] = await once(log, 'line')
    assert.match(listening, /listening on 127\.0\.0\.1 only/)
    const printed = once(createInterface(npm.stdout), 'line')
    const typed = curl.replace('localhost:8080', `127.0.0.1:${port}`)
    const { stdout } = await sh('sh', ['-c', typed], { cwd: root })
    assert.match(stdout, /^HTTP\/1\.1 204 No Content/)

    const { data, ...shown } = JSON.parse(blocks(readme, 'json')[0] ?? '')
    const [line] = await printed
    const { data: record, ...attributes } = JSON.parse(line)
    assert.deepEqual(attributes, shown)
    assert.equal(record.eventName, data.eventName)

    const seenBefore = untilLine(log, '"seen before')
    await sh('sh', ['-c', typed], { cwd: root })
    await seenBefore
  } finally {
    npm.kill('SIGTERM')
    assert.deepEqual(await closed, [0, null])
  }
})

test("README's first function is the example that its first command serves", () => {
  assert.equal(blocks(readme, 'ts')[0], read('examples/photos.ts').trim())
})

test('every npm script that a document names exists', () => {
  const { scripts } = JSON.parse(read('package.json'))
  for (const document of documents) {
    for (const [, script = ''] of read(document).matchAll(/npm run ([\w:-]+)/g)) {
      // `dev` is a script of the project that `tidings init` writes.
      assert.ok(script in scripts || script === 'dev', `${document}: npm run ${script}`)
    }
  }
})

test('every link within the repository leads somewhere', () => {
  for (const document of documents) {
    for (const [, target = ''] of read(document).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      assert.ok(existsSync(new URL(target, `file://${root}${document}`)), `${document}: ${target}`)
    }
  }
})

test('dependencies.md has a line for each dependency', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const { optionalDependencies } = JSON.parse(read('runtime/package.json'))
  const told = read('docs/dependencies.md')
  for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    assert.ok(told.includes(`\`${name}\``), name)
  }
})
