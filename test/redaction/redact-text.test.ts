import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { redactObject } from '../../lib/redaction/redact-object.ts'
import { redactText } from '../../lib/redaction/redact-text.ts'
import { assertBecomes, assertRight, REDACTED_TEXTS, SECRET_TEXTS } from './secret-cases.ts'

/** Texts that break off where a value was to come, or inside one. */
const BROKEN = [
  '…?password=',
  "it's password='",
  'token="',
  'password: ',
  "{'password': '",
  '{"password":',
  '[["password",',
  'password=["',
  'password="\\',
  '<password>',
  '<password><![CDATA[',
  '-----BEGIN PRIVATE KEY-----\nx',
  'rabbit://u:',
  '--password',
  '{"value":"x',
  '{',
]

const text = fc.constantFrom(...SECRET_TEXTS, ...SECRET_TEXTS.map((line) => line.replaceAll('\\n', '\n')), ...BROKEN)
const names = fc.constantFrom('a', 'b', 'message', 'reason')
const { document } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.constantFrom(1, 1.5, null, true, 'KEEP'),
    fc.array(tie('document'), { maxLength: 3 }),
    fc.dictionary(names, tie('document'), { maxKeys: 3 }),
  ),
}))

/** Where nothing is hidden, both have the same names, items and kinds of values. */
const assertAlike = (before: unknown, after: unknown, redacted: string): void => {
  if (after === '[redacted]') return
  assert.equal(typeof after, typeof before, redacted)
  if (typeof before !== 'object' || before === null || typeof after !== 'object' || after === null) return
  const items = Object.entries(after)
  assert.deepEqual(Object.keys(after), Object.keys(before), redacted)
  for (const [index, item] of Object.values(before).entries()) assertAlike(item, items[index]?.[1], redacted)
}

test('JSON stays JSON with the same names, wherever its texts break off, and has no secret', () => {
  fc.assert(
    fc.property(document, (value) => {
      const redacted = redactText(JSON.stringify({ value, last: 'KEEP' }))
      assertAlike({ value, last: 'KEEP' }, JSON.parse(redacted), redacted)
      assert.doesNotMatch(redacted, /SECRET/)
    }),
    { numRuns: 1000 },
  )
})

test('JSON in the text of an envelope stays JSON as well', () => {
  fc.assert(
    fc.property(document, (value) => {
      const redacted = redactText(JSON.stringify({ 'oslo.message': JSON.stringify({ value, last: 'KEEP' }) }))
      assertAlike({ value, last: 'KEEP' }, JSON.parse(JSON.parse(redacted)['oslo.message']), redacted)
      assert.doesNotMatch(redacted, /SECRET/)
    }),
    { numRuns: 1000 },
  )
})

test('a number keeps its digits where the texts of a document are searched one by one', () => {
  const redacted = redactText('{"size": 12345678901234567890, "half": 1.50, "url": "/?password=", "token": "SECRET"}')
  assert.equal(redacted, '{"size":12345678901234567890,"half":1.50,"url":"/?password=","token":"[redacted]"}')
})

test('the arguments of a command stay a list where one of them breaks off', () => {
  const command = ['--url', '/?password=', '--password', 'SECRET', '-P', 'SECRET', 'KEEP']
  const redacted = ['--url', '/?password=', '--password', '[redacted]', '-P', '[redacted]', 'KEEP']
  assert.deepEqual(redactObject({ command }).object, { command: redacted })
})

test('names and items that a search of the whole document would merge are searched one by one', () => {
  const broken = `{"a":"x password='","b":"c'","d":null}`
  const documents = [
    broken,
    `{"z":[1,${broken}]}`,
    `["x password='","c'",5]`,
    `[["x password='","c'"],5]`,
    `[5,["x password='","c'"]]`,
    `[${broken},{"password":"[redacted]"}]`,
    `{"z":{"m":"{password=[redacted] cut off"},"y":${broken}}`,
    JSON.stringify({ m: broken }),
    JSON.stringify({ m: broken, n: 'password=[redacted]' }),
  ]
  for (const document of documents) assert.equal(redactText(document.replaceAll('[redacted]', 'S3CR3T')), document)
})

test('a document that is too deep to be searched text by text is searched as a whole', () => {
  const deep = `${'['.repeat(250)}{"a":"x password='","b":"c'S3CR3T","pwd":"S3CR3T"}${']'.repeat(250)}`
  const redacted = redactText(deep)
  assert.match(redacted, /\[redacted\]/)
  assert.doesNotMatch(redacted, /"pwd":"S3CR3T"/)
})

test('brackets without end, however deep, hide no name from the value before it', () => {
  const deep = `${'['.repeat(600)}${']'.repeat(600)}`
  const entry = (value: string) => `{"value": "${value}", "deep": ${deep}, "key": "admin_pass"}`
  assert.equal(redactText(entry('SECRET')), entry('[redacted]'))
  const after = (value: string) => `{"a": ${deep}, "b": {"value": "${value}", "key": "admin_pass"}}`
  assert.equal(redactText(after('SECRET')), after('[redacted]'))
})

test('of each example exactly the secret is hidden, also in JSON and in JSON inside JSON', () => {
  assert.equal(REDACTED_TEXTS.length, SECRET_TEXTS.length, 'texts.txt and redacted.txt need the same lines')
  for (const [index, text] of SECRET_TEXTS.entries())
    if (!OF_ANOTHER_ENTRY.test(text)) assertBecomes(text, REDACTED_TEXTS[index] ?? '')
})
/** In JSON, the name of the first entry of such a list holds for the next ones. */
const OF_ANOTHER_ENTRY = /^- name: admin_password/

const same = [
  'tokens=7',
  '{"tokens": 12}',
  'secrets: 9',
  'password=null',
  "{'password': None}",
  'password: ""',
  'password:\n',
  '{"secret": false}',
  'auth={"user": "KEEP"}',
  'Invalid tokens: [KEEP]',
  'the server found no passwords: {KEEP}',
  'removed a, tokens: [KEEP]',
  'unknown "user" tokens: [KEEP]',
  'InvalidTokens: [KEEP]',
  'passwords: []',
  'tokens: 3 [KEEP]',
  '<name>user</name><value>KEEP</value>',
  '<name>password</name><id>KEEP</id>',
  '<list><name>password</name></list><value>KEEP</value>',
  '<name>password</name><name>user</name><value>KEEP</value>',
  'set <name> to the password <value> KEEP',
]
const values: readonly (readonly [text: string, redacted: string])[] = [
  ...same.map((text) => [text, text] as const),
  ['tokens=12SECRET', 'tokens=[redacted]'],
  ['tokens=SECRET12', 'tokens=[redacted]'],
  ['password=1234', 'password=[redacted]'],
  ['password:\tSECRET', 'password:\t[redacted]'],
  ['{"password":\n "SECRET"}', '{"password":\n "[redacted]"}'],
  ['credentials: {user: KEEP, password: SECRET}', 'credentials: {user: KEEP, password: [redacted]}'],
  ['credential=SECRET', 'credential=[redacted]'],
  ['Authorization: CHAP admin SECRET KEEP', 'Authorization: [redacted] KEEP'],
  ['Authorization: Digest username="SECRET", nonce="SECRET", uri=SECRET KEEP', 'Authorization: [redacted] KEEP'],
  ['Cookie: a=SECRET; b=SECRET', 'Cookie: [redacted]'],
  ['a token="SECRET" and token=\'SECRET\'', 'a token="[redacted]" and token=\'[redacted]\''],
  ['password=SECRET password=SECRET', 'password=[redacted] password=[redacted]'],
  ['password="gAAAAABkSECRETSECRET1234567="', 'password="[redacted]"'],
]
for (const [text, redacted] of values) {
  test(`${JSON.stringify(text)} becomes ${JSON.stringify(redacted)}`, () => {
    assert.equal(redactText(text), redacted)
  })
}

test('in plain text a name holds for the values after it, and in a list that breaks off a value is hidden without one', () => {
  assert.equal(
    redactText('value: KEEP\nkey: admin_pass\nvalue: SECRET'),
    'value: KEEP\nkey: admin_pass\nvalue: [redacted]',
  )
  assert.equal(redactText('[{"value": "SECRET"'), '[{"value": "[redacted]"')
  assert.equal(redactText('{"value": "KEEP"'), '{"value": "KEEP"')
})

test('a block of YAML goes on over quotes, and ends with the text that it stands in', () => {
  const text = 'user: KEEP\npassword: |\n  SECRET "quoted" SECRET\n  SECRET'
  const redacted = 'user: KEEP\npassword: |\n[redacted]'
  const inJson = (message: string) => JSON.stringify({ message, last: 'KEEP' })
  assert.equal(redactText(text), redacted)
  assert.equal(redactText(inJson(text)), inJson(redacted))
  assert.equal(redactText(inJson(inJson(text))), inJson(inJson(redacted)))
  // Of broken JSON the texts cannot be searched one by one.
  const broken = (message: string) => inJson(message).slice(0, -1)
  assert.equal(redactText(broken(text)), broken(redacted))
  assert.equal(redactText(broken(inJson(text))), broken(inJson(redacted)))
})

for (const line of SECRET_TEXTS) {
  test(`in a text, in JSON and in JSON inside JSON: ${line}`, () => {
    for (const text of [line, line.replaceAll('\\n', '\n')]) {
      const kept = text.match(/KEEP\d?/g) ?? []
      const inJson = JSON.stringify({ message: text, last: 'KEEP9' })
      for (const form of [text, inJson, JSON.stringify({ body: inJson })]) {
        const redacted = redactText(form)
        assertRight(redacted, { hidden: ['SECRET'], kept }, form)
        if (form !== text) assert.ok(JSON.parse(redacted))
        assert.equal(redactText(redacted), redacted)
      }
    }
  })
}

test('the forms that docs/security.md names as limits are not recognized; a mended one leaves the page', () => {
  for (const text of [
    'passwords: a1, b2',
    "CREATE USER nova IDENTIFIED BY 's3cret'",
    'rabbitmqctl add_user nova s3cret',
    'contraseña: s3cret',
    '<value>s3cret</value><name>password</name>',
    '&lt;password&gt;s3cret&lt;/password&gt;',
    JSON.stringify({ text: '[{"value": "s3cret"' }),
  ])
    assert.equal(redactText(text), text)
  assert.equal(redactText('{"text":"token: Bearer\\ts3cret"}'), '{"text":"token: [redacted]\\ts3cret"}')
})
