import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CLAIMS_SETTINGS, claimsConfig } from '../../lib/claims/claims-settings.ts'
import { readSettings } from '../../lib/process/settings.ts'

const read = (CLAIMS_URL: string) => claimsConfig(readSettings(CLAIMS_SETTINGS, { CLAIMS_URL })).url

describe('CLAIMS_URL', () => {
  const right: readonly (readonly [string, object])[] = [
    ['', { kind: 'memory', size: 10_000 }],
    ['memory:', { kind: 'memory', size: 10_000 }],
    ['memory:?size=500', { kind: 'memory', size: 500 }],
    ['none:', { kind: 'none' }],
    ['redis://host', { kind: 'redis', url: new URL('redis://host') }],
    ['redis://[::1]:6380/15', { kind: 'redis', url: new URL('redis://[::1]:6380/15') }],
    ['redis://user:p%2Fw@host/', { kind: 'redis', url: new URL('redis://user:p%2Fw@host/') }],
    ['rediss://:pw@host:6380', { kind: 'redis', url: new URL('rediss://:pw@host:6380') }],
    ['rediss://host/1?ca=/ca.pem', { kind: 'redis', url: new URL('rediss://host/1'), ca: '/ca.pem' }],
    ['s3://claims/photos', { kind: 's3', bucket: 'claims', prefix: 'photos/' }],
    ['s3://claims/photos/', { kind: 's3', bucket: 'claims', prefix: 'photos/' }],
    ['s3://my.claims/a/b', { kind: 's3', bucket: 'my.claims', prefix: 'a/b/' }],
    ['dynamodb://claims', { kind: 'dynamodb', table: 'claims' }],
    ['dynamodb://claims?region=eu-west-1', { kind: 'dynamodb', table: 'claims', region: 'eu-west-1' }],
    [
      'dynamodb://claims?endpoint=http://127.0.0.1:8000',
      { kind: 'dynamodb', table: 'claims', endpoint: 'http://127.0.0.1:8000' },
    ],
  ]
  for (const [url, expected] of right) test(`may be ${url || 'absent'}`, () => assert.deepEqual(read(url), expected))

  const wrong = [
    ...['memory', 'memory://hunter2', 'memory:hunter2', 'memory:?size=0', 'memory:?size=x'],
    ...['memory:?size=10000001', 'memory:?size=1&size=2', 'memory:#hunter2', 'none:hunter2', 'none://hunter2'],
    ...['redis:', 'redis:hunter2', 'redis:///0', 'redis://host/hunter2', 'redis://host/0#hunter2'],
    ...['rediss://host?ca=', 'redis://:hunter2%zz@host'],
    ...['s3://claims', 's3://claims/', 's3:///photos', 's3://claims/ä'],
    ...['s3://user:hunter2@claims/photos', 's3://:hunter2@claims/photos', 's3://claims/photos#hunter2'],
    ...['dynamodb:', 'dynamodb://claims/photos', 'dynamodb://claims?region='],
    ...['dynamodb://claims?endpoint=here', 'dynamodb://claims?endpoint=ftp://here', 'dynamodb://a:hunter2@claims'],
    ...['http://host/', 'valkey:', 'hunter2'],
  ]
  for (const url of wrong) {
    test(`is not ${url}, and no message shows it`, () => {
      assert.throws(() => read(url), {
        code: 'config_invalid',
        message:
          'CLAIMS_URL must be a URL such as memory:?size=10000, none:, redis://host, s3://bucket/prefix or dynamodb://table',
      })
    })
  }
})

describe('a parameter that the store does not have', () => {
  for (const [url, message] of [
    ['memory:?sice=1', "CLAIMS_URL: memory: has no parameter 'sice': use size."],
    ['none:?size=1', "CLAIMS_URL: none: has no parameter 'size': leave it out."],
    ['redis://:hunter2@host?db=1', "CLAIMS_URL: redis: has no parameter 'db': leave it out."],
    ['redis://host?ca=/ca.pem', "CLAIMS_URL: redis: has no parameter 'ca': leave it out."],
    ['rediss://host?cs=/ca.pem', "CLAIMS_URL: rediss: has no parameter 'cs': use ca."],
    ['s3://claims/photos?region=x', "CLAIMS_URL: s3: has no parameter 'region': leave it out."],
    ['dynamodb://claims?regoin=x', "CLAIMS_URL: dynamodb: has no parameter 'regoin': use region, endpoint."],
  ] as const) {
    test(message, () => assert.throws(() => read(url), { code: 'config_invalid', message }))
  }
})

describe('the other settings of claims', () => {
  for (const [given, message] of [
    [{ CLAIMS_TTL: '59' }, "CLAIMS_TTL must be a whole number from 60 to 31536000 (for example 86400), got '59'"],
    [
      { CLAIMS_LEASE_MS: '1s' },
      "CLAIMS_LEASE_MS must be a whole number from 1000 to 3600000 (for example 30000), got '1s'",
    ],
    [{ CLAIMS_WHEN_AWAY: 'wait' }, "CLAIMS_WHEN_AWAY must be process or retry, got 'wait'"],
  ] as const) {
    test(message, () => {
      assert.throws(() => readSettings(CLAIMS_SETTINGS, given), { code: 'config_invalid', message })
    })
  }
})
