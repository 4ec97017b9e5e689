import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alb } from '../../lib/envelopes/http-envelope.ts'
import { SinkUnavailableError } from '../../lib/process/errors.ts'
import { albEvent, multiValueAlbEvent } from './samples.ts'

const modes = [
  { mode: 'single values', wrap: albEvent },
  { mode: 'multi values', wrap: multiValueAlbEvent },
]

for (const { mode, wrap } of modes) {
  test(`${mode}: a POST is one delivery, its query as it stood in the URL`, () => {
    const { deliveries } = alb.open(wrap({ query: 'token=a%2Bb%25+c', body: Buffer.from('{}') }))
    assert.deepEqual(deliveries, [
      {
        body: Buffer.from('{}'),
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.7' },
        origin: {
          kind: 'http',
          method: 'POST',
          path: '/ceph-notifications',
          query: 'token=a%2Bb%25+c',
          // The balancer names no peer: what it says of one stands in a header that a client can write.
          sourceIp: undefined,
        },
      },
    ])
  })

  test(`${mode}: an empty body is an empty delivery`, () => {
    assert.deepEqual(alb.open(wrap({ body: '' })).deliveries[0]?.body, Buffer.alloc(0))
  })
}

test('multi values: each value of a repeated parameter and header is kept', () => {
  const event = {
    ...multiValueAlbEvent({ query: 'token=old&token=new' }),
    multiValueHeaders: { accept: ['text/html', 'application/json'] },
  }
  const [delivery] = alb.open(event).deliveries
  assert.deepEqual(
    { headers: delivery?.headers, query: delivery?.origin.kind === 'http' && delivery.origin.query },
    { headers: { accept: 'text/html, application/json' }, query: 'token=old&token=new' },
  )
})

const retry = { type: 'retry', error: new SinkUnavailableError('down'), retryAfterSeconds: 7 } as const
const headers = { 'content-type': 'application/problem+json', 'retry-after': '7' }

test('single values: the answer has single headers', () => {
  const { body: _body, ...answer } = alb.open(albEvent()).seal([retry]) as Record<string, unknown> // An ALB's answer.
  assert.deepEqual(answer, { statusCode: 503, headers, isBase64Encoded: false })
})

test('multi values: the answer has multi-value headers only', () => {
  const { body: _body, ...answer } = alb.open(multiValueAlbEvent()).seal([retry]) as Record<string, unknown> // As above.
  assert.deepEqual(answer, {
    statusCode: 503,
    multiValueHeaders: { 'content-type': ['application/problem+json'], 'retry-after': ['7'] },
    isBase64Encoded: false,
  })
})
