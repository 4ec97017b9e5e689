import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpV1 } from '../../lib/envelopes/http-envelope.ts'
import { restApiEvent } from './samples.ts'

const origin = { kind: 'http', method: 'POST', path: '/ceph-notifications', query: '', sourceIp: '192.0.2.7' }

test('a POST is one delivery with its bytes, headers and origin', () => {
  const { deliveries } = httpV1.open(restApiEvent({ body: '{"Records":["ä"]}' }))
  assert.deepEqual(deliveries, [
    { body: Buffer.from('{"Records":["ä"]}'), headers: { 'content-type': 'application/json' }, origin },
  ])
})

test("the console's test event, with null for every map and the body, is an empty delivery", () => {
  const event = {
    httpMethod: 'POST',
    path: '/test',
    headers: null,
    multiValueHeaders: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: {},
    body: null,
    isBase64Encoded: false,
  }
  assert.deepEqual(httpV1.open(event).deliveries, [
    { body: Buffer.alloc(0), headers: {}, origin: { ...origin, path: '/test', sourceIp: undefined } },
  ])
})

test('header names become lower case, repeated headers are joined', () => {
  const event = {
    ...restApiEvent(),
    headers: { 'Content-Type': 'application/json', Accept: 'text/plain' },
    multiValueHeaders: { 'Content-Type': ['application/json'], Accept: ['text/html', 'text/plain'], 'X-Gone': null },
  }
  assert.deepEqual(httpV1.open(event).deliveries[0]?.headers, {
    'content-type': 'application/json',
    accept: 'text/html, text/plain',
  })
})

const queries: readonly {
  readonly name: string
  readonly given: Pick<ReturnType<typeof httpV1Query>, 'queryStringParameters' | 'multiValueQueryStringParameters'>
  readonly query: string
}[] = [
  {
    name: 'the decoded query is encoded again',
    given: httpV1Query({ token: 'a+b%=&ö/ c' }, null),
    query: 'token=a%2Bb%25%3D%26%C3%B6%2F%20c',
  },
  {
    name: 'all values of a repeated parameter are kept',
    given: httpV1Query({ token: 'new' }, { token: ['old', 'new'], x: ['1'] }),
    query: 'token=old&token=new&x=1',
  },
  { name: 'a parameter without a value is left out', given: httpV1Query({ token: null }, null), query: '' },
]

for (const { name, given, query } of queries) {
  test(name, () => {
    const [delivery] = httpV1.open({ ...restApiEvent(), ...given }).deliveries
    assert.deepEqual(delivery?.origin, { ...origin, query })
  })
}

test('the answer has the form of payload 1.0', () => {
  assert.deepEqual(httpV1.open(restApiEvent()).seal([{ type: 'ack', events: [], faults: [], dropped: [] }]), {
    statusCode: 204,
    headers: {},
    body: '',
    isBase64Encoded: false,
  })
})

function httpV1Query(
  queryStringParameters: Record<string, string | null>,
  multiValueQueryStringParameters: Record<string, string[]> | null,
) {
  return { queryStringParameters, multiValueQueryStringParameters }
}

test('a body that an emulator hands over as a value is read, and headers that are not texts are left out', () => {
  const event = { ...restApiEvent(), headers: { a: 1, b: 'c' }, multiValueHeaders: { d: 2 }, body: { Records: [] } }
  const [delivery] = httpV1.open(event as unknown as Parameters<typeof httpV1.open>[0]).deliveries
  assert.deepEqual([delivery?.body.toString(), delivery?.headers], ['{"Records":[]}', { b: 'c' }])
})
