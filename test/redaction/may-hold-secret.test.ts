import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hideInText } from '../../lib/redaction/hide-in-text.ts'
import { mayHoldSecret } from '../../lib/redaction/may-hold-secret.ts'

test('the usual texts of notifications are not searched', () => {
  for (const text of [
    'pwd=ab',
    'compute',
    'ACTIVE and running on a host',
    '5f1d7a84-2f2e-4a0d-9a39-3e1f0c1f6c5b',
    '2026-01-02T03:04:05.000678',
    '2026-01-02 03:04:05+00:00',
    'fa:16:3e:12:34:56',
    'fe80::f816:3eff:fe12:3456',
    'http://10.0.0.1:9292/v2/images/a',
    'http://glance.example.org:9292/v2/images/a',
    'http://a.example.org/ and http://b.example.org',
    'compute:start at node-1',
    'the status is good: a to z',
    'pending',
    '5f1d7a84 2f2e4a0d - - -',
  ])
    assert.equal(mayHoldSecret(text), false, text)
})

test('a name, a delimiter and a value of a few characters are searched, and so are a host or a port with the name of a secret', () => {
  for (const text of [
    'pwd=abc',
    'pwd:abc',
    '2026-01-02T03:04 pwd:abc',
    'http://password:abc@h/',
    'see http://a/ and pwd:x',
  ])
    assert.equal(mayHoldSecret(text), true, text)
})

const PARTS = [
  ...['-', ' - ', ' ', ':', '://', '/', '.', ',', '(', '{', ']', '\u00a0', 'é', 'a', 'host1', '10.0.0.1', ':8080'],
  ...['token', 'password', 'user_pin', 'is', 'was', 'to', 'bearer ', 'basic ', 'Fa3', 'tokens/', '2026-01-02T03:04:05'],
  ...['gAAAAABx', 'eyJhbGciOi', 'AIza', 'ghp_', 'sk-proj-', 'xoxb-1', 'hvs.', 'LS0tLS1CRUdJTi'],
]

test('the search would change none of the texts that it is spared', () => {
  const texts = fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => mayHoldSecret(text) || hideInText(text) === text),
    { numRuns: 5000 },
  )
})
