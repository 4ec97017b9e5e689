import { test } from 'node:test'
import { assertHides } from './secret-cases.ts'

const deep = `${'['.repeat(600)}${']'.repeat(600)}`

const examples: Readonly<Record<string, readonly string[]>> = {
  'an entry stays that of a secret when it has another name as well': [
    '{"key": "admin_pass", "name": "a", "value": "«SECRET»"}',
    '{"value": "«SECRET»", "key": "admin_pass", "content": "«SECRET»", "name": "a"}',
  ],
  'a list ends with its bracket, however deep the brackets in it are': [
    `[${deep}, ["password", "«SECRET»"]]`,
    `(${deep}, ("password", "«SECRET»"))`,
    '[[1], 2] ["password", "KEEP"]',
    '{"a": [1], "b": ["password", "KEEP"]}',
  ],
  'a tag that is not closed ends with the brackets around it': [
    '{"a": "<b", "value": "«SECRET»", "key": "admin_pass"} ["password", "KEEP"]',
    '[["<b"], ["password", "«SECRET»"]]',
  ],
  'a closing angle bracket in plain text closes nothing': ['key: color > KEEP', '[1 > 0, ["password", "«SECRET»"]]'],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}
