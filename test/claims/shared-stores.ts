import { randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import { ceph } from '../services/live.ts'
import { createClaimsTable, startMoto } from '../services/moto.ts'
import { startRedis } from '../services/redis.ts'

/** Starts a store that processes share, or takes the gateway of the run. Resolves to the settings of the processes. */
export const sharedStores: Readonly<Record<string, (t: TestContext) => Promise<Record<string, string>>>> = {
  'redis:': async (t) => {
    const redis = await startRedis()
    t.after(() => redis.stop())
    return { CLAIMS_URL: redis.url }
  },
  's3:': async () => {
    const { endpoint, accessKey, secretKey } = ceph()
    return {
      CLAIMS_URL: `s3://shared-${randomUUID()}/claims`,
      ...{ RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY: accessKey, RGW_SECRET_KEY: secretKey },
    }
  },
  'dynamodb:': async (t) => {
    const moto = await startMoto()
    t.after(() => moto.stop())
    return { CLAIMS_URL: await createClaimsTable(moto), AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' }
  },
}
