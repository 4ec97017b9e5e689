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
    { name: 'where there is no secret', text: 'nothing', left: 'nothing' },
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
    assert.equal(createRedact(['acted', 'secret.*'])('acted secret.* b'), '[redacted] [redacted] b')
  })
  describe('with a secret of fewer than 4 characters', () => {
    const redact = createRedact(['a', 'x$'])
    const texts = [
      { text: 'amqp://user:a@host:5672/vhost', left: 'amqp://user:[redacted]@host:5672/vhost' },
      { text: 'amqp://user:x%24@host', left: 'amqp://user:[redacted]@host' },
      { text: '?token=a&x=1', left: '?token=[redacted]&x=1' },
      { text: '?x=1&token=x$', left: '?x=1&token=[redacted]' },
      {
        text: '{"token":"x$","text":"{\\"token\\":\\"a\\"}"}',
        left: '{"token":"[redacted]","text":"{\\"token\\":\\"[redacted]\\"}"}',
      },
      { text: 'a message of a relay: ?tax=aa&a=1 a:aa@a', left: 'a message of a relay: ?tax=aa&a=1 a:aa@a' },
    ]
    for (const { text, left } of texts) {
      test(`takes it out where it is a whole value, and nowhere else: ${text}`, () => {
        assert.deepEqual([redact(text), redact(Buffer.from(text)).toString()], [left, left])
      })
    }
    test('says so', () => {
      assert.deepEqual([redact.hasShort, createRedact(['long', '']).hasShort], [true, false])
    })
  })

  test('without secrets, changes nothing', () => assert.equal(createRedact([])('text'), 'text'))
})
