// docs/configuration.md is made from the tables of settings, and so are the flags of the relay.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { readSettings, type Table } from '../lib/process/settings.ts'
import { tables, withTables } from '../scripts/configuration.ts'

test('docs/configuration.md has the tables that npm run configuration writes', () => {
  const document = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8')
  assert.equal(document, withTables(document))
})

test('no cell of its tables holds what would end the cell', () => {
  for (const { table } of Object.values(tables)) {
    for (const [name, { rule, meaning, otherwise = '' }] of Object.entries<Table[string]>(table))
      assert.doesNotMatch([rule.expected, meaning, otherwise].join(' '), /[|\n]/, name)
  }
})

describe('to say a default aloud changes nothing:', () => {
  for (const [title, { table }] of Object.entries(tables)) {
    test(title, () => {
      const settings = Object.entries<Table[string]>(table)
      const aloud = settings.map(([name, { default: value }]) => [
        name,
        value === undefined ? undefined : String(value),
      ])
      assert.deepEqual(readSettings(table, Object.fromEntries(aloud)), readSettings(table, {}))
    })
  }
})

test('every setting stands in one table, but for those that two programs read in ways of their own', () => {
  const names = Object.values(tables).flatMap(({ table }) => Object.keys(table))
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    ['FUNCTION', 'PORT'],
  )
})

test('every meaning is a sentence', () => {
  for (const { table } of Object.values(tables))
    for (const [name, { meaning }] of Object.entries<Table[string]>(table)) assert.match(meaning, /^[A-Z`].*\.$/, name)
})
