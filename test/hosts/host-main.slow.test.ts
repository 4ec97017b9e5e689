import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { describe, test } from 'node:test'
import { brokenRecord, notification, wireRecord } from '../ceph/ceph-records.ts'
import { cephCapture } from '../fixtures.ts'
import { ask } from '../http-client.ts'
import { type HostProcess, runHost, startHost, untilLogged } from './process.ts'

const { body } = cephCapture('20.2.4/ObjectCreated_Put.plain.1')

const SEEN_BEFORE = 'seen before: these events have already been handled, and are not repeated (CLAIMS_URL)'

const warnings = (host: HostProcess) =>
  host.logLines().flatMap(({ level, message }) => (level === 'info' ? [] : [message]))

describe('without a secret', () => {
  test('only this machine is served, and the log says why', async (t) => {
    const host = await startHost(t)
    assert.equal(host.address, '127.0.0.1')
    assert.deepEqual(warnings(host), [
      'listening on 127.0.0.1 only, because no secret guards ceph-notifications and openstack-notifications: set AUTH_TOKENS (or ALLOW_ANONYMOUS=true) to listen on all addresses',
    ])
    assert.equal((await ask({ port: host.port, path: '/ceph-notifications', body })).status, 204)
  })

  test('warns of a token that is short', async (t) => {
    const host = await startHost(t, { AUTH_TOKENS: 'short,long-enough' })
    assert.deepEqual(warnings(host), [
      'AUTH_TOKENS has a token of 5 characters, which can be guessed: use a longer one, such as that of openssl rand -hex 24',
    ])
  })
})

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'))
const guards: readonly Readonly<Record<string, string>>[] = [
  { AUTH_TOKENS: 'a-long-token' },
  { OPAQUE_SECRETS: 'a-long-token', FUNCTION: 'ceph-notifications' },
  { ALLOW_ANONYMOUS: 'true' },
]
for (const guard of guards) {
  test(`with ${Object.keys(guard).join(' and ')} all addresses are served`, async (t) => {
    const host = await startHost(t, guard)
    assert.equal(host.address, hasIpv6 ? '::' : '0.0.0.0')
    assert.deepEqual(warnings(host), [])
  })
}

test('events go to stdout, a line each; dead letters and the log to stderr', async (t) => {
  const host = await startHost(t, { SHUTDOWN_GRACE_MS: '0' })
  const sent = notification(wireRecord('ä b'), brokenRecord('c'))
  const { status } = await ask({ port: host.port, path: '/ceph-notifications', body: sent })
  for (let time = 0; time < 2; time++) await ask({ port: host.port, path: '/ceph-notifications', body })
  // Of several functions too, the log tells that a notification was sent before.
  await untilLogged(host, SEEN_BEFORE)
  host.child.kill('SIGTERM')
  await host.exited

  const lines = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  const letters = lines(host.output.stderr).filter(({ type }) => type === 'tidings.dead-letter')
  assert.equal(status, 200)
  assert.deepEqual(
    [lines(host.output.stdout).map(({ subject }) => subject), letters.map(({ data }) => data.body)],
    // The topic's opaqueData holds a signature.
    [['ä b', 'a.txt'], [sent.replaceAll('sig=äö', 'sig=[redacted]')]],
  )
})

test('FUNCTION serves that one at any path', async (t) => {
  const { port } = await startHost(t, { FUNCTION: 'ceph-notifications' })
  assert.equal((await ask({ port, path: '/', body })).status, 204)
  assert.equal((await ask({ port, path: '/any/path', body })).status, 204)
})

describe('what cannot work is said in one line, without a secret, and exits 1:', () => {
  const cases = [
    {
      environment: {
        PORT: 'eighty',
        SINK_URL: 'ftp://user:hunter2@example.org/',
        AUTH_TOKENS_FILE: '/hunter2',
      },
      line: "AUTH_TOKENS_FILE must name a file that this process may read: reading it failed with ENOENT; SINK_URL must be a URL such as https://example.org/events, with one of the schemes log: http: https: file: amqp: amqps: redis: rediss: nats: kafka: arn:; PORT must be a whole number from 0 to 65535 (for example 8080), got 'eighty'",
    },
    {
      environment: { fprocess: 'node server.cjs' },
      line: "AUTH_TOKENS is missing: behind this platform's proxy every caller seems to be this machine, and no secret guards ceph-notifications and openstack-notifications: set AUTH_TOKENS (or ALLOW_ANONYMOUS=true)",
    },
    {
      environment: { FUNCTION: 'hunter2' },
      line: "no function is called 'hunter2': use ceph-notifications, ceph-provisioner, openstack-notifications, or the path of a module of your own, such as ./photos.ts",
    },
  ]
  for (const { environment, line } of cases) {
    test(Object.keys(environment).join(), async (t) => {
      const host = runHost(t, environment)
      assert.deepEqual(
        [await host.exited, host.output],
        [
          { code: 1, signal: null },
          { stdout: '', stderr: `tidings: config_invalid: ${line}\n` },
        ],
      )
    })
  }

  test('a port that is taken', async (t) => {
    const { port } = await startHost(t)
    const host = runHost(t, { PORT: String(port) })
    assert.deepEqual(
      [await host.exited, host.output.stderr],
      [
        { code: 1, signal: null },
        `tidings: config_invalid: PORT ${port} is in use (EADDRINUSE): stop the other program, or choose another port\n`,
      ],
    )
  })
})
