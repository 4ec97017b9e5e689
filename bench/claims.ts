// Events per second that are claimed and marked as done, beside the plain client of each store's library that does the same commands.
import { randomUUID } from 'node:crypto'
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Redis } from 'ioredis'
import { CLAIMS_SETTINGS, claimsConfig } from '../lib/claims/claims-settings.ts'
import { openClaims } from '../lib/claims/open-claims.ts'
import { CLAIM, MARK } from '../lib/claims/redis-scripts.ts'
import { type Environment, readSettings } from '../lib/process/settings.ts'
import { startCeph } from '../test/services/ceph.ts'
import { createClaimsTable, startMoto } from '../test/services/moto.ts'
import { startRedis } from '../test/services/redis.ts'
import { inTurn, median, report } from './measure.ts'

/** Claims an event and marks it as done. */
type Once = (key: string) => Promise<void>

const oursAt = (CLAIMS_URL: string, environment: Environment = {}): Once => {
  const values = readSettings(CLAIMS_SETTINGS, { CLAIMS_URL, CLAIMS_TIMEOUT_MS: '60000', CLAIMS_WHEN_AWAY: 'retry' })
  const claims = openClaims(claimsConfig(values), { name: 'bench', environment })
  return async (key) => {
    // As hand-on.ts does: it awaits no answer that is there at once.
    const answer = claims?.claim(key)
    const claimed = answer instanceof Promise ? await answer : answer
    if (claimed === undefined || claimed === 'done' || !('fence' in claimed)) throw new Error('not ours')
    const marked = claims?.mark(claimed, 'done')
    if ((marked instanceof Promise ? await marked : marked) !== true) throw new Error('not marked')
  }
}

/** Events per second of callers that each go on as soon as their event is done; how long the median event takes. */
const run = async (once: Once, callers: number, count: number) => {
  const tookMs: number[] = []
  let left = count
  const start = performance.now()
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (left-- > 0) {
        const begin = performance.now()
        await once(`bench\0${randomUUID()}`)
        tookMs.push(performance.now() - begin)
      }
    }),
  )
  return { perSecond: (count * 1000) / (performance.now() - start), medianMs: median(tookMs) }
}

const compare = async (store: string, ours: Once, plain: Once, count: number): Promise<void> => {
  await run(ours, 1, 50)
  await run(plain, 1, 50)
  for (const callers of [1, 32]) {
    const tookMs: number[] = []
    const rate = (once: Once) => async () => (await run(once, callers, count)).perSecond
    const perSecond = await inTurn(5, {
      ours: async () => {
        const { perSecond, medianMs } = await run(ours, callers, count)
        tookMs.push(medianMs)
        return perSecond
      },
      plain: rate(plain),
    })
    const who = callers === 1 ? '1 caller' : `${callers} callers`
    report(`events/s, claims ${store}, ${who}`, perSecond.ours.toFixed(0), '-')
    report('  an event takes, ms', median(tookMs).toFixed(3), '-')
    report('  beside the plain client', (perSecond.ours / perSecond.plain).toFixed(2), '>= 0.7')
  }
}

/** Forgets the oldest event, as ours does. */
const kept = new Map<string, string>()
const oldest = kept.keys()
await compare(
  'memory:',
  oursAt('memory:'),
  async (key) => {
    if (kept.has(key)) throw new Error('not ours')
    kept.set(key, 'held')
    kept.set(key, 'done')
    if (kept.size > 10_000) kept.delete(oldest.next().value ?? '')
  },
  20_000,
)

const redisServer = await startRedis('everysec')
const redis = new Redis(redisServer.url, {
  enableAutoPipelining: true,
  scripts: { claimOne: { numberOfKeys: 1, lua: CLAIM }, markOne: { numberOfKeys: 1, lua: MARK } },
}) as Redis & Record<'claimOne' | 'markOne', (...args: readonly (string | number)[]) => Promise<unknown>> // By `scripts`.
await compare(
  'redis:',
  oursAt(redisServer.url),
  async (key) => {
    await redis.claimOne(key, 30_000, 86_400_000)
    await redis.markOne(key, 1, 'done', 30_000, 86_400_000, '[]')
  },
  2000,
)
redis.disconnect()
await redisServer.stop()

const ceph = await startCeph()
const credentials = { accessKeyId: ceph.accessKey, secretAccessKey: ceph.secretKey }
const s3 = new S3Client({
  ...{ endpoint: ceph.endpoint, region: 'us-east-1', forcePathStyle: true, credentials },
  requestChecksumCalculation: 'WHEN_REQUIRED',
})
await s3.send(new CreateBucketCommand({ Bucket: 'plain' }))
await compare(
  's3:',
  oursAt('s3://claims/bench', {
    ...{ RGW_ENDPOINT: ceph.endpoint, RGW_ACCESS_KEY: ceph.accessKey, RGW_SECRET_KEY: ceph.secretKey },
  }),
  async (key) => {
    const object = { Bucket: 'plain', Key: key.replace('\0', '/'), ContentType: 'application/json' }
    const { ETag = '' } = await s3.send(new PutObjectCommand({ ...object, Body: '{"state":"held"}', IfNoneMatch: '*' }))
    // Quoted, gateways before 20 never match it.
    const IfMatch = ETag.replaceAll('"', '')
    await s3.send(new PutObjectCommand({ ...object, Body: '{"state":"done"}', IfMatch }))
  },
  150,
)
s3.destroy()
await ceph.stop()

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' })
const moto = await startMoto()
const dynamodb = new DynamoDBClient({ region: 'us-east-1', endpoint: moto.endpoint })
const table = await createClaimsTable(moto)
const write = (key: string, state: string, condition: string) =>
  dynamodb.send(
    new UpdateItemCommand({
      ...{ TableName: 'claims', Key: { id: { S: key } }, ReturnValues: 'ALL_NEW', ConditionExpression: condition },
      UpdateExpression: 'SET #state = :state, #fence = :one, #until = :until',
      ExpressionAttributeNames: { '#state': 'state', '#fence': 'fence', '#until': 'until' },
      ExpressionAttributeValues: { ':state': { S: state }, ':one': { N: '1' }, ':until': { N: String(Date.now()) } },
    }),
  )
await compare(
  "dynamodb: (moto's emulator)",
  oursAt(table),
  async (key) => {
    await write(key, 'held', 'attribute_not_exists(id)')
    await write(key, 'done', '#fence = :one')
  },
  150,
)
dynamodb.destroy()
await moto.stop()
