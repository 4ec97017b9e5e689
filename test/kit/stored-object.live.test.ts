// A function reads and writes objects of a real gateway, which notifies it of them.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type CephContext, type CephFunction, ceph } from '../../lib/kit/ceph.ts'
import { readRgwConfig } from '../../lib/provisioning/provisioning-settings.ts'
import { startTestHost } from '../hosts/in-process.ts'
import { ceph as coordinates } from '../services/live.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import * as s3 from '../services/s3.ts'
import { OPEN_CONFIG } from './own-functions.ts'

const { endpoint, accessKey, secretKey } = coordinates()
const client = createRgwClient({ endpoint, accessKey, secretKey })
const gateway = readRgwConfig({ RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY: accessKey, RGW_SECRET_KEY: secretKey })
const ownCeph = (): CephFunction => ceph({ config: OPEN_CONFIG, gateway })

const topicArns: string[] = []
after(async () => {
  for (const topicArn of topicArns) await s3.deleteTopic(client, topicArn)
})

/** Serves a function, and has the gateway notify it of a new bucket. */
const serve = async (t: { after(end: () => void): void }, bucket: string, handler: CephFunction): Promise<void> => {
  const { port } = await startTestHost(t, undefined, {
    functions: new Map([['own', handler]]),
    atAnyPath: true,
    maxBodyBytes: 100_000,
  })
  await s3.createBucket(client, bucket)
  const topicArn = await s3.createTopic(client, bucket, { 'push-endpoint': `http://127.0.0.1:${port}/` })
  topicArns.push(topicArn)
  await s3.putNotification(client, bucket, [{ id: bucket, topicArn }])
}

/** The handler's result for the first event, which the gateway waits for. */
const firstOf = <Result>(look: (context: CephContext) => Promise<Result>) => {
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  return { result: promise, handle: (context: CephContext) => look(context).then(resolve, reject) }
}

test('an object is read with its metadata, whatever its key', async (t) => {
  const { result, handle } = firstOf(async ({ record }) => {
    const found = await record.get()
    return { ...found, body: undefined, text: String(await found?.bytes()) }
  })
  await serve(t, 'kit-get', ownCeph().on('ObjectCreated:*', handle))
  await s3.putObject(client, 'kit-get', 'ü/a b+c%20.txt', 'hello', {
    'x-amz-meta-color': 'blue',
    'content-type': 'text/plain',
  })
  const { bytes: _, eTag, ...found } = await result
  assert.deepEqual(found, {
    body: undefined,
    text: 'hello',
    size: 5,
    contentType: 'text/plain',
    metadata: { color: 'blue' },
  })
  assert.match(eTag ?? '', /^[\da-f]{32}$/)
})

test('a link reads it without credentials', async (t) => {
  const { result, handle } = firstOf(async ({ record }) => (await fetch(await record.url(60))).text())
  await serve(t, 'kit-url', ownCeph().on('ObjectCreated:*', handle))
  await s3.putObject(client, 'kit-url', 'ü/a b+c%20.txt', 'hello')
  assert.equal(await result, 'hello')
})

test('of a bucket with versions, the version of the event is read', async (t) => {
  const seen: string[] = []
  const handler = ownCeph().on('ObjectCreated:*', async ({ record }) => {
    if (seen.push('') > 1) return
    await s3.putObject(client, 'kit-versions', record.key, 'second')
    seen[0] = String(await (await record.get())?.bytes())
  })
  await serve(t, 'kit-versions', handler)
  await s3.enableVersioning(client, 'kit-versions')
  await s3.putObject(client, 'kit-versions', 'a', 'first')
  assert.deepEqual(seen, ['first', ''])
})

test('an object that is gone is undefined', async (t) => {
  const { result, handle } = firstOf(async ({ record }) => record.get())
  await serve(t, 'kit-gone', ownCeph().on('ObjectRemoved:*', handle))
  await s3.putObject(client, 'kit-gone', 'a', 'hello')
  await s3.deleteObject(client, 'kit-gone', 'a')
  assert.equal(await result, undefined)
})

test('a function does not answer its own writes; one that asks for them does, and knows their cause', async (t) => {
  const seen: string[] = []
  const handler = ownCeph()
    .on('ObjectCreated:*', async ({ event, record }) => {
      seen.push(record.key)
      await record.put(`${record.key}.copy`, 'copied', { contentType: 'text/plain', metadata: { id: event.id } })
    })
    .otherwise(({ record }) => void seen.push(`otherwise ${record.key}`))
  const other = ownCeph().on('*', { fromFunctions: true, suffix: '.copy' }, ({ record }) => {
    const { metadata } = record
    seen.push(`other ${record.key} ${metadata.get('x-amz-meta-tidings-cause') === metadata.get('x-amz-meta-id')}`)
  })
  await serve(t, 'kit-loop', handler)
  const { port } = await startTestHost(t, undefined, {
    functions: new Map([['own', other]]),
    atAnyPath: true,
    maxBodyBytes: 100_000,
  })
  const second = await s3.createTopic(client, 'kit-loop-other', { 'push-endpoint': `http://127.0.0.1:${port}/` })
  topicArns.push(second)
  await s3.putNotification(client, 'kit-loop', [
    { id: 'kit-loop', topicArn: topicArns.at(-2) ?? '' },
    { id: 'kit-other', topicArn: second },
  ])
  await s3.putObject(client, 'kit-loop', 'a', 'hello')
  await s3.putObject(client, 'kit-loop', 'b', 'hello')
  assert.deepEqual(seen, ['a', 'other a.copy true', 'b', 'other b.copy true'])
  await s3.deleteObject(client, 'kit-loop', 'a.copy')
  assert.ok(seen.includes('otherwise a.copy'))
})

test('without a gateway in the environment the handler fails, and the error says what to set', async (t) => {
  const { result, handle } = firstOf(({ record }) => record.get().catch((error: unknown) => error))
  const handler = ceph({ config: OPEN_CONFIG, gateway: readRgwConfig({}) }).on('ObjectCreated:*', handle)
  await serve(t, 'kit-nowhere', handler)
  await s3.putObject(client, 'kit-nowhere', 'a', 'hello')
  assert.match(String(await result), /^ConfigError: RGW_ENDPOINT is missing/)
})
