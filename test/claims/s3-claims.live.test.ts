import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { type ClaimsPlace, openS3Claims } from '../../lib/claims/s3-claims.ts'
import { createSharedClaims } from '../../lib/claims/shared-claims.ts'
import type { Claims } from '../../lib/core/claims.ts'
import { createLogger } from '../../lib/process/log.ts'
import { ceph } from '../services/live.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import { putObject } from '../services/s3.ts'
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

describe('an object of somebody else that has the name of a claim is replaced:', () => {
  const held = { state: 'held', fence: 7, taken: [], leaseMs: 600_000, by: 'somebody' }
  const foreign: Readonly<Record<string, string | Uint8Array>> = {
    'an empty one': '',
    'a text': 'holiday photos',
    bytes: new Uint8Array([0, 255, 128]),
    'another JSON': 'null',
    'half of a claim': JSON.stringify({ ...held, fence: 'seven' }),
    'one of 40 MB': new Uint8Array(40_000_000),
  }
  for (const [name, body] of Object.entries(foreign)) {
    test(name, async () => {
      const client = createRgwClient({ endpoint, accessKey, secretKey })
      const options = { leaseMs: 60_000, ttlMs: 86_400_000, timeoutMs: 20_000, log: createLogger('claims') }
      const [one, other] = [await openS3Claims(gateway, place, options), await openS3Claims(gateway, place, options)]
      const key = createHash('sha256').update(name).digest('hex')
      await putObject(client, place.bucket, `${place.prefix}${key}`, body)
      const claimed = heldOf(await one.claim(key))
      assert.ok('heldUntil' in Object(await other.claim(key)))
      assert.deepEqual([await one.mark(claimed, 'done'), await other.claim(key)], [true, 'done'])
    })
  }
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
