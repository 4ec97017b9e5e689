import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { ask } from '../http-client.ts'
import { CEPH_FUNCTION, FOREIGN_FUNCTION, ownModules } from '../own-modules.ts'
import { type HostProcess, runHost, startHost } from './process.ts'

const printed = ({ output }: HostProcess): unknown[] =>
  output.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

describe('a module of one’s own, by its path in FUNCTION,', () => {
  test('is served at every path, with all that the host does for a function of ours', async (t) => {
    const { 'photos.ts': FUNCTION = '' } = ownModules(t, { 'photos.ts': CEPH_FUNCTION })
    const host = await startHost(t, { FUNCTION, AUTH_TOKENS: 'abc', MAX_BODY_BYTES: '10000', LOG_LEVEL: 'debug' })
    const post = async (body: string, path = '/any?token=abc') => (await ask({ port: host.port, path, body })).status
    const get = (path: string) => ask({ port: host.port, path, method: 'GET' })

    assert.deepEqual(
      [
        await post(notification(wireRecord('a'))),
        await post(notification(wireRecord('a'))),
        await post('{}'),
        await post(notification(wireRecord('b')), '/'),
        await post(' '.repeat(10_001)),
        (await get('/healthz')).status,
        (await get('/_/ready')).status,
      ],
      [204, 204, 400, 401, 413, 200, 200],
    )
    assert.deepEqual(printed(host), [{ key: 'a' }])
    const { body: metrics } = await get('/metrics')
    assert.match(metrics, /^tidings_deliveries_total\{function="ceph",outcome="ack"\} 2$/m)
    assert.match(metrics, /^tidings_in_flight\{function="photos"\} 0$/m)
    assert.deepEqual(
      host.logLines().flatMap(({ level, message }) => (level === 'info' ? [message] : [])),
      ['listening', 'seen before: these events have already been handled, and are not repeated (CLAIMS_URL)'],
    )
    host.child.kill('SIGINT')
    assert.deepEqual(await host.exited, { code: 0, signal: null })
  })

  test('may be a Lambda handler that knows nothing of us', async (t) => {
    const { 'foreign.ts': FUNCTION = '' } = ownModules(t, { 'foreign.ts': FOREIGN_FUNCTION })
    const host = await startHost(t, { FUNCTION, AUTH_TOKENS: 'abc' })
    const post = (body: string, path = '/?token=abc') => ask({ port: host.port, path, body })
    const [json, status, thrown, refused] = [
      await post('hi'),
      await post('status'),
      await post('throw'),
      await post('hi', '/'),
    ]
    assert.deepEqual(
      [json, status, thrown, refused].map((reply) => [
        reply.status,
        reply.headers['content-type'],
        reply.body.slice(0, 20),
      ]),
      [
        [200, 'application/json', '{"heard":"hi"}'],
        [418, undefined, 'short and stout'],
        [503, 'application/problem+json', '{"title":"Try again '],
        [401, 'application/problem+json', '{"title":"Unauthoriz'],
      ],
    )
    assert.equal(status.headers['x-own'], 'yes')
    assert.deepEqual(
      printed(host),
      ['hi', 'status', 'throw'].map((body) => ({ by: 'foreign', body })),
    )
    const { body: metrics } = await ask({ port: host.port, path: '/metrics', method: 'GET' })
    for (const [outcome, count] of [
      ['answer', 2],
      ['retry', 1],
      ['reject', 1],
    ])
      assert.ok(
        metrics.includes(`tidings_deliveries_total{function="foreign",outcome="${outcome}"} ${count}\n`),
        metrics,
      )
  })

  test('without a token is served to this machine alone', async (t) => {
    const { 'foreign.ts': FUNCTION = '' } = ownModules(t, { 'foreign.ts': FOREIGN_FUNCTION })
    const host = await startHost(t, { FUNCTION, OPAQUE_SECRETS: 'abc' })
    const proxied = await ask({ port: host.port, headers: { via: '1.1 proxy' }, body: 'hi' })
    assert.deepEqual(
      [host.address, proxied.status, (await ask({ port: host.port, body: 'hi' })).status],
      ['127.0.0.1', 401, 200],
    )
  })

  test('that returns its function, in place of being it, handles nothing and says so', async (t) => {
    const text = "import { ceph } from 'tidings'\nexport const handler = () => ceph().on('*', () => {})\n"
    const { 'factory.ts': FUNCTION = '' } = ownModules(t, { 'factory.ts': text })
    const host = await startHost(t, { FUNCTION, AUTH_TOKENS: 'abc' })
    const { status } = await ask({ port: host.port, path: '/?token=abc', body: notification(wireRecord('a')) })
    assert.equal(status, 503)
    const [line] = host.logLines().filter(({ level }) => level === 'error')
    assert.match(JSON.stringify(line?.error), /the handler returned a function, so it handled nothing/)
  })

  test('that leaves a promise to itself ends the host when it fails, with a line that has no secret', async (t) => {
    const text = `import { ceph } from 'tidings'
export const handler = ceph().on('*', () => void Promise.reject(new Error(\`no \${process.env.AUTH_TOKENS}\`)))
`
    const { 'floating.ts': FUNCTION = '' } = ownModules(t, { 'floating.ts': text })
    const host = await startHost(t, { FUNCTION, AUTH_TOKENS: 'correct-horse' })
    const path = '/?token=correct-horse'
    await ask({ port: host.port, path, body: notification(wireRecord('a')) }).catch(() => {})
    assert.deepEqual(await host.exited, { code: 1, signal: null })
    const line = host.logLines().at(-1)
    assert.match(String(line?.message), /^a promise that nothing awaits has failed, so the process ends/)
    assert.match(JSON.stringify(line?.error), /no \[redacted\]/)
    assert.doesNotMatch(host.output.stderr, /correct-horse/)
  })

  for (const [what, text, told] of [
    ['that does not parse', 'export const handler = () => {\n  const = 1\n}\n', /:2: SyntaxError: /],
    [
      'that imports a name we do not have',
      "import { cephProvisioner } from 'tidings'\n",
      /: SyntaxError: .* does not provide an export named 'cephProvisioner'$/,
    ],
    [
      'that exports no handler',
      'export const handle = () => {}\n',
      / exports handle, but no handler: write export const handler = …$/,
    ],
    [
      'that waits for ever',
      'await new Promise(() => {})\nexport const handler = () => {}\n',
      / is never loaded: an await at its top level does not end$/,
    ],
    [
      'whose definition is wrong',
      "import { ceph } from 'tidings'\n\nexport const handler = ceph().on('*', undefined as never)\n",
      /:3: TypeError: \.on\('\*'\): the handler is missing: add a function$/,
    ],
  ] as const) {
    test(`${what} ends the host with one line`, async (t) => {
      const { 'bad.ts': FUNCTION = '' } = ownModules(t, { 'bad.ts': text })
      const host = runHost(t, { FUNCTION })
      assert.deepEqual(await host.exited, { code: 1, signal: null })
      const lines = host.output.stderr.trimEnd().split('\n')
      assert.equal(lines.length, 1)
      assert.ok(lines[0]?.startsWith(`tidings: config_invalid: ${FUNCTION}`), lines[0])
      assert.match(lines[0] ?? '', told)
    })
  }
})
