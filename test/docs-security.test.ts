import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const root = new URL('../', import.meta.url)
const rows = readFileSync(new URL('docs/security.md', root), 'utf8')
  .split('\n## Fuzzing\n', 1)
  .flatMap((text) => text.split('\n'))
  .filter((line) => /^\| (?!threat|---)/.test(line))

test('each threat in docs/security.md names a test that exists', () => {
  assert.ok(rows.length > 20)
  for (const row of rows) {
    const files = row.match(/test\/[\w./-]+\.ts/g) ?? []
    assert.ok(files.length > 0, `no test: ${row}`)
    for (const file of files) assert.ok(existsSync(new URL(file, root)), `${file} does not exist`)
  }
})
