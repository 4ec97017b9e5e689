import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readSecrets } from '../../lib/process/secret-files.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-'))
  writeFileSync(join(folder, 'auth-tokens'), 'mounted\n')
  writeFileSync(join(folder, 'named'), 'first\r\n second \n\n')
})
after(() => rmSync(folder, { recursive: true }))

const read = (environment: Record<string, string>, mounts = join(folder, 'none')) =>
  readSecrets(environment, 'AUTH_TOKENS', mounts)

describe('a list of secrets', () => {
  const lists = [
    { text: '', secrets: [] },
    { text: ' , ,\n', secrets: [] },
    { text: 'a', secrets: ['a'] },
    { text: 'a, b ,c\nd\r\ne', secrets: ['a', 'b', 'c', 'd', 'e'] },
    { text: 'with space, +%=ö"', secrets: ['with space', '+%=ö"'] },
  ]
  for (const { text, secrets } of lists) {
    test(`${JSON.stringify(text)} has ${secrets.length}`, () => assert.deepEqual(read({ AUTH_TOKENS: text }), secrets))
  }
})

describe('secrets come from', () => {
  test('nowhere, where nothing is set', () => assert.deepEqual(read({}), []))

  test('the file that the _FILE variable names', () => {
    assert.deepEqual(read({ AUTH_TOKENS_FILE: join(folder, 'named') }), ['first', 'second'])
  })

  test("OpenFaaS's mounts, under the name that OpenFaaS allows", () => assert.deepEqual(read({}, folder), ['mounted']))

  test('the variable first, then the named file, then the mount', () => {
    const file = { AUTH_TOKENS_FILE: join(folder, 'named') }
    assert.deepEqual(
      [read({ AUTH_TOKENS: 'direct', ...file }, folder), read(file, folder)],
      [['direct'], ['first', 'second']],
    )
  })

  test('the next place, where the variable is empty', () => {
    assert.deepEqual(read({ AUTH_TOKENS: '', AUTH_TOKENS_FILE: '' }, folder), ['mounted'])
  })

  test('no file that cannot be read: the variable is named, the path is not', () => {
    assert.throws(
      () => read({ AUTH_TOKENS_FILE: join(folder, 'hunter2') }),
      (error: Error) =>
        error.name === 'ConfigError' &&
        error.message === 'AUTH_TOKENS_FILE: cannot be read: name a file that this process may read',
    )
  })
})
