import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cephCapture } from '../fixtures.ts'
import { ask, connectRaw } from '../http-client.ts'
import { type HostProcess, runHost, startHost } from './process.ts'

const { body } = cephCapture('20.2.4/ObjectCreated_Put.plain.1')

/** The gateway is never asked here. */
const gateway = { RGW_ENDPOINT: 'http://127.0.0.1:1', RGW_ACCESS_KEY: 'key', RGW_SECRET_KEY: 'secret' }
const plan = JSON.stringify({ action: 'plan', desired: { topics: [{ name: 'a', endpoint: 'http://example.org/' }] } })

const served = (host: HostProcess) => host.logLines().find(({ message }) => message === 'listening')?.functions
const left = (host: HostProcess) =>
  host
    .logLines()
    .flatMap(({ level, message, reason }) =>
      String(message).includes('not served') ? [{ level, message, reason }] : [],
    )

describe('OPAQUE_SECRETS without AUTH_TOKENS', () => {
  test('guards ceph-notifications alone: a host that serves others too listens on loopback only, and says why', async (t) => {
    const host = await startHost(t, { OPAQUE_SECRETS: 'opaque' })
    assert.equal(host.address, '127.0.0.1')
    assert.deepEqual(
      host.logLines().flatMap(({ level, message, unguarded }) => (level === 'warn' ? [[message, unguarded]] : [])),
      [
        [
          'listening on 127.0.0.1 only, because no secret guards openstack-notifications: set AUTH_TOKENS (or ALLOW_ANONYMOUS=true) to listen on all addresses. OPAQUE_SECRETS guards only functions of Ceph notifications',
          ['openstack-notifications'],
        ],
      ],
    )
  })

  test('does not open openstack-notifications to all addresses', async (t) => {
    const host = await startHost(t, { OPAQUE_SECRETS: 'opaque', FUNCTION: 'openstack-notifications' })
    assert.equal(host.address, '127.0.0.1')
  })

  test('is not enough for openstack-notifications behind a proxy', async (t) => {
    const proxied = { AWS_LAMBDA_HTTP_ENDPOINT: '127.0.0.1:3000' }
    const host = runHost(t, { OPAQUE_SECRETS: 'opaque', FUNCTION: 'openstack-notifications', ...proxied })
    assert.deepEqual(await host.exited, { code: 1, signal: null })
    assert.match(host.output.stderr, /no secret guards openstack-notifications: set AUTH_TOKENS/)
  })
})

describe('the provisioner is never served without a token', () => {
  const unguarded = [{}, { ALLOW_ANONYMOUS: 'true', OPAQUE_SECRETS: 'opaque' }]
  for (const environment of unguarded) {
    const title = Object.keys(environment).join(' and ') || 'no secret'
    test(`with ${title} it is left out, the log says so, and the others go on`, async (t) => {
      const host = await startHost(t, { ...gateway, ...environment })
      assert.deepEqual(
        [served(host), left(host)],
        [
          ['ceph-notifications', 'openstack-notifications'],
          [
            {
              level: 'info',
              message: 'ceph-provisioner is not configured, so it is not served',
              reason: 'AUTH_TOKENS is missing: ceph-provisioner serves callers with a token only',
            },
          ],
        ],
      )
      assert.equal((await ask({ port: host.port, path: '/ceph-provisioner', body: plan })).status, 404)
    })

    test(`with ${title} it cannot be asked for`, async (t) => {
      const host = runHost(t, { ...gateway, ...environment, FUNCTION: 'ceph-provisioner' })
      assert.deepEqual(
        [await host.exited, host.output.stderr],
        [
          { code: 1, signal: null },
          'tidings: config_invalid: AUTH_TOKENS is missing: ceph-provisioner serves callers with a token only\n',
        ],
      )
    })
  }

  test('with AUTH_TOKENS it is, to who shows one', async (t) => {
    const host = await startHost(t, { ...gateway, AUTH_TOKENS: 'abc', RGW_ATTEMPTS: '1' })
    const statuses = [
      await ask({ port: host.port, path: '/ceph-provisioner', body: plan }),
      await ask({ port: host.port, path: '/ceph-provisioner?token=abc', body: plan }),
    ].map(({ status }) => status)
    assert.deepEqual(statuses, [401, 502])
  })
})

describe('without a secret', () => {
  const post = (path: string, ...lines: string[]) => [
    `POST ${path} HTTP/1.1`,
    ...lines,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ]
  const get = (path: string, ...lines: string[]) => [`GET ${path} HTTP/1.1`, ...lines, 'Connection: close', '', '']
  const options = (path: string, ...lines: string[]) => [
    `OPTIONS ${path} HTTP/1.1`,
    ...lines,
    'Connection: close',
    '',
    '',
  ]
  const here = 'Host: localhost:8080'
  const requests: readonly { name: string; sent: readonly string[]; status: number }[] = [
    { name: 'a program on this machine', sent: post('/ceph-notifications', here), status: 204 },
    { name: 'a program of HTTP/1.0', sent: ['POST /ceph-notifications HTTP/1.0', ...post('').slice(1)], status: 204 },
    {
      name: "a page's text/plain",
      sent: post('/ceph-notifications', here, 'Origin: https://evil.example', 'Content-Type: text/plain'),
      status: 401,
    },
    { name: 'a rebound name', sent: post('/ceph-notifications', 'Host: evil.example:8080'), status: 401 },
    { name: 'two hosts', sent: post('/ceph-notifications', here, 'Host: evil.example'), status: 401 },
    { name: 'two hosts, the other first', sent: post('/ceph-notifications', 'Host: evil.example', here), status: 401 },
    { name: 'a proxy', sent: post('/ceph-notifications', here, 'Via: 1.1 proxy'), status: 401 },
    {
      name: 'a preflight of a private network',
      sent: options(
        '/ceph-notifications',
        here,
        'Origin: https://evil.example',
        'Access-Control-Request-Method: POST',
        'Access-Control-Request-Private-Network: true',
      ),
      status: 401,
    },
    { name: 'a rebound name for the metrics', sent: get('/metrics', 'Host: evil.example:8080'), status: 401 },
    { name: "a page's look at the metrics", sent: get('/metrics', here, 'Sec-Fetch-Site: cross-site'), status: 401 },
    { name: 'a proxy to the metrics', sent: get('/metrics', here, 'X-Real-IP: 192.0.2.7'), status: 401 },
    { name: 'a look at the metrics from here', sent: get('/metrics', here), status: 200 },
    { name: "a kubelet's probe by address", sent: get('/healthz', 'Host: 192.0.2.7:8080'), status: 200 },
  ]

  test('only direct calls from this machine are served', async (t) => {
    const host = await startHost(t, { CLAIMS_URL: 'none:' })
    const answers: [string, string | undefined][] = []
    for (const { name, sent } of requests) {
      const connection = await connectRaw(host.port)
      connection.send(sent.join('\r\n'))
      answers.push([name, /^HTTP\/1\.1 (\d+)/.exec(await connection.closed)?.[1]])
    }
    assert.deepEqual(
      answers,
      requests.map(({ name, status }) => [name, String(status)]),
    )
    assert.equal(host.output.stdout.split('\n').filter(Boolean).length, 2)
  })

  test('a target that names a host is refused where a function is served at any path', async (t) => {
    const host = await startHost(t, { FUNCTION: 'ceph-notifications' })
    const reply = await ask({ port: host.port, path: 'http://evil.example/', headers: { host: 'localhost' }, body })
    assert.equal(reply.status, 401)
  })
})
