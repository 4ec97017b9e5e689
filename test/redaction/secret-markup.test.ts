import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideInText } from '../../lib/redaction/hide-in-text.ts'
import { assertHides } from './secret-cases.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'the content of an element is hidden unless it tells nothing or there is none': [
    '<password>«SECRET»</password> KEEP',
    '<password> \n</password>KEEP',
    '<password> null </password>KEEP',
    '<password/>KEEP<b>',
    '<color>KEEP</color>',
  ],
  'the cell of a table beside the name of a secret is hidden': [
    '|         password | «S3CR3T» | KEEP',
    '|          password | KEEP',
    'password | KEEP',
    '| color | KEEP',
    '| password |\n| KEEP |',
  ],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}

test('an element that breaks off is hidden as far as the end', () => {
  assert.equal(hideInText('<password>SECRET'), '<password>[redacted]')
  assert.equal(hideInText('<password><![CDATA[SECRET'), '<password><![CDATA[[redacted]')
})
