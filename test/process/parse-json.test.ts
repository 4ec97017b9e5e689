import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DecodeError } from '../../lib/process/errors.ts'
import { parseJson } from '../../lib/process/parse-json.ts'

const failures: [name: string, body: Buffer, message: string][] = [
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'the body is not valid UTF-8'],
  ['a text cut off', Buffer.from('{"Records":['), 'the body is not JSON: it ends too early'],
  ['a text without end', Buffer.from('{"Records":["a'), 'the body is not JSON: look at position 14'],
  ['a stray bracket', Buffer.from('{"Records":[}'), 'the body is not JSON'],
  [
    'nesting that no reader survives',
    Buffer.from(`${'['.repeat(6000)}${']'.repeat(6000)}`),
    'the body is nested more than 200 levels deep',
  ],
]
for (const [name, body, message] of failures) {
  test(`${name}: ${message}`, () => {
    assert.throws(() => parseJson(body), new DecodeError(message))
  })
}

test('the message never quotes the body', () => {
  assert.throws(
    () => parseJson(Buffer.from('{"opaqueData":"s3cr3t"oops}')),
    (error: unknown) =>
      error instanceof DecodeError && !JSON.stringify([error.message, error.cause]).includes('s3cr3t'),
  )
})

test('any JSON comes back as it was, any bytes give a value or a DecodeError', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(parseJson(Buffer.from(text)), JSON.parse(text))
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseJson(Buffer.from(bytes))
      } catch (error) {
        assert.ok(error instanceof DecodeError)
      }
    }),
  )
})
