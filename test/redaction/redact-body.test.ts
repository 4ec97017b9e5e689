import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { redactBody } from '../../lib/redaction/redact-body.ts'
import { redactObject } from '../../lib/redaction/redact-object.ts'
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

test('bytes that are no text are kept as they are, beside what is hidden', () => {
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
