import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { redactBody } from '../../lib/redaction/redact-body.ts'
import { redactText } from '../../lib/redaction/redact-text.ts'
import { openstackCaptures, openstackLookAlikes } from '../fixtures.ts'
import { decode, deliver, eventOf } from './delivery.ts'

const secretKeys =
  'auth_token _context_auth_token service_token X-Auth-Token token tokens token_id auth_token_info service_catalog ' +
  '_context_service_catalog _context_trust_id _context_trustor_user_id _context_password password adminPass admin_pass ' +
  'admin_password db-password passwords password_hash passwd pwd passphrase secret secrets client_secret secret_key ' +
  'private_key api_key apikey access_key auth_key psk provider_auth authorization cookie user_data injected_files'
for (const key of secretKeys.split(' ')) {
  test(`what stands under ${key} is hidden`, () => {
    const { payload } = eventOf({ event_type: 'x', payload: { a: [{ [key]: { b: 'S3CR3T' } }], [key]: 'S3CR3T' } }).data
    assert.deepEqual(payload, { a: [{ [key]: '[redacted]' }], [key]: '[redacted]' })
  })
}

test('nothing, yes and no stay, and say that there was no secret', () => {
  const payload = { auth_token: null, password: '', service_catalog: [], token: {}, secret: false }
  assert.deepEqual(eventOf({ event_type: 'x', payload }).data.payload, payload)
})

test("a secret among ceilometer's traits is hidden, as its name is in the list with it", () => {
  const traits = [
    ['auth_token', 1, 'S3CR3T'],
    ['vcpus', 2, 2],
  ]
  const { payload } = eventOf([{ event_type: 'x', message_id: 'm', traits }]).data
  assert.deepEqual(payload, { auth_token: '[redacted]', vcpus: 2 })
})

test('a number under a secret key is hidden, however big', () => {
  const body = '{"event_type":"x","payload":{"password":12345678901234567890,"token":7}}'
  assert.deepEqual(eventOf(body).data.payload, { password: '[redacted]', token: '[redacted]' })
})

/** ironic masks its passwords itself, by asterisks. */
test('what holds no secret is left as it is: no id, name or text of a capture is touched', () => {
  for (const { name, body } of openstackCaptures().filter(({ body }) => !/gAAAA|\*{6}/.test(body))) {
    if (!/rpc\//.test(name)) assert.doesNotMatch(JSON.stringify(decode(deliver(body))), /redacted/, name)
  }
})

const TOKEN = `gAAAAABk${'S3CR3T'.repeat(20)}`
test('a count is not a secret, and a number under the name of one is', () => {
  const payload = { tokens: 7, max_tokens: 8, secrets: 9, password: 1234, pin: 4321 }
  const expected = { ...payload, password: '[redacted]', pin: '[redacted]' }
  assert.deepEqual(eventOf({ event_type: 'x', payload }).data.payload, expected)
  assert.deepEqual(JSON.parse(redactText(JSON.stringify(payload))), expected)
})

test('lists of names and values in an event are hidden by the name, entries, pairs and arguments alike', () => {
  const payload = {
    entries: [
      { value: 'S', key: 'admin_pass' },
      { name: 'color', value: 'red' },
      { path: '/a/password', value: { b: 'S' } },
    ],
    pairs: [
      ['X-Auth-Token', 'S'],
      ['Accept', 'json'],
    ],
    command: ['ipmitool', '-U', 'admin', '-P', 'S', '--password', 'S', '-f', 'x'],
    methods: ['password', 'token'],
  }
  assert.deepEqual(eventOf({ event_type: 'x', payload }).data.payload, {
    entries: [
      { value: '[redacted]', key: 'admin_pass' },
      { name: 'color', value: 'red' },
      { path: '/a/password', value: '[redacted]' },
    ],
    pairs: [
      ['X-Auth-Token', '[redacted]'],
      ['Accept', 'json'],
    ],
    command: ['ipmitool', '-U', 'admin', '-P', '[redacted]', '--password', '[redacted]', '-f', 'x'],
    methods: ['password', 'token'],
  })
})

test('no token is left in the body of any message, captured or written', () => {
  for (const { name, body } of [...openstackCaptures(), ...openstackLookAlikes()]) {
    assert.doesNotMatch(redactBody(Buffer.from(body)).toString('latin1'), /gAAAA/, name)
  }
})

const secretKey = fc.constantFrom(...secretKeys.split(' '))
/** A document with one place to plant something at, any number of levels down. */
const planted = (leaf: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.tuple(fc.jsonValue(), tie('node')).map(([other, node]) => ({ other, node })),
      fc.tuple(fc.jsonValue(), tie('node')).map(([other, node]) => [other, node]),
    ),
  })).node

const wrap = (payload: unknown, isEnveloped: boolean): string => {
  const message = JSON.stringify({ event_type: 'x', payload, _context_auth_token: 'S3CR3T' })
  return isEnveloped ? JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': message }) : message
}

test('a secret under a secret key comes out nowhere, whatever is around it', () => {
  const leaf = fc.tuple(secretKey, fc.jsonValue()).map(([key, other]) => ({ [key]: ['S3CR3T', other], more: other }))
  fc.assert(
    fc.property(planted(leaf), fc.boolean(), (payload, isEnveloped) => {
      const body = wrap(payload, isEnveloped)
      assert.doesNotMatch(JSON.stringify(decode(deliver(body))), /S3CR3T/)
      assert.doesNotMatch(redactBody(Buffer.from(body)).toString(), /S3CR3T/)
    }),
  )
})

test("a token of keystone's comes out nowhere, whatever text it stands in, and be it a name", () => {
  const around = fc.tuple(fc.string(), fc.string()).map(([before, after]) => `${before}${TOKEN}${after}`)
  const leaf = fc.oneof(
    around,
    around.map((name) => ({ [name]: 1 })),
  )
  fc.assert(
    fc.property(planted(leaf), fc.boolean(), fc.boolean(), (payload, isEnveloped, isEscaped) => {
      const body = wrap(payload, isEnveloped)
      const escaped = isEscaped ? body.replaceAll('gAAAA', isEnveloped ? '\\\\u0067AAAA' : '\\u0067AAAA') : body
      assert.doesNotMatch(JSON.stringify(decode(deliver(escaped))), /S3CR3T/)
      if (!isEscaped) assert.doesNotMatch(redactBody(Buffer.from(body)).toString(), /S3CR3T/)
    }),
  )
})
