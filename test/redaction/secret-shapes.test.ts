import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideInText } from '../../lib/redaction/hide-in-text.ts'
import { assertHides } from './secret-cases.ts'

const examples: Readonly<Record<string, readonly string[]>> = {
  'the token after its scheme is hidden, also where a quote closes the text, and a parameter is not': [
    '{"note": "Bearer «Abc1xyz»", "x": 1}',
    'a "Bearer «Abc1xyz==»" KEEP',
    '{"note": "a Bearer «Abc1xyz»\\" and KEEP"}',
    'Bearer realm="KEEP"',
    'Bearer error_uri="KEEP"',
    '{"note": "Bearer error_uri=\\"KEEP\\""}',
  ],
  'what follows Basic is hidden if it is a name and a password in base64': [
    'Basic «dXNlcjpwYXNz» KEEP',
    'a basic Y29uZmlnLWtlZXA= KEEP',
    'Basic information KEEP',
  ],
  'a web token is hidden if it is long enough, and JSON in base64 if it has a secret': [
    'an eyJabc.KEEPxx',
    'an «eyJabc.SECRETabc» KEEP',
    'eyJhIjoiS0VFUCIsImIiOjF9 KEEP',
    '«eyJwYXNzd29yZCI6IlNFQ1JFVCJ9» KEEP',
  ],
  'a private key that breaks off ends with its text or its element': [
    '<k>-----BEGIN PRIVATE KEY«-----SECRET»</k> KEEP',
    'a "-----BEGIN PRIVATE KEY«-----SECRET»" KEEP',
    '-----BEGIN PRIVATE KEY«-----SECRET»',
  ],
  'the user of a URL of the web is hidden without a password too, and others are not': [
    'http://«SECRET»@h',
    'at https://«SECRET»@h',
    'http2://KEEP@h',
    'ssh://git@KEEP:22/x',
    's3://«u:SECRET»@h',
    'at ://u:KEEP@h',
  ],
  'a port is not a password, whatever stands behind it': [
    'http://h:80 KEEP@x',
    'http://h:80"KEEP@x',
    'http://h:80<KEEP@x',
    'http://h:80>KEEP@x',
    'http://h:8080',
    'http://h:8',
    'http://h:',
    'x://[::1]/KEEP@a',
    'x://[a:]/KEEP@b',
  ],
  'each host of a list has a password of its own': [
    'rabbit://«u:SECRET,x»@h/KEEP',
    'rabbit://«u:SECRET»@h1,h2:5672/KEEP@a',
    'rabbit://«u:SECRET»@h1,«u:SECRET/x»@h2/KEEP',
  ],
  'a password with a slash is hidden as far as its @, which is in the same word, near and before the next URL': [
    'http://«u:1SECRET%2Fx»@h/KEEP',
    'rbd://u:KEEP/x a@b',
    'rbd://u:KEEP/x"a@b',
    'x://b:KEEP/y://git@h/',
    `x://«u:SECRET${`/${'a'.repeat(126)}`}»@h/KEEP`,
    `x://u:KEEP${`/${'a'.repeat(127)}`}@h/KEEP`,
  ],
  'a quoted value in a sentence is hidden, and a bare one if it looks like a password': [
    'the password is "«two words»" KEEP',
    'The password is "" KEEP',
    'The password is "none" KEEP',
    'the password is «a1bc» KEEP',
    'the password is «a.1b» KEEP',
    'the password is a1b KEEP',
    'the password is a1b.. KEEP',
    'the password is required. KEEP',
    'the password is **** KEEP',
    'the token is {"a": 1} KEEP',
    'the password is «{SSHA}a1bc» KEEP',
    'the password is (the token is «a1bc») KEEP',
    `the token is (${'a '.repeat(99)} the token is «a1bc») KEEP`,
  ],
  'the password of a .netrc is hidden, also on a line of its own': ['machine h login u password \n «SECRET»\nKEEP'],
}

for (const [name, texts] of Object.entries(examples)) {
  test(name, () => {
    for (const text of texts) assertHides(text)
  })
}

test('a password in a URL that breaks off is hidden, also if it begins with a digit, and a port is not', () => {
  assert.equal(hideInText('rabbit://u:1SECRET'), 'rabbit://[redacted]')
  for (const text of ['http://h:8080', 'http://h:8', 'http://h:']) assert.equal(hideInText(text), text)
})
