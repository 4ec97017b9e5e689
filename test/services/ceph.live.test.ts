import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { test } from 'node:test'
import { ceph } from './live.ts'
import { createRgwClient } from './rgw-client.ts'
import * as s3 from './s3.ts'

type Notification = { Records: { eventName: string; s3: { object: { key: string; size: number } } }[] }

const client = createRgwClient(ceph())

test('an object stored, copied, uploaded in parts and deleted gives one notification each', async () => {
  await using receiver = await startReceiver([])
  await s3.createBucket(client, 'services-each')
  const topicArn = await s3.createTopic(client, 'services-each', { 'push-endpoint': `${receiver.url}/hook?token=t` })
  await s3.putNotification(client, 'services-each', [{ id: 'all', topicArn }])

  const key = "a folder/1+1=2 é 100%&'(*)!?#"
  await s3.putObject(client, 'services-each', key, 'hello', {
    'x-amz-meta-color': 'blau-grün',
    'x-amz-tagging': 'a=1&b=2',
  })
  await s3.copyObject(client, 'services-each', key, 'copy')
  await s3.multipartUpload(client, 'services-each', 'parts', [Buffer.alloc(5 * 2 ** 20), Buffer.from('end')])
  await s3.deleteObject(client, 'services-each', 'copy')

  // Not a persistent topic: the gateway has posted before it answers the client.
  assert.deepEqual(receiver.received.map(summary), [
    ['/hook?token=t', 'ObjectCreated:Put', key, 5],
    ['/hook?token=t', 'ObjectCreated:Copy', 'copy', 5],
    ['/hook?token=t', 'ObjectCreated:CompleteMultipartUpload', 'parts', 5 * 2 ** 20 + 3],
    ['/hook?token=t', 'ObjectRemoved:Delete', 'copy', 5],
  ])
})

test('in a versioned bucket a delete is a delete marker', async () => {
  await using receiver = await startReceiver([])
  await s3.createBucket(client, 'services-versioned')
  await s3.enableVersioning(client, 'services-versioned')
  const topicArn = await s3.createTopic(client, 'services-versioned', { 'push-endpoint': receiver.url })
  await s3.putNotification(client, 'services-versioned', [{ id: 'gone', topicArn, events: ['s3:ObjectRemoved:*'] }])

  await s3.putObject(client, 'services-versioned', 'k', 'hello')
  await s3.deleteObject(client, 'services-versioned', 'k')
  assert.deepEqual(receiver.received.map(summary), [['/', 'ObjectRemoved:DeleteMarkerCreated', 'k', 5]])
})

test('the gateway takes no key that is not UTF-8, so none can be in a notification', async () => {
  await s3.createBucket(client, 'services-bytes')
  const { status, body } = await client.request({ method: 'PUT', path: '/services-bytes/%FF%FE', body: 'x' })
  assert.equal(status, 400)
  assert.match(body, /<Code>InvalidObjectName</)
})

test('a persistent topic delivers again after a refusal', async () => {
  // Few refusals: radosgw 16.2.15 repeats at once, and after some hundred in a row it may drop the queue for good.
  await using receiver = await startReceiver([401, 401, 401])
  await s3.createBucket(client, 'services-again')
  const topicArn = await s3.createTopic(client, 'persistent-0', {
    'push-endpoint': receiver.url,
    persistent: 'true',
  })
  await s3.putNotification(client, 'services-again', [{ id: 'all', topicArn }])
  await s3.putObject(client, 'services-again', 'k', 'hello')

  await receiver.until(4)
  assert.deepEqual(receiver.received.map(summary), Array(4).fill(['/', 'ObjectCreated:Put', 'k', 5]))
})

/** Answers with the statuses given, then with 204. */
async function startReceiver(statuses: number[]) {
  const received: { url: string; body: Notification }[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as Notification // asserted on by the tests
    received.push({ url: request.url ?? '', body })
    response.writeHead(statuses[received.length - 1] ?? 204).end()
    for (const { count, resolve } of waiting) if (received.length >= count) resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // listening on TCP

  return {
    url: `http://127.0.0.1:${port}`,
    received,
    until: (count: number) =>
      new Promise<void>((resolve) => (received.length >= count ? resolve() : waiting.push({ count, resolve }))),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function summary({ url, body }: { url: string; body: Notification }) {
  assert.equal(body.Records.length, 1)
  const [record] = body.Records
  return [url, record?.eventName, record?.s3.object.key, record?.s3.object.size]
}
