import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideInText } from '../../lib/redaction/hide-in-text.ts'
import { assertHides } from './secret-cases.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'an encoded quote does not end a text in plain quotes': [
    'password="«a%22SECRET»" KEEP',
    "password='«a%27SECRET»' KEEP",
    'password=%22«SECRET»%22 KEEP',
  ],
  'the escape of a delimiter ends a value as the delimiter does': ['{"u": "x?password=«SECRET»\\u0026b=KEEP"}'],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}

test('backslashes before a letter are the end of a line only as JSON writes it', () => {
  for (const [text, redacted] of [
    ['password=a\\nKEEP', 'password=[redacted]\\nKEEP'],
    ['password=a\\\\nKEEP', 'password=[redacted]\\\\nKEEP'],
    ['password=a\\\\\\nSECRET KEEP', 'password=[redacted] KEEP'],
    ['password=a\\NSECRET KEEP', 'password=[redacted] KEEP'],
  ] as const)
    assert.equal(hideInText(text), redacted)
})

test('the escape of a backslash does not escape the quote after it', () => {
  assert.equal(hideInText('{"password": "SECRET\\u005c", "b": "KEEP"}'), '{"password": "[redacted]", "b": "KEEP"}')
})
