import { after, before } from 'node:test'
import { openDynamodbClaims } from '../../lib/claims/dynamodb-claims.ts'
import { createSharedClaims } from '../../lib/claims/shared-claims.ts'
import { createClaimsTable, type Moto, startMoto } from '../services/moto.ts'
import { testClaims } from './contract.ts'

const region = 'us-east-1'
let moto: Moto
before(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' })
  moto = await startMoto()
  await createClaimsTable(moto)
})
after(() => moto.stop())

testClaims({
  name: 'dynamodb:',
  leaseMs: 300,
  open: (_t, count, leaseMs) =>
    Array.from({ length: count }, () => {
      const place = { table: 'claims', region, endpoint: moto.endpoint }
      const limits = { leaseMs, ttlMs: 60_000, timeoutMs: 20_000 }
      return createSharedClaims(() => openDynamodbClaims(place, limits), {
        ...limits,
        name: 'photos',
        whenAway: 'retry',
      })
    }),
})
