import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type ClaimsPlace, openS3Claims } from '../../lib/claims/s3-claims.ts'
import { createSharedClaims } from '../../lib/claims/shared-claims.ts'
import type { Claims } from '../../lib/core/claims.ts'
import { createLogger } from '../../lib/process/log.ts'
import { ceph } from '../services/live.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import { heldOf, testClaims } from './contract.ts'

const { endpoint, accessKey, secretKey } = ceph()
const gateway = { endpoint: new URL(endpoint), credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } }
const place: ClaimsPlace = { bucket: `claims-${randomUUID()}`, prefix: 'photos/' }

const openS3 = (leaseMs: number, where = place): Claims =>
  createSharedClaims(
    () => openS3Claims(gateway, where, { leaseMs, ttlMs: 86_400_000, timeoutMs: 20_000, log: createLogger('claims') }),
    {
      ...{ name: 'photos', leaseMs, timeoutMs: 20_000, whenAway: 'retry' },
    },
  )

testClaims({
  name: 's3:',
  leaseMs: 1000,
  open: async (_t, count, leaseMs) => Array.from({ length: count }, () => openS3(leaseMs)),
})

test('the bucket is created, and the gateway removes old claims; the rules that it has stay', async () => {
  const client = createRgwClient({ endpoint, accessKey, secretKey })
  const bucket = `claims-${randomUUID()}`
  for (const prefix of ['photos/', 'videos/', 'photos/']) {
    const claims = openS3(60_000, { bucket, prefix })
    assert.equal(await claims.mark(heldOf(await claims.claim(randomUUID())), 'done'), true)
  }
  const { body } = await client.send({ method: 'GET', path: `/${bucket}`, query: { lifecycle: '' } })
  assert.equal(body.match(/<Rule>/g)?.length, 2, body)
  for (const prefix of ['photos/', 'videos/']) assert.ok(body.includes(`<Prefix>${prefix}</Prefix>`), body)
  assert.equal(body.match(/<Days>1<\/Days>/g)?.length, 2, body)
})
