import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpV2 } from '../../lib/envelopes/http-envelope.ts'
import { functionUrlEvent } from './samples.ts'

const origin = { kind: 'http', method: 'POST', path: '/ceph-notifications', query: '', sourceIp: '192.0.2.7' }

test('a POST is one delivery with its bytes, headers and origin', () => {
  const { deliveries } = httpV2.open(
    functionUrlEvent({ body: '{"Records":["ä"]}', query: 'token=a%2Bb', headers: { 'ce-id': 'x' } }),
  )
  assert.deepEqual(deliveries, [
    { body: Buffer.from('{"Records":["ä"]}'), headers: { 'ce-id': 'x' }, origin: { ...origin, query: 'token=a%2Bb' } },
  ])
})

test('a body in base64 comes out byte for byte, also where it is not a text', () => {
  const bytes = Buffer.from([0, 0xff, 0xfe, 0x7b, 0xc3])
  assert.deepEqual(httpV2.open(functionUrlEvent({ body: bytes })).deliveries[0]?.body, bytes)
})

test('what a platform leaves out is empty', () => {
  const bare = { version: '2.0', rawPath: '/', requestContext: { http: { method: 'POST' } } } as const
  assert.deepEqual(httpV2.open(bare).deliveries, [
    {
      body: Buffer.alloc(0),
      headers: {},
      origin: { kind: 'http', method: 'POST', path: '/', query: '', sourceIp: undefined },
    },
  ])
})

test('a content type with a charset goes on as it came', () => {
  const headers = { 'content-type': 'application/json; charset=UTF-8' }
  assert.deepEqual(httpV2.open(functionUrlEvent({ headers })).deliveries[0]?.headers, headers)
})

test('the answer has the form of payload 2.0', () => {
  const { seal } = httpV2.open(functionUrlEvent())
  assert.deepEqual(seal([{ type: 'ack', events: ['1'], faults: [], dropped: [] }]), {
    statusCode: 204,
    headers: {},
    body: '',
    isBase64Encoded: false,
  })
})

test('a payload 1.0 behind a custom domain, which has rawPath too, is not taken for 2.0', () => {
  assert.equal(httpV2.matches({ rawPath: '/x', path: '/x', httpMethod: 'POST', requestContext: {} }), false)
})
