import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readHostConfig } from '../../lib/hosts/host-settings.ts'

const defaults = {
  behindProxy: false,
  port: 8080,
  functionName: undefined,
  maxBodyBytes: 1_048_576,
  maxInFlight: 1024,
  maxBytesInFlight: 8_388_608,
  requestTimeoutMs: 30_000,
  refusalDelayMs: 250,
  shutdownGraceMs: 5000,
}

test('an empty environment is a working setup', () => assert.deepEqual(readHostConfig({}), defaults))

test('an empty variable is one that was left out', () => {
  assert.deepEqual(readHostConfig({ PORT: '', FUNCTION: '', AWS_LAMBDA_HTTP_ENDPOINT: '' }), defaults)
})

test('every variable is read', () => {
  assert.deepEqual(
    readHostConfig({
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
  )
})

test('a body of the largest size fits among those that are read at once', () => {
  assert.equal(readHostConfig({ MAX_BODY_BYTES: '9000000' }).maxBytesInFlight, 9_000_000)
})

describe('a wrong number is named, with what it must be and what was found:', () => {
  const cases: readonly (readonly [variable: string, value: string, expected: string])[] = [
    ...['eighty', '65536', '-1', '80.5', '0x50', ' 80'].map(
      (value) => ['PORT', value, 'from 0 to 65535 (for example 8080)'] as const,
    ),
    ['MAX_BODY_BYTES', '0', 'from 1 to 1073741824 (for example 1048576)'],
    ['MAX_IN_FLIGHT', '1e3', 'from 1 to 1000000 (for example 1024)'],
    ['REQUEST_TIMEOUT_MS', '99', 'from 100 to 3600000 (for example 30000)'],
    ['REFUSAL_DELAY_MS', '3600001', 'from 0 to 3600000 (for example 250)'],
    ['SHUTDOWN_GRACE_MS', '5s', 'from 0 to 3600000 (for example 5000)'],
  ]
  for (const [variable, value, expected] of cases) {
    test(`${variable}=${value}`, () => {
      const message = `${variable} must be a whole number ${expected}, got '${value}'`
      assert.throws(() => readHostConfig({ [variable]: value }), { code: 'config_invalid', message })
    })
  }
})
