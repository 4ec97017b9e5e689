import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hideInText } from '../../lib/redaction/hide-in-text.ts'
import { redactObject } from '../../lib/redaction/redact-object.ts'
import { redactText } from '../../lib/redaction/redact-text.ts'
import { SECRET_TEXTS } from './secret-cases.ts'

const PARTS =
  'password pwd token_id x-auth-token apikey user name value key private_key JWT1 password-0 host http:// rabbit:// 10.0.0.1 ' +
  'fa:16:3e 2026-01-02T03:04:05 +00:00 :: : : / @ , ( [ ] { } - -- --password -P ipmitool Bearer BASIC negotiate tokens/ gAAAA ' +
  'eyJhbGciOiJIUzI1NiJ9. abc deadbeef 1234 S3CR3T = | ; ? # & is was machine login token curl --user auth auth= dTpw ' +
  'xoxb-1234567890 ghp_abcdefghijklmnopqrstuvwxyz0123456789 AGE-SECRET-KEY-1ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ ' +
  '$6$abcdefghijklmnopqrstuvwxyz LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t hooks.slack.com/services/abcdefghijklmnopqrstuvwxyz 123456789:AA ' +
  'fe:// 1:// :password:x --password=x %3D pwd%3D \\u0070assword \ufffd ſecret hvs. SG. sk-ant- glpat-abcdefghijklmnopqrstuvwxyz'
const part = fc.constantFrom(...PARTS.split(' '), ' ', ' ', '\n', '\r', '\u00a0')
const mixed = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
/** Shorter texts are not searched in objects. */
const longEnough = (text: string): boolean => text.length >= 7

test('a text in an object is redacted exactly as it is on its own, whatever it is made of', () => {
  fc.assert(
    fc.property(mixed.filter(longEnough), (text) => {
      assert.equal(redactObject({ message: text }).object.message, redactText(text))
    }),
    { numRuns: 3000 },
  )
})

/** Texts as senders nest them: JSON in a text, twice, or percent-encoded. */
const inJson = fc.dictionary(fc.constantFrom('password', 'adminPass', 'message', 'id'), mixed, { maxKeys: 2 })
const anyText = fc.oneof(
  mixed,
  inJson.map((fields) => JSON.stringify(fields)),
  inJson.map((fields) => JSON.stringify(JSON.stringify(fields))),
  mixed.map((text) => JSON.stringify(text)),
  mixed.map((text) => encodeURIComponent(text)),
)
const plainName = fc.constantFrom('message', 'user_id', 'created_at', 'publisher_id', 'URL', 'adminPassword_expires_at')
const secretName = fc.constantFrom('password', 'adminPass', 'X-Auth-Token', '_context_auth_token', 'OS_PASSWORD')
const SECRET = 'S3CR3T value'

test('secrets at any place and under any name are hidden as a search of every text hides them', () => {
  const secret = fc.tuple(secretName, fc.constant(SECRET))
  const { document } = fc.letrec<{ document: object }>((tie) => ({
    document: fc
      .array(
        fc.oneof(
          { maxDepth: 3 },
          fc.tuple(plainName, anyText),
          secret,
          fc.tuple(plainName, fc.oneof(fc.integer(), fc.boolean(), fc.constant(null))),
          fc.tuple(plainName, tie('document')),
          fc.tuple(plainName, fc.array(tie('document'), { maxLength: 2 })),
        ),
        { maxLength: 4 },
      )
      .map((entries) => Object.fromEntries(entries)),
  }))
  fc.assert(
    fc.property(document, (value) => {
      const expected: unknown = JSON.parse(JSON.stringify(value), (_, member: unknown) => {
        if (member === SECRET) return '[redacted]'
        return typeof member === 'string' && longEnough(member) ? hideInText(member) : member
      })
      assert.deepEqual(redactObject(value).object, expected)
    }),
    { numRuns: 2000 },
  )
})

test('the paths of a URL with a numeric host, and what follows a date, are searched', () => {
  for (const [name, text, hidden] of [
    ['url', 'http://10.0.0.1/gAAAAABk12345678abcdefgh', 'http://10.0.0.1/[redacted]'],
    ['created_at', '2026-01-02 03:04:05 pwd=S3CR3T', '2026-01-02 03:04:05 pwd=[redacted]'],
    ['created_at', '2026-01-02T03:04:05password:abcd', '2026-01-02T03:04:05password:[redacted]'],
  ]) {
    assert.deepEqual(redactObject({ [String(name)]: text }).object, { [String(name)]: hidden })
  }
})

test('a text with a token is not an id, though it has the length of one', () => {
  for (const text of ['curl--passwordis(xoxb-1234567890', 'a2345678-passwordis-is(xoxb-12345678']) {
    assert.equal(redactObject({ user_id: text }).object.user_id, redactText(text))
  }
})

for (const key of ['message', 'user_id', 'created_at', 'publisher_id']) {
  test(`each secret of the examples is hidden in an object, under ${key} too`, () => {
    for (const text of SECRET_TEXTS.filter(longEnough)) {
      for (const form of [text, text.replaceAll('\\n', '\n')]) {
        assert.equal(redactObject({ [key]: form }).object[key], redactText(form))
        assert.doesNotMatch(JSON.stringify(redactObject({ [key]: [form] }).object), /SECRET/)
      }
    }
  })
}

test('the lines of a private key are hidden in a list too', () => {
  const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEow', '', 'IBAAKC', '-----END RSA PRIVATE KEY-----']
  const { object } = redactObject({ lines: ['before', ...key, 'after'], other: key.slice(0, 3) })
  const begin = '-----BEGIN RSA PRIVATE KEY[redacted]'
  assert.deepEqual(object, {
    lines: ['before', begin, '[redacted]', '', '[redacted]', '[redacted]', 'after'],
    other: [begin, '[redacted]', ''],
  })
  const kept = { lines: ['-----BEGIN CERTIFICATE-----', 'MIIEow', '-----END CERTIFICATE-----'] }
  assert.deepEqual(redactObject(structuredClone(kept)).object, kept)
})

/** In two parts, so that no scanner of repositories takes them for real ones. */
const TOKENS: readonly (readonly [start: string, end: string])[] = [
  ['hvs', `.${'a1B'.repeat(9)}`],
  ['sk-pr', `oj-${'a1B'.repeat(9)}`],
  ['sk-an', `t-api03-${'a1B'.repeat(9)}`],
  ['sk_li', `ve_${'a1B'.repeat(8)}`],
  ['rk_li', `ve_${'a1B'.repeat(8)}`],
  ['h', `f_${'aB'.repeat(17)}`],
  ['dop', `_v1_${'0a'.repeat(32)}`],
  ['SG', `.${'a'.repeat(22)}.${'b'.repeat(43)}`],
  ['pyp', `i-AgEI${'a1B'.repeat(20)}`],
  ['AIz', `aSy${'a1B'.repeat(11)}`],
  ['123456789', `:AAF${'a1'.repeat(16)}`],
]
const WEBHOOKS: readonly (readonly [start: string, end: string])[] = [
  ['https://hooks.slack', `.com/services/T00000000/B00000000/${'a1B'.repeat(8)}`],
  ['https://discord', `.com/api/webhooks/123456789012345678/${'a1B'.repeat(22)}`],
]

test('tokens with the prefix of a vendor are hidden in texts and objects, and shorter ones are none', () => {
  for (const token of TOKENS.map((parts) => parts.join(''))) {
    const keyed = `the key is in ${token}, see below`
    assert.equal(redactText(keyed), 'the key is in [redacted], see below')
    for (const [name, text] of Object.entries({ message: keyed, user_id: token, id: `x-${token}` })) {
      assert.equal(redactObject({ [name]: text }).object[name], text.replace(token, '[redacted]'))
    }
    for (const near of [token.slice(0, 16), `x${token}`]) assert.equal(redactText(near), near)
  }
})

test('the secret part of the URL of a webhook is hidden', () => {
  for (const url of WEBHOOKS.map((parts) => parts.join(''))) {
    const hidden = url.replace(/(?<=services\/|webhooks\/).*/, '[redacted]')
    assert.equal(redactText(`POST ${url}`), `POST ${hidden}`)
    assert.deepEqual(redactObject({ channel: url }).object, { channel: hidden })
    const short = url.slice(0, 50)
    assert.deepEqual(redactObject({ channel: short }).object, { channel: short })
  }
})

test('a private key in base64 is hidden, and a certificate is not', () => {
  const base64 = (label: string) =>
    Buffer.from(`-----BEGIN ${label}-----\nMIIEow\n-----END ${label}-----\n`).toString('base64')
  const certificate = base64('CERTIFICATE')
  const message = (first: string) => `${first} and ${certificate}`
  assert.equal(redactText(message(base64('RSA PRIVATE KEY'))), message('[redacted]'))
  assert.deepEqual(redactObject({ data: base64('PRIVATE KEY'), other: certificate }).object, {
    data: '[redacted]',
    other: certificate,
  })
})

test("what Docker keeps under auth is hidden if it is a user's name and password in base64", () => {
  const auth = Buffer.from('alice:S3CR3T').toString('base64')
  const config = { auths: { 'registry.example.org': { auth, email: 'a@example.org' } } }
  const hidden = { auths: { 'registry.example.org': { auth: '[redacted]', email: 'a@example.org' } } }
  assert.deepEqual(redactObject(structuredClone(config)).object, hidden)
  assert.deepEqual(JSON.parse(redactText(JSON.stringify(config))), hidden)
  assert.deepEqual(JSON.parse(JSON.parse(redactText(JSON.stringify(JSON.stringify(config))))), hidden)
  for (const other of [{ auth: 'keystone' }, { auth: 'cephx' }, { auth: { identity: { methods: ['token'] } } }]) {
    assert.deepEqual(redactObject(structuredClone(other)).object, other)
    assert.equal(redactText(JSON.stringify(other)), JSON.stringify(other))
  }
})

test('a count is not a secret, and a number under the name of one is', () => {
  const counts = { tokens: 7, max_tokens: 8, secrets: 9 }
  assert.deepEqual(redactObject({ ...counts }).object, counts)
  assert.deepEqual(redactObject({ tokens: 'SECRET', secrets: ['SECRET'], pin: 4321 }).object, {
    tokens: '[redacted]',
    secrets: '[redacted]',
    pin: '[redacted]',
  })
})

test('lists of a name and a value, also with a type between them, are hidden by the name', () => {
  const lists = (value: unknown) => [
    ['password', value],
    ['password', 1, value],
  ]
  assert.deepEqual(redactObject({ lists: lists('SECRET') }).object, { lists: lists('[redacted]') })
  const others = {
    lists: [['password', 'text', 'KEEP'], ['password', 1, 'KEEP', 2], ['KEEP', 1, 'KEEP'], ['password']],
  }
  assert.deepEqual(redactObject(structuredClone(others)).object, others)
})

test('numbers that a double cannot hold, and typed values, are told', () => {
  const flags = (object: object) => {
    const { hasBigNumber, hasTypedValue } = redactObject(object)
    return [hasBigNumber, hasTypedValue]
  }
  assert.deepEqual(flags({ a: [1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 'x'] }), [false, false])
  assert.deepEqual(flags({ a: [2 ** 53] }), [true, false])
  assert.deepEqual(flags({ a: { b: -(2 ** 60) } }), [true, false])
  assert.deepEqual(flags({ a: { __type__: 'date', __value__: 'x' } }), [false, true])
})

test('two hundred levels below an object are searched, and a deeper one is refused', () => {
  const nested = (levels: number): Readonly<Record<string, unknown>> =>
    levels === 1 ? { password: 'SECRET' } : { a: nested(levels - 1) }
  assert.doesNotMatch(JSON.stringify(redactObject(nested(201)).object), /SECRET/)
  assert.throws(() => redactObject(nested(202)), { code: 'decode_failed' })
})

test('many objects side by side are not deep', () => {
  const siblings = Array.from({ length: 300 }, () => ({ a: {} }))
  assert.deepEqual(redactObject({ siblings: structuredClone(siblings) }).object, { siblings })
})

test('the value of an entry with the name of a secret is hidden, in any order, and others are kept', () => {
  const entries = (value: unknown) => [
    { key: 'admin_pass', value },
    { value, type: 'text', name: 'db_password' },
    { header: 'X-Auth-Token', value: [value] },
  ]
  const others = [{ key: 'color', value: 'KEEP' }, { key: 'admin_pass' }, { key: 5, value: 'KEEP' }, { value: 'KEEP' }]
  const { metadata } = redactObject({ metadata: [...entries('SECRET'), ...structuredClone(others)] }).object
  const [first, second] = entries('[redacted]')
  assert.deepEqual(metadata, [first, second, { header: 'X-Auth-Token', value: '[redacted]' }, ...others])
})

test('a name that holds a secret itself is hidden, and the names beside it are not', () => {
  assert.deepEqual(redactObject({ tags: { 'password=S3CR3T': 'KEEP', 'color=KEEP': 5 } }).object, {
    tags: { 'password=[redacted]': 'KEEP', 'color=KEEP': 5 },
  })
  const plain = { tags: { 'color=KEEP': 'KEEP', 'size=KEEP': 5 } }
  assert.deepEqual(redactObject(structuredClone(plain)).object, plain)
})

test('a password that is an option of its program is hidden in the list of its arguments', () => {
  for (const [command, redacted] of [
    [
      ['curl', '--user', 'u:SECRET', 'KEEP'],
      ['curl', '--user', '[redacted]', 'KEEP'],
    ],
    [
      ['mysql', '-pSECRET---', 'KEEP'],
      ['mysql', '-p[redacted]', 'KEEP'],
    ],
  ]) {
    assert.deepEqual(redactObject({ command }).object, { command: redacted })
  }
})

test('arguments that a search of the whole list would merge are searched one by one', () => {
  const command = ['--url', "/?password='", '--pw', 'S3CR3T', "KEEP'KEEP"]
  assert.deepEqual(redactObject({ command }).object, {
    command: ['--url', "/?password='", '--pw', '[redacted]', "KEEP'KEEP"],
  })
})

test('under the name of a secret, what tells nothing is kept', () => {
  const nothing = { password: {}, token: [], secret: null, pin: false, passwd: '', passphrase: '***' }
  assert.deepEqual(redactObject(structuredClone(nothing)).object, nothing)
  assert.deepEqual(redactObject({ auth: 12345678, lines: ['-----BEGIN PRIVATE KEY-----', 5] }).object, {
    auth: 12345678,
    lines: ['-----BEGIN PRIVATE KEY[redacted]', 5],
  })
})
