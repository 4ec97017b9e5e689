import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readConfig } from '../../lib/kit/config.ts'

const defaults = {
  tokens: [],
  opaqueSecrets: [],
  allowAnonymous: false,
  sink: { url: new URL('log:'), options: { mode: 'batch', timeoutMs: 5000, retries: 2 } },
  deadLetterUrl: new URL('log:'),
  returnsRefused: true,
  filter: { types: [], priorities: [] },
  novaNotifications: 'both',
  deduplicate: 10_000,
  logLevel: 'info',
  host: {
    behindProxy: false,
    port: 8080,
    functionName: undefined,
    maxBodyBytes: 1_048_576,
    maxInFlight: 1024,
    maxBytesInFlight: 8_388_608,
    requestTimeoutMs: 30_000,
    refusalDelayMs: 250,
    shutdownGraceMs: 5000,
  },
}

test('an empty environment is a working setup', () => {
  assert.deepEqual(readConfig({}), defaults)
})

test('an empty variable is one that was left out', () => {
  assert.deepEqual(readConfig({ PORT: '', SINK_URL: '', AUTH_TOKENS: '', ALLOW_ANONYMOUS: '', FUNCTION: '' }), defaults)
})

test('variables of others are none of our business', () => {
  assert.deepEqual(readConfig({ PATH: '/usr/bin', npm_config_port: 'x', __proto__: 'x' }), defaults)
})

test('every variable is read', () => {
  assert.deepEqual(
    readConfig({
      AUTH_TOKENS: 'a,b',
      OPAQUE_SECRETS: 'c',
      ALLOW_ANONYMOUS: 'true',
      SINK_URL: 'https://user:pass@sink.example/x',
      SINK_MODE: 'binary',
      SINK_TIMEOUT_MS: '1',
      SINK_RETRIES: '0',
      DEAD_LETTER_URL: 'http://dead.example/',
      EVENT_TYPES: '!*.exists, *.nova.*',
      EVENT_PRIORITIES: 'error',
      NOVA_NOTIFICATIONS: 'versioned',
      DEDUPLICATE: '0',
      LOG_LEVEL: 'debug',
      fprocess: 'node server.cjs',
      PORT: '0',
      FUNCTION: 'ceph-notifications',
      MAX_BODY_BYTES: '2',
      MAX_IN_FLIGHT: '3',
      MAX_BYTES_IN_FLIGHT: '4',
      REQUEST_TIMEOUT_MS: '400',
      REFUSAL_DELAY_MS: '0',
      SHUTDOWN_GRACE_MS: '6',
    }),
    {
      tokens: ['a', 'b'],
      opaqueSecrets: ['c'],
      allowAnonymous: true,
      sink: {
        url: new URL('https://user:pass@sink.example/x'),
        options: { mode: 'binary', timeoutMs: 1, retries: 0 },
      },
      deadLetterUrl: new URL('http://dead.example/'),
      returnsRefused: false,
      filter: { types: ['!*.exists', '*.nova.*'], priorities: ['error'] },
      novaNotifications: 'versioned',
      deduplicate: 0,
      logLevel: 'debug',
      host: {
        behindProxy: true,
        port: 0,
        functionName: 'ceph-notifications',
        maxBodyBytes: 2,
        maxInFlight: 3,
        maxBytesInFlight: 4,
        requestTimeoutMs: 400,
        refusalDelayMs: 0,
        shutdownGraceMs: 6,
      },
    },
  )
})

describe('the sink', () => {
  const broker = 'http://broker.example/'
  const own = 'http://own.example/'
  const cases = [
    { name: 'SINK_URL gets batches', given: { SINK_URL: own }, url: own, mode: 'batch' },
    { name: 'K_SINK, usually a broker, gets none', given: { K_SINK: broker }, url: broker, mode: 'structured' },
    { name: 'SINK_URL wins over K_SINK', given: { SINK_URL: own, K_SINK: broker }, url: own, mode: 'batch' },
    { name: 'SINK_MODE wins over all', given: { K_SINK: broker, SINK_MODE: 'batch' }, url: broker, mode: 'batch' },
  ]
  for (const { name, given, url, mode } of cases) {
    test(name, () => {
      const { sink } = readConfig(given)
      assert.deepEqual([sink.url.href, sink.options.mode], [url, mode])
    })
  }
})

describe('a bad variable is named with its remedy, never with its value', () => {
  const url = 'use a URL such as log: or https://example.org/events'
  const number = (least: number, most: number, example: number) =>
    `use a whole number from ${least} to ${most}, for example ${example}`
  const cases: readonly (readonly [variable: string, value: string, remedy: string])[] = [
    ['ALLOW_ANONYMOUS', 'yes-hunter2', 'use one of true, false'],
    ['SINK_URL', 'ftp://user:hunter2@example.org', url],
    ['SINK_URL', 'hunter2', url],
    ['K_SINK', 'file:///hunter2', url],
    ['DEAD_LETTER_URL', 'hunter2', url],
    ['SINK_MODE', 'hunter2', 'use one of batch, structured, binary'],
    ['LOG_LEVEL', 'hunter2', 'use one of debug, info, warn, error'],
    ['PORT', 'hunter2', number(0, 65_535, 8080)],
    ['PORT', '65536', number(0, 65_535, 8080)],
    ['PORT', '-1', number(0, 65_535, 8080)],
    ['PORT', '80.5', number(0, 65_535, 8080)],
    ['PORT', '0x50', number(0, 65_535, 8080)],
    ['PORT', ' 80', number(0, 65_535, 8080)],
    ['MAX_BODY_BYTES', '0', number(1, 1_073_741_824, 1_048_576)],
    ['MAX_IN_FLIGHT', '1e3', number(1, 1_000_000, 1024)],
    ['REQUEST_TIMEOUT_MS', '99', number(100, 3_600_000, 30_000)],
    ['REFUSAL_DELAY_MS', '3600001', number(0, 3_600_000, 250)],
    ['SHUTDOWN_GRACE_MS', '5s', number(0, 3_600_000, 5000)],
    ['SINK_TIMEOUT_MS', '0', number(1, 3_600_000, 5000)],
    ['SINK_RETRIES', '21', number(0, 20, 2)],
  ]
  for (const [variable, value, remedy] of cases) {
    test(`${variable}=${value}`, () => {
      assert.throws(() => readConfig({ [variable]: value }), {
        name: 'ConfigError',
        code: 'config_invalid',
        message: `${variable}: ${remedy}`,
      })
    })
  }

  test('all of them at once', () => {
    assert.throws(() => readConfig({ LOG_LEVEL: 'loud', SINK_MODE: 'x', PORT: '1' }), {
      message: 'SINK_MODE: use one of batch, structured, binary; LOG_LEVEL: use one of debug, info, warn, error',
    })
  })
})
