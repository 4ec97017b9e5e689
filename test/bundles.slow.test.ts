import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { notification, wireRecord } from './ceph/ceph-records.ts'
import { startHost } from './host-process.ts'
import { ask } from './http-client.ts'
import { CEPH_FUNCTION, ownModules } from './own-modules.ts'
import { temporaryFolder } from './temporary-folder.ts'

const run = promisify(execFile)
const build = fileURLToPath(new URL('../scripts/build.ts', import.meta.url))

/** In bytes. Those of functions are paid for with every cold start, those of the parts where a setting asks for one. */
const budgets: Readonly<Record<string, number>> = {
  'ceph-notifications.cjs': 110_000,
  'openstack-notifications.cjs': 127_000,
  'ceph-provisioner.cjs': 430_000,
  'part-bzip2.cjs': 5000,
  'part-claims.cjs': 26_000,
  'part-routes.cjs': 45_500,
  'part-sinks.cjs': 33_000,
  'part-yaml.cjs': 122_000,
  'server.cjs': 600_000,
  'server-provisioner.cjs': 630_000,
  'cli.cjs': 1_720_000,
  'relay.cjs': 1_050_000,
}

describe('the bundles', () => {
  const directories = [1, 2].map(() => mkdtempSync(`${tmpdir()}/tidings-bundles-`))
  const [first = '', second = ''] = directories
  let names: readonly string[] = []
  before(async () => {
    // From different folders: where a build runs must not show.
    await run(process.execPath, [build, first], { cwd: first })
    await run(process.execPath, [build, second], { cwd: second })
    names = readdirSync(first).sort()
  })
  after(() => {
    for (const directory of directories) rmSync(directory, { recursive: true })
  })
  const bundles = () => names.filter((name) => name.endsWith('.cjs'))
  const sourcesOf = (name: string): string[] => JSON.parse(readFileSync(`${first}/${name}.map`, 'utf8')).sources

  test('are the same bytes each time they are built', () => {
    assert.deepEqual(readdirSync(second).sort(), names)
    for (const name of names) {
      assert.ok(readFileSync(`${first}/${name}`).equals(readFileSync(`${second}/${name}`)), name)
    }
  })

  test('keep within their budgets', () => {
    const tooLarge = bundles().filter((name) => statSync(`${first}/${name}`).size > (budgets[name] ?? 0))
    assert.deepEqual(tooLarge, [])
  })

  test('have their source maps beside them, not in them', () => {
    assert.deepEqual(
      names.filter((name) => name.endsWith('.map')),
      bundles().map((name) => `${name}.map`),
    )
    for (const name of bundles())
      assert.doesNotMatch(readFileSync(`${first}/${name}`, 'utf8'), /sourceMappingURL=data:/)
  })

  test('of functions of notifications hold nothing of the AWS SDK, which the provisioner has', () => {
    const withSdk = bundles().filter((name) => sourcesOf(name).some((source) => /\/@(aws-sdk|smithy)\//.test(source)))
    assert.ok(withSdk.includes('ceph-provisioner.cjs'))
    assert.deepEqual(
      withSdk.filter((name) => name.endsWith('-notifications.cjs')),
      [],
    )
  })

  test('of functions do not say what settings mean, as --help does', () => {
    const silent = bundles().filter((name) => !/^(server|relay|cli)\.cjs$/.test(name))
    assert.deepEqual(
      bundles().filter((name) => !/\bmeaning:/.test(readFileSync(`${first}/${name}`, 'utf8'))),
      silent,
    )
  })

  test('of functions read a part when a setting asks for it, and without it work alone', async () => {
    const alone = temporaryFolder()
    copyFileSync(`${first}/ceph-notifications.cjs`, `${alone}/ceph-notifications.cjs`)
    const body = notification(wireRecord('a'))
    const script = `const answer = require('./ceph-notifications.cjs').handler(${body}, {})
      answer.then(({ outcome }) => console.log(outcome, Object.keys(require.cache).map((path) => require('path').basename(path)).sort().slice(1).join()))`
    const handle = async (folder: string, env: Readonly<Record<string, string>>) =>
      (await run(process.execPath, ['-e', script], { cwd: folder, env })).stdout.split('\n').at(-2)
    assert.equal(await handle(alone, {}), 'ack ')
    const url = `file://${alone}/events.ndjson`
    await assert.rejects(handle(alone, { SINK_URL: url }), /part-sinks\.cjs is missing: copy it into the folder/)
    const routed = { TIDINGS_CONFIG: JSON.stringify({ routes: [{ to: url }] }), CLAIMS_URL: 'none:' }
    assert.equal(await handle(first, routed), 'ack part-routes.cjs,part-sinks.cjs')
    assert.match(readFileSync(new URL(url), 'utf8'), /"subject":"a"/)
    await assert.rejects(handle(first, { CLAIMS_URL: 's3://claims/a/' }), /RGW_ENDPOINT is missing/)
  })

  test('of functions check a token without node:crypto and streams, which are a third of a cold start', async () => {
    const body = notification(wireRecord('a'))
    const event = { httpMethod: 'POST', path: '/', headers: { authorization: 'Bearer token' }, body }
    // A file, because node -e loads them itself.
    const script = `${temporaryFolder()}/call.cjs`
    writeFileSync(
      script,
      `const loaded = () => process.moduleLoadList.filter((name) => / (crypto|stream)$/.test(name))
      require(${JSON.stringify(`${first}/ceph-notifications.cjs`)}).handler(${JSON.stringify(event)}, {})
        .then(({ statusCode }) => require('node:fs').writeSync(2, JSON.stringify([statusCode, ...loaded()])))`,
    )
    const { stderr } = await run(process.execPath, [script], { env: { AUTH_TOKENS: 'token' } })
    assert.equal(stderr, '[204]')
  })

  test('of the provisioner read documents in JSON alone, and those in YAML with a part', async () => {
    const script = `const [document] = process.argv.slice(1)
      const event = { httpMethod: 'POST', path: '/', headers: { authorization: 'Bearer a' }, body: document }
      require('./ceph-provisioner.cjs').handler(event, {}).then(({ body }) =>
        console.log(body, Object.keys(require.cache).some((path) => path.endsWith('part-yaml.cjs'))))`
    const gateway = { RGW_ENDPOINT: 'http://127.0.0.1:1', RGW_ACCESS_KEY: 'a', RGW_SECRET_KEY: 'b', AUTH_TOKENS: 'a' }
    const told = async (document: string) =>
      (await run(process.execPath, ['-e', script, document], { cwd: first, env: gateway })).stdout.split('\n').at(-2)
    assert.match((await told('{"action":"plan","desired":{}}')) ?? '', /"code":"rgw_unavailable".* false$/)
    assert.match((await told('action: plan\ndesired:\n  topics: 1')) ?? '', /"line":3,"column":3.* true$/)
  })

  test('of the host starts only with the file that serves the provisioner, if it is to serve it', async () => {
    const alone = temporaryFolder()
    copyFileSync(`${first}/server.cjs`, `${alone}/server.cjs`)
    const gateway = { RGW_ENDPOINT: 'http://127.0.0.1:1', RGW_ACCESS_KEY: 'a', RGW_SECRET_KEY: 'secret-key' }
    const env = { ...gateway, FUNCTION: 'ceph-provisioner', AUTH_TOKENS: 'a-token' }
    const request = { headers: { authorization: 'Bearer a-token' }, body: '{"action":"plan","desired":{}}' }
    await using whole = await startHost(env, `${first}/server.cjs`)
    assert.match((await ask({ port: whole.port, ...request })).body, /"code":"rgw_unavailable"/)
    const missing = `ceph-provisioner needs server-provisioner.cjs, which is not in ${alone}: copy it there`
    for (const FUNCTION of ['ceph-provisioner', ''])
      await assert.rejects(startHost({ ...env, FUNCTION }, `${alone}/server.cjs`), ({ message }) =>
        message.includes(missing),
      )
    await using bare = await startHost({ AUTH_TOKENS: 'a-token' }, `${alone}/server.cjs`)
    assert.equal((await ask({ port: bare.port, path: '/healthz', method: 'GET' })).status, 200)
  })

  test('have no log of their own in a part, which would show the secrets of the function', () => {
    const parts = names.filter((name) => /^(part|server)-.*\.cjs$/.test(name))
    assert.deepEqual(
      parts.filter((name) => sourcesOf(name).some((source) => source.endsWith('/process/log.ts'))),
      [],
    )
  })

  test('of functions hold no package that a sink needs, and those of hosts hold amqplib', () => {
    const PEERS = /node_modules\/(amqplib|ioredis|@nats-io|@platformatic|@aws-sdk\/client-(sqs|eventbridge))\//
    const withPeers = bundles().filter((name) => sourcesOf(name).some((source) => PEERS.test(source)))
    assert.deepEqual(withPeers, ['cli.cjs', 'relay.cjs', 'server.cjs'])
  })

  test('of the host and the relay load a module of one’s own, also TypeScript', async (t) => {
    const loaded = "console.log('loaded', import.meta.url.startsWith('file:'))\nprocess.exit(0)\n"
    const { 'photos.ts': path = '' } = ownModules(t, { 'photos.ts': `const loud: boolean = true\n${loaded}` })
    for (const args of [['server.cjs'], ['relay.cjs', '--function', path], ['cli.cjs', 'relay', '--function', path]]) {
      const env = { AMQP_URL: 'amqp://127.0.0.1:1', ...(args.length === 1 && { FUNCTION: path }) }
      const { stdout } = await run(process.execPath, [`${first}/${args[0]}`, ...args.slice(1)], { env })
      assert.equal(stdout, 'loaded true\n', args[0])
    }
  })

  test('of the host serves a function that brings a copy of this package, with compiled schemas', async (t) => {
    const { 'photos.ts': FUNCTION = '' } = ownModules(t, { 'photos.ts': CEPH_FUNCTION })
    await using host = await startHost({ FUNCTION }, `${first}/server.cjs`)
    assert.equal((await ask({ port: host.port, body: notification(wireRecord('a')) })).status, 204)
    assert.deepEqual(await host.untilEvents(1), [{ key: 'a' }])
    const metrics = await ask({ port: host.port, path: '/metrics', method: 'GET' })
    assert.match(metrics.body, /^tidings_deliveries_total\{function="ceph",outcome="ack"\} 1$/m)
  })
})
