import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { redactBody } from '../../lib/redaction/redact-body.ts'
import { redactObject } from '../../lib/redaction/redact-object.ts'
import { redactText } from '../../lib/redaction/redact-text.ts'
import { isSecretName } from '../../lib/redaction/secret-key.ts'
import { assertRight, formsOf, SECRET_CASES } from './secret-cases.ts'

for (const example of SECRET_CASES) {
  test(`${example.name}: the body has no secret, and the rest, in each of its forms`, () => {
    for (const [form, body] of Object.entries(formsOf(example))) assertRight(redactBody(body), example, form)
  })

  test(`${example.name}: the object has no secret, and the rest`, () => {
    assertRight(JSON.stringify(redactObject(example.message).object), example, 'object')
  })
}

test('a body in UTF-16, with a mark or without, is searched, and comes out in UTF-8', () => {
  const text = '{"password":"SECRET","name":"KEEP"}'
  const redacted = '{"password":"[redacted]","name":"KEEP"}'
  for (const mark of ['', '\ufeff']) {
    const little = Buffer.from(mark + text, 'utf16le')
    const big = Buffer.from(little).swap16()
    for (const bytes of [little, big]) assert.equal(redactBody(bytes).toString().replace('\ufeff', ''), redacted)
  }
})

test('bytes that are not text are kept as they are, beside what is hidden', () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0x80]), Buffer.from(' password=SECRET x'), Buffer.from([0xe9])])
  const expected = Buffer.concat([
    Buffer.from([0xff, 0x80]),
    Buffer.from(' password=[redacted] x'),
    Buffer.from([0xe9]),
  ])
  assert.deepEqual(redactBody(bytes), expected)
  const plain = Buffer.from([0xff, 0x80, 0x41])
  assert.equal(redactBody(plain), plain)
})

test('a body in base64 inside a CloudEvent is searched, and stays in base64', () => {
  const wrapped = (text: string) => `{"specversion":"1.0","data_base64":"${Buffer.from(text).toString('base64')}"}`
  assert.equal(redactBody(wrapped('password=SECRET x')), wrapped('password=[redacted] x'))
  assert.equal(redactBody(wrapped('nothing to hide')), wrapped('nothing to hide'))
  const packed = { data_base64: gzipSync('password=SECRET').toString('base64') }
  const { data_base64: data } = JSON.parse(redactBody(JSON.stringify(packed)))
  assert.equal(Buffer.from(data, 'base64').toString(), 'password=[redacted]')
})

const plainKeys =
  'secret_uuid secret_ref secret_href encryption_secret_uuid token_expires_at password_expires_at public_key key_name ' +
  'key_data bypass compass encryption_key_id trusted_image_certificates auth_url username audit_ids'
test('keys that only speak of secrets are left alone', () => {
  assert.deepEqual(plainKeys.split(' ').filter(isSecretName), [])
})

const texts: [text: string, redacted: string][] = [
  ['{"auth_token": "S", "x": 1}', '{"auth_token": "[redacted]", "x": 1}'],
  [
    '{"m":"{\\"auth_token\\": \\"S\\\\\\"S\\", \\"y\\": 2}"}',
    '{"m":"{\\"auth_token\\": \\"[redacted]\\", \\"y\\": 2}"}',
  ],
  [
    "{'adminPass': 'S', 'b': u'1', 'password': u'S', 'token': None}",
    "{'adminPass': '[redacted]', 'b': u'1', 'password': u'[redacted]', 'token': None}",
  ],
  ['{"service_catalog": [{"a":"]"}, "S"], "q": 1}', '{"service_catalog": "[redacted]", "q": 1}'],
  ['{"password": 123}', '{"password": "[redacted]"}'],
  ['{"text":"the token: S", "d": 1}', '{"text":"the token: [redacted]", "d": 1}'],
  ['{"password":"S', '{"password":"[redacted]'],
  ['{"password":["S', '{"password":"[redacted]"'],
  ['/?password=S&x=1', '/?password=[redacted]&x=1'],
  ['x gAAAAABkS-S_S1234567= y', 'x [redacted] y'],
  ['{"secret_uuid":"1","bypass":"2"}', '{"secret_uuid":"1","bypass":"2"}'],
]
for (const [text, redacted] of texts) {
  test(`${text} becomes ${redacted}`, () => {
    assert.equal(redactText(text), redacted)
  })
}

const TOKEN = `gAAAAABk${'S3CR3T'.repeat(20)}`
const bodies: [name: string, body: Buffer][] = [
  ['cut off', Buffer.from(`{"oslo.version":"2.0","oslo.message":"{\\"_context_auth_token\\": \\"${TOKEN}`)],
  ['no text', Buffer.concat([Buffer.from([0xff]), Buffer.from(`{"password":"${TOKEN}"}`)])],
  ['compressed', deflateSync(`{"password":"${TOKEN}"}`)],
  ['in base64 in a CloudEvent', Buffer.from(JSON.stringify({ data_base64: Buffer.from(TOKEN).toString('base64') }))],
]
for (const [name, body] of bodies) {
  test(`a dead letter's body that is ${name} holds no secret`, () => {
    const redacted = redactBody(body).toString('latin1')
    const wrapped = /"data_base64":"([^"]+)/.exec(redacted)?.[1] ?? ''
    assert.doesNotMatch(redacted + Buffer.from(wrapped, 'base64').toString('latin1'), /S3CR3T/)
    assert.match(redacted + Buffer.from(wrapped, 'base64').toString('latin1'), /\[redacted\]/)
  })
}

test('compressed bytes that cannot be read are left out as a whole', () => {
  assert.equal(redactBody(deflateSync(TOKEN).subarray(0, 20)).toString(), '[redacted]')
})

test('a body that cannot be searched is left out, with its length and hash', () => {
  const body = Object.defineProperty(Buffer.from('S3CR3T'), 'toString', {
    value: () => {
      throw new RangeError('Invalid string length')
    },
  })
  assert.match(redactBody(body).toString(), /^\[redacted: .* \(RangeError\); it has 6 bytes, SHA-256 [\da-f]{64}\]$/)
})

test('a body without secrets is not touched', () => {
  const body = Buffer.from('{"Records":[{"öbject":"x"}]}')
  assert.equal(redactBody(body), body)
})

test('bytes in UTF-16 are known by their mark, also where hardly any character is ASCII', () => {
  const text = `\ufeff${'\u4e2d'.repeat(100)} pwd=S3CR3T`
  const redacted = `${'\u4e2d'.repeat(100)} pwd=[redacted]`
  const little = Buffer.from(text, 'utf16le')
  const big = Buffer.from(little).swap16()
  for (const bytes of [little, big]) assert.equal(redactBody(bytes).toString(), redacted)
})

test('one byte of a mark is not a mark', () => {
  for (const mark of [
    [0xff, 0x41],
    [0x41, 0xfe],
    [0xfe, 0x41],
    [0x41, 0xff],
  ]) {
    const bytes = (end: string) => Buffer.concat([Buffer.from(mark), Buffer.from(` password=${end} x`)])
    assert.deepEqual(redactBody(bytes('SECRET')), bytes('[redacted]'))
  }
})

test('a body in UTF-32 comes out in UTF-8, and one with a single zero is left as it is', () => {
  const wide = Buffer.from([...'password=SECRET x'].flatMap((character) => [character.charCodeAt(0), 0, 0, 0]))
  assert.equal(redactBody(wide).toString(), 'password=[redacted] x')
  assert.equal(
    redactBody(Buffer.from('\0 a text that is longer, password=SECRET x')).toString(),
    '\0 a text that is longer, password=[redacted] x',
  )
  const empty = Buffer.alloc(0)
  assert.equal(redactBody(empty), empty)
})

test('UTF-16 without a secret becomes UTF-8, and stays as it is where it has a broken character', () => {
  assert.equal(redactBody(Buffer.from('an \u00e4 in a text', 'utf16le')).toString(), 'an \u00e4 in a text')
  const broken = Buffer.from('a \ud800 in a text', 'utf16le')
  assert.equal(redactBody(broken), broken)
})

test('a body that was compressed twice is left out, and one whose content is not a text is kept without its secrets', () => {
  assert.equal(redactBody(gzipSync(gzipSync('password=SECRET'))).toString(), '[redacted]')
  const bytes = (end: string) => Buffer.concat([Buffer.from([0xff, 0x80]), Buffer.from(` password=${end}`)])
  assert.deepEqual(redactBody(gzipSync(bytes('SECRET'))), bytes('[redacted]'))
})

test('base64 without a secret keeps its spelling', () => {
  for (const data of ['a-_b', 'YQ']) {
    const body = `{"data_base64":"${data}"}`
    assert.equal(redactBody(body), body)
  }
})
