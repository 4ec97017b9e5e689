import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readHostConfig } from '../../lib/hosts/host-settings.ts'
import { ConfigError } from '../../lib/process/errors.ts'
import { freePorts } from '../services/ports.ts'
import { startHost } from './process.ts'

describe('AWS_LAMBDA_HTTP_ENDPOINT', () => {
  test('is where the host listens, before PORT, and nowhere else, with a secret and open to all', async (t) => {
    const [one = 0, two = 0] = await freePorts(2)
    const guarded = await startHost(t, { PORT: '1', AUTH_TOKENS: 'abc', AWS_LAMBDA_HTTP_ENDPOINT: `127.0.0.1:${one}` })
    const open = await startHost(t, {
      PORT: '1',
      ALLOW_ANONYMOUS: 'true',
      AWS_LAMBDA_HTTP_ENDPOINT: `127.0.0.2:${two}`,
    })
    assert.deepEqual(
      [guarded, open].map(({ address, port }) => [address, port]),
      [
        ['127.0.0.1', one],
        ['127.0.0.2', two],
      ],
    )
  })

  for (const [text, hostname, port] of [
    ['localhost:3000', 'localhost', 3000],
    ['[::1]:3000', '::1', 3000],
    ['0.0.0.0:65535', '0.0.0.0', 65_535],
  ] as const) {
    test(`may be ${text}`, () => {
      const host = readHostConfig({ AWS_LAMBDA_HTTP_ENDPOINT: text })
      assert.deepEqual([host.hostname, host.port], [hostname, port])
    })
  }

  for (const text of ['3000', 'host', 'host:', ':3000', 'host:65536', '::1:3000', 'http://host:3000']) {
    test(`may not be ${text}`, () => {
      assert.throws(() => readHostConfig({ AWS_LAMBDA_HTTP_ENDPOINT: text }), ConfigError)
    })
  }
})
