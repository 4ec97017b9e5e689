import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { notification, wireRecord } from '../../ceph/ceph-records.ts'
import { ask } from '../../http-client.ts'
import { startReceiver } from '../../receiver.ts'
import { freePorts } from '../../services/ports.ts'
import { untilAnswering } from '../../services/until-answering.ts'
import { startContainer } from './container.ts'
import { readImages, targetOf } from './images.ts'

const images = readImages()
const [, ...healthcheck] = targetOf(images, 'host').config.Healthcheck?.Test ?? []

const startHost = async (t: Parameters<typeof startContainer>[0], environment: Record<string, string> = {}) => {
  const [port = 0] = await freePorts(1)
  const container = startContainer(t, {
    images,
    target: 'host',
    environment: { PORT: String(port), SHUTDOWN_GRACE_MS: '0', ...environment },
  })
  const ended = container.exited.then(() => `the host ended: ${container.output.stderr}`)
  await untilAnswering(`http://127.0.0.1:${port}/healthz`, ended)
  return { ...container, port }
}

describe('a container of the host', () => {
  test('takes notifications, as its own user and on a file system that it cannot write to', async (t) => {
    const receiver = await startReceiver()
    t.after(receiver.close)
    const { port, process: host, exited } = await startHost(t, { AUTH_TOKENS: 'a-token', SINK_URL: receiver.url })
    const body = notification(wireRecord('a'))
    const path = '/ceph-notifications?token=a-token'
    assert.equal((await ask({ port, path, body })).status, 204)
    assert.deepEqual(
      receiver.events().map(({ subject }) => subject),
      ['a'],
    )
    host.kill('SIGTERM')
    assert.deepEqual(await exited, { code: 0, signal: null })
  })

  test('is of one function where FUNCTION says which', async (t) => {
    const { port } = await startHost(t, { AUTH_TOKENS: 'a-token', FUNCTION: 'ceph-notifications' })
    const body = notification(wireRecord('a'))
    assert.equal((await ask({ port, path: '/?token=a-token', body })).status, 204)
  })

  test('is healthy by HEALTHCHECK while it listens, and not where nobody does', async (t) => {
    const { exec } = await startHost(t)
    const [port] = await freePorts(1)
    assert.deepEqual([await exec(healthcheck), await exec(healthcheck, { PORT: String(port) })], [0, 1])
  })

  test('ends with a line that says why where it is not configured', async (t) => {
    const { exited, output } = startContainer(t, { images, target: 'host', environment: { FUNCTION: 'none-such' } })
    assert.deepEqual(await exited, { code: 1, signal: null })
    assert.match(output.stderr, /config_invalid: no function is called 'none-such'/)
  })

  test('has neither privileges nor a place to write', async (t) => {
    const { exec } = await startHost(t)
    const script = (code: string) => exec(['node', '-e', code])
    assert.equal(await script(`if (process.getuid() !== 65532 || process.getgid() !== 65532) process.exit(1)`), 0)
    assert.equal(
      await script(`if (!/^NoNewPrivs:\\s1$/m.test(fs.readFileSync('/proc/self/status'))) process.exit(1)`),
      0,
    )
    assert.equal(await script(`fs.writeFileSync('/app/file', '')`), 1)
    assert.equal(await script(`fs.writeFileSync('/tmp/file', '')`), 0)
    assert.equal(await exec(['sh', '-c', 'true']), 127)
  })
})

describe('a container of the command', () => {
  test('prints its help, and ends with what the command ends with', async (t) => {
    const help = startContainer(t, { images, target: 'cli' })
    assert.deepEqual(await help.exited, { code: 0, signal: null })
    assert.match(help.output.stdout, /^Usage: tidings /)
  })

  test('reads a document that is mounted', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tidings-'))
    t.after(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'desired.yaml'), 'topics: what\n')
    const { exited, output } = startContainer(t, {
      images,
      target: 'cli',
      mounts: { '/etc/tidings': folder },
      environment: { RGW_ENDPOINT: 'http://127.0.0.1:1', RGW_ACCESS_KEY: 'a', RGW_SECRET_KEY: 'b' },
      args: ['provision', 'plan', '-f', '/etc/tidings/desired.yaml'],
    })
    assert.deepEqual([(await exited).code, /desired_invalid: [\s\S]*topics: /.test(output.stderr)], [1, true])
  })
})

test('a container of the relay is alive before it is ready, and stops while its broker is away', async (t) => {
  const [port = 0, broker = 0] = await freePorts(2)
  const { exec, exited, output, ...relay } = startContainer(t, {
    images,
    target: 'relay',
    environment: { PORT: String(port), AMQP_URL: `amqp://guest:guest@127.0.0.1:${broker}/`, ALLOW_ANONYMOUS: 'true' },
  })
  const ended = exited.then(() => `the relay ended: ${output.stderr}`)
  await untilAnswering(`http://127.0.0.1:${port}/healthz`, ended)
  const get = async (path: string) => (await ask({ port, path, method: 'GET' })).status
  assert.deepEqual([await get('/healthz'), await get('/_/ready'), await exec(healthcheck)], [200, 503, 0])
  relay.process.kill('SIGTERM')
  assert.deepEqual(await exited, { code: 0, signal: null })
})
