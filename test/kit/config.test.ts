import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readConfig, secretsOf } from '../../lib/kit/config.ts'
import { OPENSTACK_SETTINGS } from '../../lib/openstack/openstack-settings.ts'

const CLAIMS = {
  url: { kind: 'memory', size: 10_000 },
  ...{ ttlMs: 86_400_000, leaseMs: 30_000, timeoutMs: 2000, whenAway: 'process' },
}

const defaults = {
  tokens: [],
  allowAnonymous: false,
  sink: { url: new URL('log:'), options: { mode: 'batch', timeoutMs: 5000, retries: 2 } },
  deadLetterUrl: new URL('log:'),
  returnsRefused: true,
  routes: undefined,
  filter: { types: [], priorities: [] },
  claims: CLAIMS,
  logLevel: 'info',
}

/** The settings, less the environment that they are from. */
const read = (given: Readonly<Record<string, string>>) => {
  const { environment, ...config } = readConfig(given)
  assert.equal(environment, given)
  return config
}

test('an empty environment is a working setup', () => {
  assert.deepEqual(read({}), defaults)
})

test('an empty variable is one that was left out', () => {
  assert.deepEqual(
    read({ SINK_URL: '', AUTH_TOKENS: '', ALLOW_ANONYMOUS: '', CLAIMS_URL: '', LOG_LEVEL: '' }),
    defaults,
  )
})

test('variables of other programs are ignored', () => {
  assert.deepEqual(read({ PATH: '/usr/bin', PORT: 'x', __proto__: 'x' }), defaults)
})

test('every variable is read', () => {
  assert.deepEqual(
    read({
      AUTH_TOKENS: 'a,b',
      ALLOW_ANONYMOUS: 'true',
      SINK_URL: 'https://user:pass@sink.example/x',
      SINK_MODE: 'binary',
      SINK_TIMEOUT_MS: '1',
      SINK_RETRIES: '0',
      DEAD_LETTER_URL: 'http://dead.example/',
      EVENT_TYPES: '!*.exists, *.nova.*',
      EVENT_PRIORITIES: 'error',
      CLAIMS_URL: 'none:',
      LOG_LEVEL: 'debug',
    }),
    {
      tokens: ['a', 'b'],
      allowAnonymous: true,
      sink: {
        url: new URL('https://user:pass@sink.example/x'),
        options: { mode: 'binary', timeoutMs: 1, retries: 0 },
      },
      deadLetterUrl: new URL('http://dead.example/'),
      returnsRefused: false,
      routes: undefined,
      filter: { types: ['!*.exists', '*.nova.*'], priorities: ['error'] },
      claims: { ...CLAIMS, url: { kind: 'none' } },
      logLevel: 'debug',
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

describe('a wrong variable is named, with what it must be and what was found:', () => {
  const cases: readonly (readonly [variable: string, value: string, expected: string])[] = [
    ['ALLOW_ANONYMOUS', 'yes', 'true or false'],
    ['SINK_MODE', 'json', 'batch, structured or binary'],
    ['LOG_LEVEL', 'loud', 'debug, info, warn or error'],
    ['SINK_TIMEOUT_MS', '0', 'a whole number from 1 to 3600000 (for example 5000)'],
    ['SINK_RETRIES', '21', 'a whole number from 0 to 20 (for example 2)'],
  ]
  for (const [variable, value, expected] of cases) {
    test(`${variable}=${value}`, () => {
      const message = `${variable} must be ${expected}, got '${value}'`
      assert.throws(() => readConfig({ [variable]: value }), { name: 'ConfigError', code: 'config_invalid', message })
    })
  }

  for (const [variable, value] of [
    ['SINK_URL', 'ftp://user:hunter2@example.org'],
    ['SINK_URL', 'hunter2'],
    ['K_SINK', 'ftp:///hunter2'],
    ['DEAD_LETTER_URL', 'hunter2'],
  ] as const) {
    test(`${variable}=${value}, which may hold a secret and is not shown`, () => {
      const message = new RegExp(
        `^${variable} must be a URL such as https://example\\.org/events, with one of the schemes log: [^2]*$`,
      )
      assert.throws(() => readConfig({ [variable]: value }), { message })
    })
  }

  test('CLAIMS_URL=memory:?sise=1, whose parameter is shown beside the known one', () => {
    assert.throws(() => readConfig({ CLAIMS_URL: 'memory:?sise=1' }), {
      message: "CLAIMS_URL: memory: has no parameter 'sise': use size.",
    })
  })

  for (const url of ['memory:?size=0', 'memory:?size=x', 'none:x', 'file:///hunter2', 'hunter2']) {
    test(`CLAIMS_URL=${url}, which may hold a secret and is not shown`, () => {
      assert.throws(() => readConfig({ CLAIMS_URL: url }), {
        message: /^CLAIMS_URL must be a URL such as memory:[^']*$/,
      })
    })
  }

  for (const [size, url] of [
    ['0', 'none:'],
    ['500', 'memory:?size=500'],
    ['many', 'memory:'],
  ]) {
    test(`DEDUPLICATE=${size}, which CLAIMS_URL replaces`, () => {
      const message = `DEDUPLICATE does not exist any more: set CLAIMS_URL=${url} in its place`
      assert.throws(() => readConfig({ DEDUPLICATE: size }), { code: 'config_invalid', message })
    })
  }

  test('all of them at once, with those of the product', () => {
    const wrong = { LOG_LEVEL: 'loud', SINK_MODE: 'x', NOVA_NOTIFICATIONS: 'old', PORT: 'x' }
    assert.throws(() => readConfig(wrong, OPENSTACK_SETTINGS), {
      message: [
        "NOVA_NOTIFICATIONS must be both, versioned or unversioned, got 'old'",
        "SINK_MODE must be batch, structured or binary, got 'x'",
        "LOG_LEVEL must be debug, info, warn or error, got 'loud'",
      ].join('; '),
    })
  })
})

test('the passwords of every URL are secrets: of sinks, routes and claims', () => {
  const routes = { routes: [{ to: 'https://user:of-a-route@example.org' }], deadLetters: 'https://user:of-letters@a' }
  const secrets = secretsOf(
    readConfig({ TIDINGS_CONFIG: JSON.stringify(routes), CLAIMS_URL: 'redis://user:of-claims@redis.example' }),
  )
  for (const secret of ['of-a-route', 'of-letters', 'of-claims']) assert.ok(secrets.includes(secret), secret)
})
