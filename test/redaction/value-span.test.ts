import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideInText } from '../../lib/redaction/hide-in-text.ts'
import { assertHides } from './secret-cases.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'a value in brackets is hidden as far as its last one, whatever its texts contain': [
    'password=«(SECRET a)» KEEP',
    'password=«{SECRET}». KEEP',
    'Cookie: «{SECRET}x; b=SECRET»',
    'password=«{a:1"}", SECRET}» KEEP',
    "password=«{'a': 'SECRET}'}» KEEP",
  ],
  'a quoted value is hidden as far as its quote, also if the quotes are encoded, or the end of the text': [
    'password=%27«SECRET%20p»%27&b=KEEP',
    'password=%22«SECRET%20p»%22&b=KEEP',
    'a password="«SECRET»',
  ],
  'a bare value ends at a blank or where the next field begins': [
    'password=«SECRET»\tKEEP',
    'password=«SECRET»\rKEEP',
    'password=«SECRET,;x» KEEP',
    `password=«SECRET»,${'a'.repeat(79)}=KEEP`,
    `password=«SECRET,${'a'.repeat(80)}=» KEEP`,
  ],
  'a delimiter that is encoded does not end a value that is not': [
    'password=«a%26b=SECRET»&c=KEEP',
    'x%3Fpassword%3D«SECRET»%26c%3DKEEP',
  ],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}

test('a separator at the end of a text belongs to no value', () => {
  assert.equal(hideInText('password=SECRET,'), 'password=[redacted],')
})

test('an escaped backslash before a closing quote is not a value', () => {
  for (const text of ['{"path": "C:password=\\\\", "b": "KEEP"}', 'password=\\\\"KEEP" KEEP'])
    assert.equal(hideInText(text), text)
})
