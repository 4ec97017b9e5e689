import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { ConfigError } from '../../../lib/process/errors.ts'
import { parseAmqpUrl } from '../../../lib/relay/settings/amqp-url.ts'
import { keepingAll, readRelayConfig } from '../../../lib/relay/settings/relay-config.ts'
import { RELAY_SETTINGS, VARIABLE_OF_FLAG } from '../../../lib/relay/settings/relay-settings.ts'
import { BROKER_SETTINGS, SOURCE_SETTINGS } from '../../../lib/relay/settings/source-settings.ts'

const directory = mkdtempSync(join(tmpdir(), 'tidings-'))
after(() => rmSync(directory, { recursive: true }))
const file = (name: string, text = ''): string => {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

const AMQP_URL = 'amqp://relay:s3cret@rabbit.example.org'

const queueOf = (environment: Record<string, string>, flags: Record<string, string> = {}) =>
  readRelayConfig({ AMQP_URL, ...environment }, flags).relay.sources[0]?.queue

/** The fault, by the settings' names; no value may be in it. */
const failsWith = (environment: Record<string, string>, message: RegExp | string, flags: Record<string, string> = {}) =>
  assert.throws(
    () => readRelayConfig(environment, flags),
    (error) => {
      assert.ok(error instanceof ConfigError)
      assert.doesNotMatch(error.message, /s3cret/)
      if (typeof message === 'string') assert.equal(error.message, message)
      else assert.match(error.message, message)
      return true
    },
  )

test('a URL is enough', () => {
  assert.deepEqual(readRelayConfig({ AMQP_URL }, {}), {
    relay: {
      sources: [
        {
          hosts: [{ host: 'rabbit.example.org', port: 5672 }],
          username: 'relay',
          password: 's3cret',
          vhost: '/',
          heartbeatSeconds: 60,
          queue: {
            kind: 'own',
            name: 'tidings',
            type: 'quorum',
            exchanges: [
              ...['nova', 'neutron', 'cinder', 'glance', 'keystone', 'heat', 'ironic', 'designate', 'openstack'],
              ...['octavia', 'magnum', 'masakari', 'watcher', 'tacker', 'aodh', 'trove', 'swift', 'barbican', 'dns'],
              ...['cyborg', 'ceilometer'],
            ],
            bindingKeys: [
              ...['notifications.*', 'versioned_notifications.*', 'ironic_versioned_notifications.*'],
              '<exchange>_versioned_notifications.*',
            ],
            dropsRpc: false,
            ttlMs: 259_200_000,
            maxLength: 1_000_000,
            overflow: 'drop-head',
            deliveryLimit: 20,
          },
        },
      ],
      batch: { size: 100, lingerMs: 50 },
      concurrency: 1,
      ordered: false,
      prefetch: 200,
      bytesInHand: 33_554_432,
      maxMessageBytes: 33_554_432,
      retry: { attempts: 10, firstDelayMs: 1000, maxDelayMs: 300_000 },
      rebindMs: 30_000,
      drainMs: 25_000,
    },
    invoke: { kind: 'function', name: 'openstack-notifications', timeoutMs: 60_000 },
    port: undefined,
    secrets: ['s3cret'],
  })
})

test('in order there is one batch at a time, and over HTTP one message', () => {
  const ordered = { AMQP_URL, RELAY_ORDERED: 'true' }
  const { relay } = readRelayConfig(ordered, {})
  assert.deepEqual([relay.ordered, relay.concurrency, relay.batch.size], [true, 1, 100])
  assert.equal(readRelayConfig({ AMQP_URL }, { ordered: 'true' }).relay.ordered, true)
  assert.equal(readRelayConfig({ ...ordered, RELAY_INVOKE: 'http://f/' }, {}).relay.batch.size, 1)
  assert.equal(readRelayConfig({ ...ordered, RELAY_INVOKE: 'lambda:f' }, {}).relay.batch.size, 100)
  failsWith({ ...ordered, RELAY_CONCURRENCY: '2' }, /^RELAY_ORDERED allows one batch at a time/)
})

test('without a URL nothing starts', () => {
  failsWith({}, 'AMQP_URL is missing: set the URL of RabbitMQ, such as amqp://user:password@host:5672/vhost')
  failsWith({ AMQP_URL: ' \n' }, /^AMQP_URL is missing/)
})

const partsOf = (text: string) => {
  const { query: _, ...parts } = parseAmqpUrl(text, 'AMQP_URL')
  return parts
}

test("oslo.messaging's transport_url is read as oslo.messaging reads it", () => {
  assert.deepEqual(
    partsOf('rabbit://open%40stack:p%2Fw%3A%25@h1:5671,open%40stack:p%2Fw%3A%25@[::1]/nova%2Fcell1?ssl=1'),
    {
      hosts: [
        { host: 'h1', port: 5671 },
        { host: '::1', port: 5672 },
      ],
      username: 'open@stack',
      password: 'p/w:%',
      vhost: 'nova/cell1',
      isTls: true,
    },
  )
  for (const [path, vhost] of [
    ['', '/'],
    ['/', '/'],
    ['//', '/'],
    ['/%2F', '/'],
    ['//nova', '/nova'],
    ['/a/b', 'a/b'],
  ]) {
    assert.equal(parseAmqpUrl(`rabbit://u:p@h${path}`, '').vhost, vhost, path)
  }
})

test('amqp and amqps URLs: ports, and credentials that stand at one host or at none', () => {
  assert.deepEqual(partsOf('amqp://h'), {
    hosts: [{ host: 'h', port: 5672 }],
    username: 'guest',
    password: 'guest',
    vhost: '/',
    isTls: false,
  })
  assert.deepEqual(partsOf('amqps://u:p@h1,h2:99/v?ssl=false'), {
    hosts: [
      { host: 'h1', port: 5671 },
      { host: 'h2', port: 99 },
    ],
    username: 'u',
    password: 'p',
    vhost: 'v',
    isTls: true,
  })
  assert.equal(partsOf('amqp://u@h').password, '')
})

test('malformed URLs are refused without being shown', () => {
  for (const text of [
    'h:5672',
    'http://s3cret@h',
    'amqp://',
    'amqp://u:s3cret@',
    'amqp://u:s3cret@h:70000',
    'amqp://h:s3cret',
  ])
    failsWith({ AMQP_URL: text }, /^AMQP_URL .*must be amqp:/)
  failsWith({ AMQP_URL: 'amqp://a:s3cret@h,b:s3cret@i' }, /^AMQP_URL has hosts with different credentials/)
  failsWith({ AMQP_URL: `${AMQP_URL}?ssl=s3cret` }, 'AMQP_URL has a wrong query: ssl must be true or false')
  failsWith({ AMQP_URL: `${AMQP_URL} s3cret` }, /^AMQP_URL, number 2, must be amqp:/)
})

test('any text is taken apart, or is an error of ours', () => {
  const text = fc.oneof(
    fc.string(),
    fc.tuple(fc.constantFrom('amqp', 'amqps', 'rabbit'), fc.string()).map((p) => p.join('://')),
  )
  fc.assert(
    fc.property(text, (given) => {
      try {
        parseAmqpUrl(given, 'AMQP_URL')
      } catch (error) {
        assert.ok(error instanceof ConfigError)
      }
    }),
  )
})

test('names and passwords of any characters survive, percent-encoded', () => {
  const part = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed())
  fc.assert(
    fc.property(part, part, part, (username, password, vhost) => {
      const [u, p, v] = [username, password, vhost].map(encodeURIComponent)
      const read = parseAmqpUrl(`rabbit://${u}:${p}@h/${v}`, '')
      assert.deepEqual([read.username, read.password, read.vhost], [username, password, vhost])
    }),
  )
})

test('many URLs, each with settings of its own in its query', () => {
  const { relay, secrets } = readRelayConfig(
    {
      AMQP_URL: `amqp://u:one@h/a?queue=mine&queue_type=classic&exchanges=nova,heat&binding_keys=x.*&heartbeat=5
        rabbit://u:two@h/b?compat=nova,neutron   amqp://u:one@h/c?queue_declared=theirs&rabbit_quorum_queue=true`,
      RELAY_QUEUE_TYPE: 'quorum',
      RELAY_EXCHANGES: 'cinder',
      RELAY_QUEUE: 'general',
    },
    { 'queue-ttl-ms': '5000' },
  )
  const common = { type: 'quorum', ttlMs: 5000, maxLength: 1_000_000, overflow: 'drop-head', deliveryLimit: 20 }
  assert.deepEqual(
    relay.sources.map(({ vhost, heartbeatSeconds, queue }) => ({ vhost, heartbeatSeconds, queue })),
    [
      {
        vhost: 'a',
        heartbeatSeconds: 5,
        queue: {
          ...common,
          kind: 'own',
          name: 'mine',
          type: 'classic',
          exchanges: ['nova', 'heat'],
          bindingKeys: ['x.*'],
          dropsRpc: false,
        },
      },
      {
        vhost: 'b',
        heartbeatSeconds: 60,
        queue: {
          ...common,
          kind: 'own',
          name: 'general',
          exchanges: ['nova', 'neutron'],
          bindingKeys: ['#'],
          dropsRpc: true,
        },
      },
      { vhost: 'c', heartbeatSeconds: 60, queue: { kind: 'foreign', name: 'theirs' } },
    ],
  )
  assert.deepEqual(secrets, ['one', 'two'])
})

test('a wrong setting in a query is named as it stands there', () => {
  failsWith(
    { AMQP_URL: `${AMQP_URL}?queue_type=s3cret` },
    'AMQP_URL has a wrong query: queue_type must be quorum or classic',
  )
  failsWith(
    { AMQP_URL: `${AMQP_URL}?queu=s3cret` },
    /^AMQP_URL has an unknown option in its query, 'queu': remove it, or use one of queue, queue_declared, .*server_name$/,
  )
  // A setting of the whole relay, so not of one URL.
  failsWith({ AMQP_URL: `${AMQP_URL}?batch_size=5` }, /^AMQP_URL has an unknown option in its query, 'batch_size': /)
})

test('an unknown option is not shown where it may be a part of a password with an unescaped ?', () => {
  for (const url of ['amqp://relay:12?s3cret@h/v', 'amqp://relay:12?s3cret=1@h/v', 'amqp://relay:12?s3cret&x=1%40h'])
    failsWith({ AMQP_URL: url }, /^AMQP_URL has an unknown option in its query: remove it, /)
})

test('a flag is worth more than its variable', () => {
  const flags = { url: 'amqp://other', 'batch-size': '7', port: '0', 'queue-type': 'classic' }
  const { relay, port } = readRelayConfig(
    { AMQP_URL, RELAY_BATCH_SIZE: '5', PORT: '8080', RELAY_QUEUE_TYPE: 'quorum' },
    flags,
  )
  assert.deepEqual(
    [
      relay.sources[0]?.hosts,
      relay.batch.size,
      port,
      relay.sources[0]?.queue.kind === 'own' && relay.sources[0].queue.type,
    ],
    [[{ host: 'other', port: 5672 }], 7, 0, 'classic'],
  )
  // Prefetch follows the batches, within what AMQP can say.
  assert.equal(relay.prefetch, 14)
  assert.equal(readRelayConfig({ AMQP_URL }, { 'batch-size': '10000', concurrency: '9' }).relay.prefetch, 65_535)
})

test('every variable but the token has one flag, and every flag one variable', () => {
  const { RELAY_INVOKE_TOKEN: _withoutFlag, ...rest } = { ...BROKER_SETTINGS, ...SOURCE_SETTINGS, ...RELAY_SETTINGS }
  const variables = Object.keys(rest)
  assert.deepEqual(Object.values(VARIABLE_OF_FLAG).toSorted(), variables.toSorted())
})

test('--compat is exchanges and the key #, and excludes both beside it', () => {
  assert.deepEqual(queueOf({ RELAY_EXCHANGES: 'cinder' }, { compat: 'nova,neutron' }), {
    ...queueOf({}),
    exchanges: ['nova', 'neutron'],
    bindingKeys: ['#'],
    dropsRpc: true,
  })
  // The setting that has precedence decides alone.
  assert.deepEqual(queueOf({ RELAY_COMPAT: 'nova' }, { exchanges: 'heat' }), { ...queueOf({}), exchanges: ['heat'] })
  failsWith({ AMQP_URL, RELAY_COMPAT: 'nova', RELAY_EXCHANGES: 'nova' }, /^AMQP_URL has RELAY_COMPAT, which stands for/)
})

test('with the keys of a gateway nothing is dropped unread: only --compat does that, and not for Ceph', () => {
  const drops = (environment: Record<string, string>) => {
    const queue = queueOf(environment)
    return queue?.kind === 'own' && queue.dropsRpc
  }
  assert.equal(drops({ FUNCTION: 'ceph-notifications', RELAY_EXCHANGES: 'ceph', RELAY_BINDING_KEYS: '#' }), false)
  assert.equal(drops({ RELAY_EXCHANGES: 'nova', RELAY_BINDING_KEYS: '#' }), false)
  assert.equal(drops({ RELAY_COMPAT: 'nova' }), true)
  const { relay } = readRelayConfig({ AMQP_URL, RELAY_COMPAT: 'ceph' }, {})
  assert.deepEqual(
    [relay, keepingAll(relay)].map(({ sources: [{ queue } = {}] }) => queue?.kind === 'own' && queue.dropsRpc),
    [true, false],
  )
})

test('a queue that somebody else declared is consumed as it is', () => {
  assert.deepEqual(queueOf({ RELAY_QUEUE: 'mine' }, { 'queue-declared': 'theirs' }), {
    kind: 'foreign',
    name: 'theirs',
  })
  failsWith({ AMQP_URL, RELAY_QUEUE: 'a', RELAY_QUEUE_DECLARED: 'b' }, /^AMQP_URL has both RELAY_QUEUE/)
})

test('a queue that somebody else declared is not bound: settings of bindings beside it are refused', () => {
  for (const name of ['exchanges', 'binding-keys', 'compat'])
    failsWith({ AMQP_URL, RELAY_QUEUE_DECLARED: 'theirs' }, RELAY_BINDS, { [name]: 'nova' })
  failsWith({ AMQP_URL: `${AMQP_URL}?queue_declared=theirs&exchanges=nova` }, RELAY_BINDS)
  const AMQP_URLS = `${AMQP_URL} amqp://h/other?queue_declared=theirs`
  const { relay } = readRelayConfig({ AMQP_URL: AMQP_URLS, RELAY_EXCHANGES: 'nova' }, {})
  assert.deepEqual(
    relay.sources.map(({ queue }) => queue.kind),
    ['own', 'foreign'],
  )
})

const RELAY_BINDS = /^AMQP_URL has RELAY_\w+ beside RELAY_QUEUE_DECLARED, a queue that the relay does not bind/

test('TLS: by scheme or by ssl=1, with files that can be read', () => {
  const [ca, cert, key] = [file('ca.pem'), file('cert.pem'), file('key.pem')]
  const tlsOf = (url: string, environment: Record<string, string> = {}) =>
    readRelayConfig({ AMQP_URL: url, ...environment }, {}).relay.sources[0]?.tls
  const files = { AMQP_CA_FILE: ca, AMQP_CERT_FILE: cert, AMQP_KEY_FILE: key, AMQP_SERVER_NAME: 'rabbit' }
  assert.deepEqual(tlsOf('amqps://h', files), { caFile: ca, certFile: cert, keyFile: key, serverName: 'rabbit' })
  assert.deepEqual(tlsOf(`rabbit://h/?ssl=1&ssl_ca_file=${ca}`)?.caFile, ca)
  assert.equal(tlsOf('amqp://h', files), undefined)
  failsWith({ AMQP_URL: 'amqps://h', AMQP_CA_FILE: '/no/s3cret' }, /^AMQP_CA_FILE must name a PEM file/)
  failsWith(
    { AMQP_URL: 'amqps://h', AMQP_CERT_FILE: cert },
    /^AMQP_URL has only one of AMQP_CERT_FILE and AMQP_KEY_FILE/,
  )
})

test('URLs and the token come from files too, and are secrets', () => {
  const environment = {
    AMQP_URL_FILE: file('url', `${AMQP_URL}/a\n${AMQP_URL}/b\n`),
    RELAY_INVOKE_TOKEN_FILE: file('t', 't0ken\n'),
  }
  const { relay, invoke, secrets } = readRelayConfig(environment, { invoke: 'https://u:p%40ss@gateway/function/f' })
  assert.deepEqual(
    relay.sources.map(({ vhost }) => vhost),
    ['a', 'b'],
  )
  assert.deepEqual(invoke, {
    kind: 'http',
    url: new URL('https://u:p%40ss@gateway/function/f'),
    token: 't0ken',
    timeoutMs: 60_000,
  })
  assert.deepEqual(secrets, ['s3cret', 't0ken', 'p@ss'])
})

test('who is invoked', () => {
  const invokeOf = (environment: Record<string, string>) => readRelayConfig({ AMQP_URL, ...environment }, {}).invoke
  assert.deepEqual(invokeOf({ FUNCTION: 'mine', RELAY_INVOKE_TIMEOUT_MS: '7' }), {
    kind: 'function',
    name: 'mine',
    timeoutMs: 7,
  })
  assert.deepEqual(
    invokeOf({ RELAY_INVOKE: 'lambda:arn:aws:lambda:eu-1:1:function:f:prod', RELAY_INVOKE_TIMEOUT_MS: '5' }),
    {
      kind: 'lambda',
      functionName: 'arn:aws:lambda:eu-1:1:function:f:prod',
      timeoutMs: 5,
    },
  )
  failsWith({ AMQP_URL, RELAY_INVOKE: 'ftp://s3cret' }, /^RELAY_INVOKE must be http/)
  failsWith({ AMQP_URL, RELAY_INVOKE: 'http://h', FUNCTION: 's3cret' }, /^FUNCTION names a function inside the relay/)
})

test('the faults of all settings are told at once', () => {
  failsWith(
    { AMQP_URL: 'amqp://relay:s3cret@h/a?queue_type=x  amqp://', RELAY_LINGER_MS: 'soon' },
    new RegExp(
      [
        "^RELAY_LINGER_MS must be a whole number from 0 to 60000 \\(for example 50\\), got 'soon'; ",
        'AMQP_URL, number 1, has a wrong query: queue_type must be quorum or classic; ',
        'AMQP_URL, number 2, names no host: it must be amqp:',
      ].join(''),
    ),
  )
  failsWith(
    { RELAY_LINGER_MS: 'soon', RELAY_QUEUE_TYPE: 'x' },
    /RELAY_LINGER_MS .*; RELAY_QUEUE_TYPE .*; AMQP_URL is missing/,
  )
})

test('settings that contradict each other, or are out of range, are told', () => {
  failsWith(
    { AMQP_URL, RELAY_BATCH_SIZE: '0' },
    "RELAY_BATCH_SIZE must be a whole number from 1 to 10000 (for example 100), got '0'",
  )
  failsWith({ AMQP_URL, RELAY_QUEUE: 'amq.x' }, /^RELAY_QUEUE must be a name .*, got 'amq.x'$/)
  failsWith({ AMQP_URL, RELAY_RETRY_FIRST_DELAY_MS: '500000' }, /^RELAY_RETRY_MAX_DELAY_MS must be at least/)
  failsWith({ AMQP_URL: `${AMQP_URL} ${AMQP_URL}/` }, /^AMQP_URL names the same queue of the same broker twice/)
})
