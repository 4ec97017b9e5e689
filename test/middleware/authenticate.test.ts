import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readConfig } from '../../lib/config.ts'
import { createCephDecoder } from '../../lib/events/decode-ceph.ts'
import { createFunction } from '../../lib/function.ts'
import { notification, wireRecord } from '../ceph-records.ts'
import { albEvent, functionUrlEvent, restApiEvent, type SentRequest } from '../envelopes/samples.ts'
import { collectLog } from '../log-lines.ts'
import { createMemorySink } from '../memory-sink.ts'

type Answer = { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: string }
type Environment = Readonly<Record<string, string>>

const functionWith = (environment: Environment) => {
  const sink = createMemorySink()
  const config = readConfig(environment)
  const handler = createFunction({ name: 'test', config, decode: createCephDecoder(config.opaqueSecrets), sink })
  collectLog()
  return { sink, call: async (event: unknown) => (await handler(event, {})) as Answer } // HTTP in, HTTP out.
}

const body = notification(wireRecord('a'))
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const basic = (user: string, token: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}` },
})
const inQuery = (token: string, name = 'token') => ({ query: `${name}=${encodeURIComponent(token)}` })

const admitted: readonly { readonly name: string; readonly tokens: string; readonly shown: Partial<SentRequest> }[] = [
  { name: 'Bearer', tokens: 'abc', shown: bearer('abc') },
  { name: 'bearer in another case', tokens: 'abc', shown: { headers: { authorization: 'bearer abc' } } },
  { name: 'the password of Basic', tokens: 'abc', shown: basic('ceph', 'abc') },
  { name: 'a password with colons', tokens: 'a:b:c', shown: basic('ceph', 'a:b:c') },
  { name: 'a password without a user', tokens: 'abc', shown: basic('', 'abc') },
  { name: '?token=', tokens: 'abc', shown: inQuery('abc') },
  { name: '?access_token=', tokens: 'abc', shown: inQuery('abc', 'access_token') },
  { name: 'a token among other parameters', tokens: 'abc', shown: { query: 'x=1&token=abc&token=' } },
  { name: 'while rotating, the old token', tokens: 'old,new', shown: bearer('old') },
  { name: 'while rotating, the new token', tokens: 'old,new', shown: inQuery('new') },
  { name: 'a right token beside a wrong one', tokens: 'abc', shown: { ...bearer('wrong'), ...inQuery('abc') } },
  { name: '+ % = / in Bearer', tokens: 'a+b%c==/d', shown: bearer('a+b%c==/d') },
  { name: '+ % = / in Basic', tokens: 'a+b%c==/d', shown: basic('ceph', 'a+b%c==/d') },
  { name: '+ % = / in the query, encoded', tokens: 'a+b%c==/d', shown: inQuery('a+b%c==/d') },
  { name: '+ and = in the query, as they are', tokens: 'a+b==', shown: { query: 'token=a+b==' } },
  { name: 'a % that encodes nothing, as it is', tokens: '100%', shown: { query: 'token=100%' } },
  { name: 'non-ASCII in Basic', tokens: 'schlüssel-鍵', shown: basic('ceph', 'schlüssel-鍵') },
  { name: 'non-ASCII in the query', tokens: 'schlüssel-鍵', shown: inQuery('schlüssel-鍵') },
]

describe('lets in who shows a token:', () => {
  for (const { name, tokens, shown } of admitted) {
    test(name, async () => {
      const { call, sink } = functionWith({ AUTH_TOKENS: tokens })
      const { statusCode } = await call(functionUrlEvent({ body, ...shown }))
      assert.deepEqual([statusCode, sink.events.length], [204, 1])
    })
  }
})

const refused: readonly { readonly name: string; readonly shown: Partial<SentRequest> }[] = [
  { name: 'nothing', shown: {} },
  { name: 'a wrong token', shown: bearer('ABC') },
  { name: 'the beginning of a token', shown: bearer('ab') },
  { name: 'two tokens as one', shown: bearer('abc,def') },
  { name: 'an empty Bearer', shown: { headers: { authorization: 'Bearer ' } } },
  { name: 'the token with another scheme', shown: { headers: { authorization: 'Digest abc' } } },
  { name: 'the token without a scheme', shown: { headers: { authorization: 'abc' } } },
  { name: "the user of Basic, a password that isn't", shown: basic('abc', 'x') },
  { name: 'an empty query token', shown: { query: 'token=' } },
  { name: 'a parameter that only ends like ours', shown: { query: 'mytoken=abc' } },
  { name: 'nothing from this machine itself', shown: { sourceIp: '127.0.0.1' } },
]

describe('refuses who shows', () => {
  for (const { name, shown } of refused) {
    test(name, async () => {
      const { call, sink } = functionWith({ AUTH_TOKENS: 'abc,def', ALLOW_ANONYMOUS: 'true' })
      const answer = await call(functionUrlEvent({ body, ...shown }))
      assert.deepEqual(
        [{ ...answer, body: JSON.parse(answer.body) }, sink.events],
        [
          {
            statusCode: 401,
            headers: { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' },
            body: {
              code: 'unauthorized',
              title: 'Unauthorized',
              status: 401,
              detail: 'a token is needed: Authorization: Bearer, Basic, or ?token=',
            },
            isBase64Encoded: false,
          },
          [],
        ],
      )
    })
  }
})

describe('without any secret', () => {
  const callers = [
    { name: 'this machine may call', sent: { sourceIp: '127.0.0.1' }, status: 204 },
    { name: 'by any address of its own', sent: { sourceIp: '127.8.9.1' }, status: 204 },
    { name: 'also by IPv6', sent: { sourceIp: '::1' }, status: 204 },
    { name: 'and by IPv4 in IPv6', sent: { sourceIp: '::ffff:127.0.0.1' }, status: 204 },
    { name: 'others may not', sent: { sourceIp: '192.0.2.7' }, status: 401 },
    { name: 'nor an address that only begins alike', sent: { sourceIp: '127.0.0.1.example' }, status: 401 },
    {
      name: 'nor others through a proxy on this machine',
      sent: { sourceIp: '127.0.0.1', headers: { 'x-forwarded-for': '192.0.2.7' } },
      status: 401,
    },
    {
      name: 'whatever header that proxy writes',
      sent: { sourceIp: '::1', headers: { forwarded: 'for=192.0.2.7' } },
      status: 401,
    },
  ]
  for (const { name, sent, status } of callers) {
    test(name, async () => {
      const { statusCode } = await functionWith({}).call(functionUrlEvent({ body, ...sent }))
      assert.equal(statusCode, status)
    })
  }

  test('a load balancer, which names no peer, is not this machine', async () => {
    assert.equal((await functionWith({}).call(albEvent({ body, sourceIp: '127.0.0.1' }))).statusCode, 401)
  })

  test('everybody may call where ALLOW_ANONYMOUS says so', async () => {
    const { call } = functionWith({ ALLOW_ANONYMOUS: 'true' })
    assert.deepEqual(
      [await call(functionUrlEvent({ body })), await call(restApiEvent({ body }))].map(({ statusCode }) => statusCode),
      [204, 204],
    )
  })
})
