import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import * as z from 'zod'
import { readHostConfig } from '../../../lib/hosts/host-settings.ts'
import { readConfig } from '../../../lib/kit/config.ts'
import { targetOf } from '../docker/images.ts'
import { functionOf, readStack, type StackFile, type StackFunction } from './stack.ts'
import { images } from './watchdog.ts'

const FILES: readonly StackFile[] = ['stack', 'connector', 'node22']
const SECRETS = ['auth-tokens', 'opaque-secrets', 'rgw-access-key', 'rgw-secret-key']
const EXISTING = readdirSync('functions').map((file) => file.replace(/\.ts$/, ''))

/** Words of the stack file: https://docs.openfaas.com/reference/yaml/. A Go map of text takes nothing but text. */
const texts = z.record(z.string(), z.string())
const resources = z.strictObject({ memory: z.string(), cpu: z.string() }).partial()
const StackFileFormat = z.strictObject({
  version: z.literal(1),
  provider: z.strictObject({ name: z.literal('openfaas'), gateway: z.url() }),
  functions: z.record(
    z.string().regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/),
    z
      .strictObject({
        lang: z.string(),
        handler: z.string(),
        image: z.string(),
        skip_build: z.boolean(),
        secrets: z.array(z.enum(SECRETS)),
        environment: texts,
        annotations: texts,
        labels: texts,
        requests: resources,
        limits: resources,
        readonly_root_filesystem: z.boolean(),
      })
      .partial(),
  ),
})

const all = FILES.flatMap((file) =>
  Object.entries(readStack(file).functions).map(([name, each]) => ({ title: `${file}.yaml: ${name}`, name, each })),
)
const underWatchdog = all.filter(({ name }) => name !== 'ceph-notifications-plain')

describe('each stack file', () => {
  for (const file of FILES) {
    test(`${file}.yaml has the words that faas-cli knows, and no others`, () => {
      const parsed = z.safeParse(StackFileFormat, readStack(file))
      assert.deepEqual(parsed.error?.issues ?? [], [])
    })
  }

  test('takes registry and sink from the environment', () => {
    const variables = { TIDINGS_REGISTRY: 'ghcr.io/somebody', SINK_URL: 'https://example.org/a' }
    const { image, environment } = functionOf(readStack('stack', variables), 'ceph-notifications')
    assert.deepEqual(
      [image, environment.SINK_URL],
      ['ghcr.io/somebody/tidings-openfaas:0.1.0', 'https://example.org/a'],
    )
  })

  for (const { title, each } of all) {
    test(`${title} is configured as the function wants it`, async () => {
      const host = readHostConfig(each.environment)
      assert.ok(EXISTING.includes(host.functionName ?? ''))
    })
  }

  test('guards every function by a secret but the one that a connector calls', () => {
    const open = all.filter(({ each }) => !each.secrets?.includes('auth-tokens')).map(({ name }) => name)
    assert.deepEqual(open, ['openstack-queue'])
  })

  test('retries whatever asks for it: 503 is ours, 500 and 504 the watchdog’s, 429 that of its max_inflight', () => {
    for (const { each } of all) {
      assert.deepEqual(each.annotations['com.openfaas.retry.codes'], '408,429,500,502,503,504')
    }
  })
})

describe('the timeouts fit', () => {
  for (const { title, each } of underWatchdog) {
    const times = timesOf(each)

    test(`${title}: sink and dead letters have had their attempts before the watchdog gives up`, () => {
      assert.ok(longestMs(each) < times.exec_timeout, `${longestMs(each)} ms`)
      assert.ok(times.exec_timeout < Math.min(times.read_timeout, times.write_timeout))
      // The gateway's own limit, unless its chart was told otherwise.
      assert.ok(times.write_timeout < 60_000)
    })

    test(`${title}: a stop is over before the pod is killed, and the watchdog is the first to stop serving`, () => {
      assert.ok(times.healthcheck_interval + times.exec_timeout <= times.write_timeout)
      if (each.lang === undefined) assert.ok(Number(each.environment.SHUTDOWN_GRACE_MS) > times.healthcheck_interval)
    })
  }

  test('and those of the image do by themselves', () => {
    const environment = Object.fromEntries(
      targetOf(images, 'openfaas').config.Env?.map((pair) => pair.split('=')) ?? [],
    )
    assert.ok(Number(environment.SHUTDOWN_GRACE_MS) > milliseconds(environment.healthcheck_interval))
  })
})

/** Both sinks: every attempt times out, and before each but the first the longest pause that is honoured. */
function longestMs({ environment }: StackFunction): number {
  const { timeoutMs, retries } = readConfig(environment).sink.options
  const longestPauseMs = 2000 + 400
  return 2 * ((retries + 1) * timeoutMs + retries * longestPauseMs)
}

function timesOf({ environment }: StackFunction) {
  const of = (name: string) => milliseconds(environment[name])
  return {
    exec_timeout: of('exec_timeout'),
    read_timeout: of('read_timeout'),
    write_timeout: of('write_timeout'),
    healthcheck_interval: of('healthcheck_interval'),
  }
}

function milliseconds(duration = ''): number {
  const [, seconds] = /^(\d+)s$/.exec(duration) ?? []
  assert.ok(seconds, `${duration} is not a number of seconds`)
  return Number(seconds) * 1000
}
