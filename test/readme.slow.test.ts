// README's quick start is run, and prints what README shows.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { codeBlocks } from './markdown.ts'
import { freePorts } from './services/ports.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')
const sh = promisify(execFile)
const untilLine = async (lines: Interface, part: string): Promise<void> => {
  for await (const [line] of on(lines, 'line', { close: ['close'] })) if (line.includes(part)) return
  assert.fail(`no line with ${part}`)
}

test("README's npm start runs the host, and its curl shows the event that README shows", async () => {
  const curl = codeBlocks(readme, 'sh').find((block) => block.startsWith('curl')) ?? ''
  assert.equal(codeBlocks(readme, 'sh').at(-1), 'npm ci && npm test')
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

    const { data, ...shown } = JSON.parse(codeBlocks(readme, 'json')[0] ?? '')
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
