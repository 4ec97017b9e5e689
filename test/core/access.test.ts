import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CEPH_SETTINGS } from '../../lib/ceph/ceph-settings.ts'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createFunction } from '../../lib/kit/function.ts'
import { readSettings } from '../../lib/process/settings.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { albEvent, functionUrlEvent, restApiEvent, type SentRequest } from '../envelopes/samples.ts'
import { collectLog } from '../log-lines.ts'
import { createMemorySink } from '../memory-sink.ts'

type Answer = { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: string }
type Environment = Readonly<Record<string, string>>

const functionWith = (environment: Environment) => {
  const sink = createMemorySink()
  const config = readConfig(environment)
  const { OPAQUE_SECRETS: secrets } = readSettings(CEPH_SETTINGS, environment)
  const handler = createFunction({ name: 'test', config, decode: createCephDecoder(secrets), secrets, sink })
  const log = collectLog()
  return { sink, log, call: async (event: unknown) => (await handler(event, {})) as Answer } // HTTP in, HTTP out.
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

const NONE = 'a token is needed: Authorization: Bearer, Basic, or ?token='
const UNKNOWN = 'the token is not known: show one that is in AUTH_TOKENS'

const refused: readonly { readonly name: string; readonly shown: Partial<SentRequest>; readonly detail: string }[] = [
  { name: 'nothing', shown: {}, detail: NONE },
  { name: 'a wrong token', shown: bearer('ABC'), detail: UNKNOWN },
  { name: 'a wrong token in the query', shown: inQuery('ABC'), detail: UNKNOWN },
  { name: 'the beginning of a token', shown: bearer('ab'), detail: UNKNOWN },
  { name: 'two tokens as one', shown: bearer('abc,def'), detail: UNKNOWN },
  { name: 'an empty Bearer', shown: { headers: { authorization: 'Bearer ' } }, detail: NONE },
  { name: 'the token with another scheme', shown: { headers: { authorization: 'Digest abc' } }, detail: NONE },
  { name: 'the token without a scheme', shown: { headers: { authorization: 'abc' } }, detail: NONE },
  { name: 'a scheme that runs into the token', shown: { headers: { authorization: 'bearerabc' } }, detail: NONE },
  { name: 'a right token after many others', shown: { query: `${'token=x&'.repeat(8)}token=abc` }, detail: UNKNOWN },
  { name: 'the token among words', shown: { headers: { authorization: 'Bearer abc x' } }, detail: NONE },
  { name: "the user of Basic, a password that isn't", shown: basic('abc', 'x'), detail: UNKNOWN },
  { name: 'an empty query token', shown: { query: 'token=' }, detail: NONE },
  { name: 'a parameter that only ends like ours', shown: { query: 'mytoken=abc' }, detail: NONE },
  { name: 'nothing from this machine itself', shown: { sourceIp: '127.0.0.1' }, detail: NONE },
]

describe('refuses who shows', () => {
  for (const { name, shown, detail } of refused) {
    test(name, async () => {
      const { call, sink } = functionWith({ AUTH_TOKENS: 'abc,def', ALLOW_ANONYMOUS: 'true' })
      const answer = await call(functionUrlEvent({ body, ...shown }))
      assert.deepEqual(
        [{ ...answer, body: JSON.parse(answer.body) }, sink.events],
        [
          {
            statusCode: 401,
            headers: { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' },
            body: { code: 'unauthorized', title: 'Unauthorized', status: 401, detail },
            isBase64Encoded: false,
          },
          [],
        ],
      )
    })
  }

  test('a refused caller is logged with its address and path, without the query', async () => {
    const { call, log } = functionWith({ AUTH_TOKENS: 'abc' })
    await call(functionUrlEvent({ body, query: 'token=somebodys-secret', path: '/ceph-notifications' }))
    const [{ time: _time, name: _name, durationMs: _durationMs, ...line } = {}] = log
    assert.deepEqual(line, {
      level: 'warn',
      message: 'refused',
      function: 'test',
      peer: '192.0.2.7',
      path: '/ceph-notifications',
      outcome: 'reject',
      error: { name: 'AuthenticationError', message: UNKNOWN, code: 'unauthorized' },
    })
  })

  test('thousands of tokens at once, at little cost', async () => {
    const { call } = functionWith({ AUTH_TOKENS: 'abc' })
    const before = process.cpuUsage()
    const { statusCode } = await call(functionUrlEvent({ body, query: 'token=a&'.repeat(100_000) }))
    const { user } = process.cpuUsage(before)
    assert.equal(statusCode, 401)
    assert.ok(user < 250_000, `${user} µs`)
  })
})

describe('without any secret', () => {
  const callers = [
    { name: 'this machine may call', sent: { sourceIp: '127.0.0.1' }, status: 204 },
    { name: 'by any address of its own', sent: { sourceIp: '127.8.9.1' }, status: 204 },
    { name: 'also by IPv6', sent: { sourceIp: '::1' }, status: 204 },
    { name: 'and by IPv4 in IPv6', sent: { sourceIp: '::ffff:127.0.0.1' }, status: 204 },
    { name: 'others may not', sent: { sourceIp: '192.0.2.7' }, status: 401 },
    { name: 'nor an address that only begins alike', sent: { sourceIp: '127.0.0.1.example' }, status: 401 },
  ]
  for (const { name, sent, status } of callers) {
    test(name, async () => {
      const { statusCode } = await functionWith({}).call(functionUrlEvent({ body, ...sent }))
      assert.equal(statusCode, status)
    })
  }

  const local = (headers: Record<string, string>, path = '/ceph-notifications') => ({
    sourceIp: '127.0.0.1',
    headers,
    path,
  })

  const hosts: readonly (readonly [host: string, status: number])[] = [
    ['localhost', 204],
    ['localhost:8080', 204],
    ['LocalHost:8080', 204],
    ['127.0.0.1:8080', 204],
    ['127.1.2.3', 204],
    ['[::1]:8080', 204],
    ['[::ffff:127.0.0.1]:8080', 204],
    ['', 401],
    ['localhost.evil.example', 401],
    ['evil.example', 401],
    ['evil.example:8080', 401],
    ['127.0.0.1.evil.example', 401],
    ['localhost.', 401],
    ['my.localhost', 401],
    ['0.0.0.0:8080', 401],
    ['192.0.2.7', 401],
    ['localhost:8080, evil.example', 401],
    ['localhost@evil.example', 401],
    ['localhost:8080@evil.example', 401],
    ['127.0.0.1]', 401],
  ]
  for (const [host, status] of hosts) {
    test(`a request to the host "${host}" is answered ${status}`, async () => {
      assert.equal((await functionWith({}).call(functionUrlEvent({ body, ...local({ host }) }))).statusCode, status)
    })
  }

  const pages: readonly (readonly [name: string, headers: Record<string, string>, status: number])[] = [
    ['of the host itself', { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }, 204],
    ['that a person asked for', { 'sec-fetch-site': 'none' }, 204],
    ['of another site', { origin: 'https://evil.example' }, 401],
    ['of another site, without Origin', { 'sec-fetch-site': 'cross-site' }, 401],
    ['of another port', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }, 401],
    ['of another port, in an old browser', { origin: 'http://localhost:3000' }, 401],
    ['of another scheme', { origin: 'https://localhost:8080' }, 401],
    ['in a sandbox', { origin: 'null' }, 401],
    ['that begins alike', { origin: 'http://localhost:8080.evil.example' }, 401],
    ['that says it twice', { 'sec-fetch-site': 'same-origin, cross-site' }, 401],
  ]
  for (const [name, headers, status] of pages) {
    test(`a page ${name} is answered ${status}`, async () => {
      const sent = local({ host: 'localhost:8080', 'content-type': 'text/plain', ...headers })
      assert.equal((await functionWith({}).call(functionUrlEvent({ body, ...sent }))).statusCode, status)
    })
  }

  test('a page of any site is refused where the request names no host', async () => {
    const sent = local({ origin: 'http://localhost:8080' })
    assert.equal((await functionWith({}).call(functionUrlEvent({ body, ...sent }))).statusCode, 401)
  })

  const reasons: readonly (readonly [reason: string, sent: Partial<SentRequest>])[] = [
    ['only this machine may call', { sourceIp: '192.0.2.7' }],
    ['nobody may call through a proxy', local({ via: '1.1 proxy' })],
    ['nobody may call as one calls a proxy', local({}, 'http://localhost/')],
    ['the Host header has to be localhost or a loopback address', local({ host: 'evil.example' })],
    ['no other web site may call', local({ 'sec-fetch-site': 'cross-site' })],
  ]
  for (const [reason, sent] of reasons) {
    test(`a refusal says that ${reason}, and what to set`, async () => {
      const answer = await functionWith({}).call(functionUrlEvent({ body, ...sent }))
      assert.match(answer.body, new RegExp(`no secret is set, so ${reason}: set AUTH_TOKENS`))
    })
  }

  const proxyHeaders = `X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Port X-Forwarded-Server X-Forwarded
    Forwarded Forwarded-For X-Real-IP Via X-Via CF-Connecting-IP CF-Ray CF-Visitor CDN-Loop True-Client-IP X-Client-IP
    Client-IP X-Cluster-Client-IP Fly-Client-IP Fly-Forwarded-Port Fastly-Client-IP Fastly-FF X-Envoy-External-Address
    X-Envoy-Internal X-Original-Forwarded-For X-Original-URL X-Original-Host X-Rewrite-URL X-ProxyUser-Ip
    Proxy-Connection X-Remote-IP X-Remote-Addr X-Azure-ClientIP X-Azure-SocketIP X-Azure-FDID X-Appengine-User-IP
    X-ARR-LOG-ID X-Amzn-Trace-Id X-Amz-Cf-Id CloudFront-Viewer-Address X-Varnish WL-Proxy-Client-IP X-Originating-IP
    X-NF-Client-Connection-IP X-Vercel-Forwarded-For Akamai-Origin-Hop X-Akamai-Edgescape Surrogate-Capability`
  for (const name of proxyHeaders.split(/\s+/)) {
    test(`a proxy that writes ${name} is refused`, async () => {
      const sent = local({ host: 'localhost', [name.toLowerCase()]: '192.0.2.7' })
      assert.equal((await functionWith({}).call(functionUrlEvent({ body, ...sent }))).statusCode, 401)
    })
  }

  test('what RGW, the relay, curl and SDKs send is not a sign of a proxy', async () => {
    const names = `accept accept-encoding authorization ce-id ce-source ce-specversion ce-subject ce-time ce-type
      connection content-encoding content-length content-md5 content-type date expect kn-namespace prefer te traceparent
      tracestate transfer-encoding user-agent x-amqp-exchange x-amqp-queue x-amqp-redelivered x-amqp-routing-key x-topic
      x-request-id`
    const headers = Object.fromEntries(names.split(/\s+/).map((name) => [name, 'x']))
    const { statusCode } = await functionWith({}).call(
      functionUrlEvent({ body, ...local({ ...headers, host: '127.0.0.1:8080', 'content-type': 'application/json' }) }),
    )
    assert.notEqual(statusCode, 401)
  })

  test('a target that names a host, as for a proxy, is refused, whatever Host says', async () => {
    const sent = local({ host: 'localhost' }, 'http://evil.example/ceph-notifications')
    assert.equal((await functionWith({}).call(functionUrlEvent({ body, ...sent }))).statusCode, 401)
  })

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
