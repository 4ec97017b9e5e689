import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRedact, secretMatcher } from '../../lib/process/secrets.ts'

describe('secretMatcher', () => {
  const isKnown = secretMatcher(['old', 'new', 'schlüssel'])
  for (const secret of ['old', 'new', 'schlüssel']) {
    test(`knows ${secret}`, () => assert.equal(isKnown(secret), true))
  }
  for (const other of ['', 'ol', 'old ', 'OLD', 'xld', 'oxd', 'olx', 'oldnew', 'schlu\u0308ssel']) {
    test(`does not know ${JSON.stringify(other)}`, () => assert.equal(isKnown(other), false))
  }
  test('without secrets, knows nothing', () => assert.equal(secretMatcher([])(''), false))
})

describe('createRedact', () => {
  const redact = createRedact(['a"b+ö', 'short', 'shorter', ''])
  const texts = [
    { name: 'as it is', text: 'x a"b+ö y', left: 'x [redacted] y' },
    { name: 'inside JSON', text: JSON.stringify({ token: 'a"b+ö' }), left: '{"token":"[redacted]"}' },
    { name: 'in a URL', text: `?token=${encodeURIComponent('a"b+ö')}&x`, left: '?token=[redacted]&x' },
    { name: 'again and again', text: 'short,short', left: '[redacted],[redacted]' },
    { name: 'as the longer one', text: 'shorter', left: '[redacted]' },
    { name: 'where there is none', text: 'nothing', left: 'nothing' },
  ]
  for (const { name, text, left } of texts) {
    test(`takes a secret out ${name}, from text and from bytes`, () => {
      assert.deepEqual([redact(text), redact(Buffer.from(text)).toString()], [left, left])
    })
  }

  test('leaves all other bytes as they are', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    assert.deepEqual(redact(bytes), bytes)
    assert.deepEqual(
      redact(Buffer.concat([Buffer.from([0xff, 0xc3]), Buffer.from('a"b+ö'), Buffer.from([0xb6])])),
      Buffer.concat([Buffer.from([0xff, 0xc3]), Buffer.from('[redacted]'), Buffer.from([0xb6])]),
    )
  })

  test('does not look for a short secret in the word that replaced another one', () => {
    assert.equal(createRedact(['a', 'secret.*'])('a secret.* b'), '[redacted] [redacted] b')
  })
  test('without secrets, changes nothing', () => assert.equal(createRedact([])('text'), 'text'))
})
