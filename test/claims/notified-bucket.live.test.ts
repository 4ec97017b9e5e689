// The claims are in a bucket that notifies the function itself.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { startHost } from '../host-process.ts'
import { ceph } from '../services/live.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import * as s3 from '../services/s3.ts'

test('the function drops what the gateway tells it of its claims, handles what else is in the bucket, and warns', async (t) => {
  const { endpoint, accessKey, secretKey } = ceph()
  const client = createRgwClient({ endpoint, accessKey, secretKey })
  const bucket = `notified-${randomUUID()}`
  const host = await startHost({
    ...{ FUNCTION: 'ceph-notifications', ALLOW_ANONYMOUS: 'true' },
    ...{ CLAIMS_URL: `s3://${bucket}/claims`, CLAIMS_TIMEOUT_MS: '20000' },
    ...{ RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY: accessKey, RGW_SECRET_KEY: secretKey },
  })
  t.after(() => host.stop())
  await s3.createBucket(client, bucket)
  const topicArn = await s3.createTopic(client, bucket, { 'push-endpoint': host.url })
  t.after(() => s3.deleteTopic(client, topicArn))
  await s3.putNotification(client, bucket, [{ id: 'all', topicArn }])

  const keys = ['photo', 'claims/photo']
  for (const key of keys) await s3.putObject(client, bucket, key, 'hello')
  // The gateway answers a PUT once the function has answered it: all four writes of claims have been told.
  const dropped = () => host.log.filter(({ dropped }) => dropped?.includes('filtered'))
  await host.untilLogged(() => dropped().length >= 4)
  assert.deepEqual(
    [host.events.map(({ subject }) => subject), dropped().length, dropped().flatMap(({ events }) => events)],
    [keys, 4, []],
  )
  const warning = await host.untilLogged(({ level, name }) => level === 'warn' && name === 'claims')
  assert.deepEqual([warning.bucket, warning.prefix], [bucket, 'claims/'])
  assert.match(warning.message, /^the bucket of CLAIMS_URL has notifications, .*: use a bucket without notifications$/)
})
