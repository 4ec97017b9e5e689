import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { redactObject } from '../../lib/redaction/redact-object.ts'
import { redactText } from '../../lib/redaction/redact-text.ts'

const FIXTURE = new URL('../fixtures/openstack-secrets/texts.txt', import.meta.url)
const texts = readFileSync(FIXTURE, 'utf8').trim().split('\n')

const PARTS =
  'password pwd token_id x-auth-token apikey user name value key private_key JWT1 password-0 host http:// rabbit:// 10.0.0.1 ' +
  'fa:16:3e 2026-01-02T03:04:05 +00:00 :: : : / @ , ( [ ] { } - -- --password -P ipmitool Bearer BASIC negotiate tokens/ gAAAA ' +
  'eyJhbGciOiJIUzI1NiJ9. abc deadbeef 1234 S3CR3T = | ; ? # & is was machine login token curl --user auth auth= dTpw ' +
  'xoxb-1234567890 ghp_abcdefghijklmnopqrstuvwxyz0123456789'
const part = fc.constantFrom(...PARTS.split(' '), ' ', ' ', '\n')
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

test('a text with a token is no id, though it has the length of one', () => {
  for (const text of ['curl--passwordis(xoxb-1234567890', 'a2345678-passwordis-is(xoxb-12345678']) {
    assert.equal(redactObject({ user_id: text }).object.user_id, redactText(text))
  }
})

for (const key of ['message', 'user_id', 'created_at', 'publisher_id']) {
  test(`each secret of the examples is hidden in an object, under ${key} too`, () => {
    for (const text of texts.filter(longEnough)) {
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
  assert.deepEqual(redactObject(kept).object, kept)
})

test("what Docker keeps under auth is hidden if it is a user's name and password in base64", () => {
  const auth = Buffer.from('alice:S3CR3T').toString('base64')
  const config = { auths: { 'registry.example.org': { auth, email: 'a@example.org' } } }
  const hidden = { auths: { 'registry.example.org': { auth: '[redacted]', email: 'a@example.org' } } }
  assert.deepEqual(redactObject(config).object, hidden)
  assert.deepEqual(JSON.parse(redactText(JSON.stringify(config))), hidden)
  assert.deepEqual(JSON.parse(JSON.parse(redactText(JSON.stringify(JSON.stringify(config))))), hidden)
  for (const other of [{ auth: 'keystone' }, { auth: 'cephx' }, { auth: { identity: { methods: ['token'] } } }]) {
    assert.deepEqual(redactObject(other).object, other)
    assert.equal(redactText(JSON.stringify(other)), JSON.stringify(other))
  }
})
