import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { runInProcess } from './in-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'dead-letters-command-'))
after(() => rmSync(folder, { recursive: true }))

test('text of a letter does not control the terminal, as JSON neither', async () => {
  const hostile = '\u001b[31mred \u009b31mred \u0080\u007f\u009f ü日'
  const event = { event_type: hostile, message_id: hostile, note: hostile }
  const data = { function: hostile, reasons: [{ code: 'c', message: hostile }], body: JSON.stringify(event) }
  const path = join(folder, 'letters.ndjson')
  writeFileSync(path, JSON.stringify({ type: 'tidings.dead-letter', source: 's', id: '1', data }))
  const from = pathToFileURL(path).href
  for (const args of [
    ['list'],
    ['list', '--json'],
    ['show', '--index', '0'],
    ['redrive', '--all', '--dry-run', '--to', 'http://127.0.0.1:1', '--json'],
  ]) {
    const { code, stdout, stderr } = await runInProcess(['dead-letters', ...args, '--from', from])
    assert.deepEqual([code, stderr], [0, ''])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
    assert.doesNotMatch(stdout, /[\0-\x09\x0b-\x1f\x7f-\x9f]/, args.join(' '))
    assert.match(stdout, /ü日/)
    if (args.length > 1) assert.ok(JSON.stringify(JSON.parse(stdout)).includes(JSON.stringify(hostile)))
  }
})
