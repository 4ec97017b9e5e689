import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { openDynamodbClaims } from '../../lib/claims/dynamodb-claims.ts'
import { createSharedClaims } from '../../lib/claims/shared-claims.ts'
import type { Claims } from '../../lib/core/claims.ts'
import { createClaimsTable, type Moto, startMoto } from '../services/moto.ts'
import { heldOf, testClaims } from './contract.ts'

const region = 'us-east-1'
let moto: Moto
before(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' })
  moto = await startMoto()
  await createClaimsTable(moto)
})
after(() => moto.stop())

const openTable = (leaseMs: number): Claims => {
  const place = { table: 'claims', region, endpoint: moto.endpoint }
  const limits = { leaseMs, ttlMs: 60_000, timeoutMs: 60_000 }
  return createSharedClaims(() => openDynamodbClaims(place, limits), { ...limits, name: 'photos', whenAway: 'retry' })
}

testClaims({
  name: 'dynamodb:',
  leaseMs: 300,
  open: (_t, count, leaseMs) => Array.from({ length: count }, () => openTable(leaseMs)),
})

test('an item that is something else is an error that names it, and disturbs no other claim', async (t) => {
  const client = new DynamoDBClient({ region, endpoint: moto.endpoint })
  t.after(() => client.destroy())
  const claims = openTable(60_000)
  const foreign: readonly Readonly<Record<string, AttributeValue>>[] = [
    { other: { S: 'x' } },
    { state: { S: 'gone' }, fence: { N: '1' }, until: { N: '1' } },
    { state: { S: 'free' }, fence: { S: 'one' }, until: { N: '1' } },
    { state: { S: 'held' }, fence: { N: '1' } },
  ]
  for (const [index, attributes] of foreign.entries()) {
    const id = `foreign-${index}`
    const key = createHash('sha256').update(`photos\0${id}`).digest('hex')
    await client.send(new PutItemCommand({ TableName: 'claims', Item: { id: { S: key }, ...attributes } }))
    const refused = await claims.claim(id)
    assert.ok(typeof refused === 'object' && 'error' in refused, id)
    assert.equal(refused.error.code, 'sink_unavailable')
    assert.equal(
      refused.error.message,
      `the item ${key} in the table claims of CLAIMS_URL is not a claim: remove it, or use another table`,
    )
    heldOf(await claims.claim(`beside-${index}`))
  }
})
