import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideInText } from '../../lib/redaction/hide-in-text.ts'
import { assertBecomes, assertHides } from './secret-cases.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'a delimiter has at most three characters, and the :// of a URL is not a delimiter': [
    'password===«=SECRET» KEEP',
    'secret://KEEP/x',
    'a == KEEP and password == «SECRET»',
  ],
  'a value on the next line belongs to a colon, not to an equals sign': [
    'password=\n  KEEP',
    'password:\n«  SECRET»\nb: KEEP',
  ],
  'what stands below credentials is searched': [
    'credentials:\n  user: KEEP\n  password: «SECRET»',
    'auth:\n  user: KEEP\n  password: «SECRET»',
  ],
  'a tag and an anchor of YAML come before the value, and a secret can look like one': [
    'password: «!!str» «SECRET»\nb: KEEP',
    'password: «&main» «SECRET»\nb: KEEP',
    'password: «!!str» "«SECRET SECRET»"\nb: KEEP',
    'a: {password: «!!str» «SECRET», b: KEEP}',
    'a:\n  password: «!vault» |\n«    SECRET\n    SECRET»\n  b: KEEP',
    'password: «!SECRET»\nb: KEEP',
  ],
  'a name without quotes ends at a blank': ['key: admin_pass of KEEP, value: «SECRET»'],
  'a name in a list makes the next item a secret only if both are in a list of their own': [
    '["password", "KEEP"]',
    'call(a) ["password", "KEEP"]',
    '[[password, KEEP], [a, KEEP]]',
    '[["password"], "KEEP"]',
    '[["password", "«SECRET»"], ["a", "KEEP"]]',
  ],
  'a quoted text after the name of a secret is hidden, unless it is long': [
    'password%20%22«SECRET»%22%20KEEP',
    'password %27«SECRET»%27 KEEP',
    `password "«${'a'.repeat(200)}»" KEEP`,
    `password "${'a'.repeat(201)}" KEEP`,
  ],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}

test('a value without quotes gets those of its name, so that JSON stays JSON', () => {
  assertBecomes('{"value": 123, "key": "admin_pass"}', '{"value": "[redacted]", "key": "admin_pass"}')
  assertBecomes('[["password", 123]]', '[["password", "[redacted]"]]')
  assertBecomes(
    '{"value":\n{"a":"SECRET"},"key":"admin_pass"} KEEP',
    '{"value":\n"[redacted]","key":"admin_pass"} KEEP',
  )
})

test('the value of an entry ends with its brackets, though an apostrophe opens a text in it', () => {
  assert.equal(
    hideInText("{'value': {'note': 'don't', 'a': 'SECRET'}, 'key': 'admin_pass'}, 'KEEP'"),
    "{'value': '[redacted]', 'key': 'admin_pass'}, 'KEEP'",
  )
})
