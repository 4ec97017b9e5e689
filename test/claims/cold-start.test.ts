import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { test } from 'node:test'
import { notification, wireRecord } from '../ceph/ceph-records.ts'

const loaded: string[] = []
registerHooks({
  load: (url, context, next) => {
    loaded.push(url)
    return next(url, context)
  },
})
const { ceph } = await import('../../lib/kit/ceph.ts')
const { readConfig } = await import('../../lib/kit/config.ts')
const { post } = await import('../kit/own-functions.ts')

const ofStores = () =>
  loaded.filter((url) => /(redis|s3|dynamodb)-claims|claims-bucket|object-store|ioredis|aws4/.test(url))

test('no store is loaded before the first event, and then only the one of CLAIMS_URL', async () => {
  for (const [CLAIMS_URL, own] of [
    ['dynamodb://claims?region=x&endpoint=http://127.0.0.1:1', 'dynamodb-claims.ts'],
    ['redis://127.0.0.1:1', 'redis-claims.ts'],
    ['s3://claims/photos', 's3-claims.ts'],
  ] as const) {
    const before = ofStores().length
    const config = readConfig({
      ...{ CLAIMS_URL, ALLOW_ANONYMOUS: 'true', CLAIMS_WHEN_AWAY: 'retry', LOG_LEVEL: 'error' },
      ...{ RGW_ENDPOINT: 'http://127.0.0.1:1', RGW_ACCESS_KEY: 'any', RGW_SECRET_KEY: 'any' },
    })
    const handler = ceph({ config }).on('*', () => {})
    await post(handler, '{}')
    assert.equal(ofStores().length, before)
    const { statusCode } = await post(handler, notification(wireRecord('photo')))
    assert.equal(statusCode, 503)
    const names = ofStores().slice(before)
    assert.ok(names.some((url) => url.endsWith(`/${own}`)))
  }
})
