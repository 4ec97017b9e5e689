import assert from 'node:assert/strict'
import { test } from 'node:test'
import { misspeltSettings } from '../../lib/process/misspelt-settings.ts'
import { tables } from '../../scripts/configuration.ts'

const all = Object.values(tables).map(({ table }) => table)
const warnings = (environment: Readonly<Record<string, string>>) => misspeltSettings(environment, all)

test('a variable that differs from a setting by one character is told, with the setting', () => {
  assert.deepEqual(warnings({ EVENT_TYPE: '*', AUTH_TOKNES: 'x', OPAQUE_SECRETS_FIL: '/x', 'SINK-URL': 'x' }), [
    'EVENT_TYPE is set, but there is no such setting: did you mean EVENT_TYPES?',
    'AUTH_TOKNES is set, but there is no such setting: did you mean AUTH_TOKENS?',
    'OPAQUE_SECRETS_FIL is set, but there is no such setting: did you mean OPAQUE_SECRETS_FILE?',
    'SINK-URL is set, but there is no such setting: did you mean SINK_URL?',
  ])
})

test('settings, empty variables, short names and variables of other programs are not', () => {
  assert.deepEqual(
    warnings({ EVENT_TYPES: '*', AUTH_TOKENS_FILE: '/x', SINK_URLS: '', PORTS: '1', KUBERNETES_PORT: '1' }),
    [],
  )
})

test('no setting of a table is told as a misspelt one of another', () => {
  for (const own of all)
    for (const others of all)
      assert.deepEqual(misspeltSettings(Object.fromEntries(Object.keys(own).map((name) => [name, 'x'])), [others]), [])
})
