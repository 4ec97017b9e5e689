import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReply, toUrlEvent } from '../../lib/hosts/lambda-call.ts'

describe('what a handler returns is answered as a function URL answers it:', () => {
  const json = { 'content-type': 'application/json' }
  const cases: readonly (readonly [what: string, result: unknown, status: number, headers: object, body: string])[] = [
    ['nothing', undefined, 204, {}, ''],
    ['null', null, 204, {}, ''],
    ['an object', { a: 1 }, 200, json, '{"a":1}'],
    ['a text', 'hi', 200, json, '"hi"'],
    ['false', false, 200, json, 'false'],
    ['a status', { statusCode: 202 }, 202, {}, ''],
    ['a status as text', { statusCode: '202', body: 'x' }, 202, {}, 'x'],
    ['headers', { statusCode: 200, headers: { 'X-A': 'b', 'x-n': 1 }, body: '' }, 200, { 'x-a': 'b', 'x-n': '1' }, ''],
    [
      'headers of the connection',
      { statusCode: 200, headers: { 'Content-Length': '999', Connection: 'x' } },
      200,
      {},
      '',
    ],
    ['cookies', { statusCode: 200, cookies: ['a=b', 'c=d'] }, 200, { 'set-cookie': ['a=b', 'c=d'] }, ''],
    ['bytes', { statusCode: 200, body: '/w==', isBase64Encoded: true }, 200, {}, '\u{fffd}'],
    ['an object as body', { statusCode: 200, body: { a: 1 } }, 200, json, '{"a":1}'],
  ]
  for (const [what, result, status, headers, body] of cases) {
    test(what, () => {
      const reply = toReply(result, {})
      assert.deepEqual([reply.status, reply.headers, reply.body.toString()], [status, headers, body])
    })
  }

  for (const result of [
    { statusCode: 99 },
    { statusCode: 'ok' },
    { statusCode: 200, headers: { 'a b': 'c' } },
    { statusCode: 200, headers: { a: 'b\r\nc: d' } },
  ]) {
    test(`not ${JSON.stringify(result)}`, () => {
      assert.throws(() => toReply(result, {}), TypeError)
    })
  }

  test('a broker that hears events only gets no other answer, unless the handler states it', () => {
    assert.equal(toReply({ a: 1 }, { prefer: 'reply' }).status, 204)
    assert.equal(toReply({ statusCode: 200, body: '{}' }, { prefer: 'reply' }).status, 200)
  })
})

test('a body that is text goes to a handler as it is, other bytes in base64', () => {
  const origin = { kind: 'http', method: 'POST', path: '/a', query: 'a=b&a=c%20d&e', sourceIp: '192.0.2.7' } as const
  const event = (body: Buffer) => toUrlEvent({ headers: { cookie: 'a=b; c=d', host: 'h' }, origin }, body)
  const text = event(Buffer.from('grün'))
  const bytes = event(Buffer.from([0xff]))
  assert.deepEqual([text.body, text.isBase64Encoded], ['grün', false])
  assert.deepEqual([bytes.body, bytes.isBase64Encoded], ['/w==', true])
  assert.deepEqual(
    [text.rawQueryString, text.queryStringParameters, text.cookies, 'body' in event(Buffer.alloc(0))],
    ['a=b&a=c%20d&e', { a: 'b,c d', e: '' }, ['a=b', 'c=d'], false],
  )
})
