import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  list,
  oneOf,
  readGiven,
  readSecret,
  readSettings,
  secrets,
  type Table,
  text,
  together,
  trueOrFalse,
  urlOf,
  wholeNumber,
} from '../../lib/process/settings.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-'))
  writeFileSync(join(folder, 'auth-tokens'), 'mounted\n')
  writeFileSync(join(folder, 'named'), 'first\r\n second \n\n')
})
after(() => rmSync(folder, { recursive: true }))

const read = (environment: Record<string, string>, mounts = join(folder, 'none')) =>
  secrets.read(readSecret(environment, 'AUTH_TOKENS', mounts) ?? '')

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
        error.message === 'AUTH_TOKENS_FILE must name a file that this process may read: reading it failed with ENOENT',
    )
  })
})

const TABLE = {
  COUNT: { rule: wholeNumber(1, 9), default: 3, meaning: '' },
  IS_ON: { rule: trueOrFalse, default: false, meaning: '' },
  KIND: { rule: oneOf('a', 'b'), default: 'a', meaning: '' },
  PLACE: { rule: urlOf(['http:'], 'http://example.org'), meaning: '' },
  NAMES: { rule: list, default: [], meaning: '' },
  NAME: { rule: text, meaning: '' },
  KEYS: { rule: secrets, default: [], meaning: '' },
} as const satisfies Table

describe('the settings of a table', () => {
  test('have the type of their rule, and undefined only without a default', () => {
    const values = readSettings(TABLE, {
      COUNT: '4',
      IS_ON: 'true',
      KIND: 'b',
      PLACE: 'http://h',
      NAMES: 'x, y,',
      KEYS: 'k',
    })
    const typed: {
      readonly COUNT: number
      readonly IS_ON: boolean
      readonly KIND: 'a' | 'b'
      readonly PLACE: URL | undefined
      readonly NAMES: readonly string[]
      readonly NAME: string | undefined
      readonly KEYS: readonly string[]
    } = values
    assert.deepEqual(typed, {
      COUNT: 4,
      IS_ON: true,
      KIND: 'b',
      PLACE: new URL('http://h'),
      NAMES: ['x', 'y'],
      NAME: undefined,
      KEYS: ['k'],
    })
  })

  test('have their defaults where nobody set them', () => {
    const defaults = { COUNT: 3, IS_ON: false, KIND: 'a', PLACE: undefined, NAMES: [], NAME: undefined, KEYS: [] }
    assert.deepEqual(readSettings(TABLE, {}), defaults)
    assert.deepEqual(readSettings(TABLE, { COUNT: '', IS_ON: '', PLACE: '', NAMES: ',' }), defaults)
  })

  test('keep what was found to themselves where they are told to', () => {
    assert.throws(() => readGiven(TABLE, { COUNT: 's3cret' }, false), {
      message: 'COUNT must be a whole number from 1 to 9 (for example 3)',
    })
  })

  test('show what was found on one line, and not all of it', () => {
    const shown = `a?b${'c'.repeat(37)}…`
    assert.throws(() => readGiven(TABLE, { KIND: `a\nb${'c'.repeat(1000)}` }), {
      message: `KIND must be a or b, got '${shown}'`,
    })
  })

  test('say what was probably meant', () => {
    const kinds = { KIND: { rule: oneOf('quorum', 'classic'), meaning: '' } }
    assert.throws(() => readGiven(kinds, { KIND: 'quorm' }), {
      message: "KIND must be quorum or classic, got 'quorm'. Did you mean quorum?",
    })
    assert.throws(() => readGiven(TABLE, { PLACE: 'localhost:8000' }), {
      message: /, got 'localhost:8000': did you mean http:\/\/localhost:8000\?$/,
    })
  })

  test('show no part of a URL that may be a password', () => {
    for (const place of ['hunter2', 'user:hunter2@h', 'htp://user:hunter2@h'])
      assert.throws(() => readGiven(TABLE, { PLACE: place }), { message: /such as \S+$/ })
  })

  test('are read together with others, and the faults of all are told', () => {
    assert.throws(
      () =>
        together({
          first: () => readSettings(TABLE, { COUNT: '0', IS_ON: 'yes' }),
          second: () => readSettings(TABLE, {}),
          third: () => readSettings(TABLE, { KIND: 'c' }),
        }),
      {
        code: 'config_invalid',
        message: [
          "COUNT must be a whole number from 1 to 9 (for example 3), got '0'",
          "IS_ON must be true or false, got 'yes'",
          "KIND must be a or b, got 'c'",
        ].join('; '),
      },
    )
    assert.throws(() => together({ bug: () => assert.fail('a bug') }), { message: 'a bug' })
  })
})
