// What only a newer gateway shows: 16.2.15 aborts on a multi-object delete in a bucket with rules.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startHost } from '../host-process.ts'
import { ceph } from '../services/live.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import * as s3 from '../services/s3.ts'

const client = createRgwClient(ceph())
const TOKEN = 'live-token'

/** A bucket whose every event notifies the function, by a topic with and one without CloudEvents headers. */
const notify = async (bucket: string, url: string) => {
  const endpoint = { 'push-endpoint': `${url}/ceph-notifications?token=${TOKEN}` }
  await s3.createBucket(client, bucket)
  const rules = [
    { id: 'plain', topicArn: await s3.createTopic(client, `${bucket}-plain`, endpoint) },
    { id: 'ce', topicArn: await s3.createTopic(client, `${bucket}-ce`, { ...endpoint, cloudevents: 'true' }) },
  ]
  await s3.putNotification(client, bucket, rules)
}

test('each key of a multi-object delete is an event with an id of its own, whatever the topic', async () => {
  await using host = await startHost({ AUTH_TOKENS: TOKEN })
  await notify('newer-multi', host.url)
  const keys = ['a', 'b/日本 c', 'd+e%20']
  for (const key of keys) await s3.putObject(client, 'newer-multi', key, key)
  await s3.deleteObjects(client, 'newer-multi', keys)
  const events = await host.untilEvents(12)

  const removed = events.filter(({ type }) => type === 'com.amazonaws.s3.ObjectRemoved:Delete')
  const told = removed.map(({ subject, data }) => `${data.s3.configurationId} ${subject}`)
  assert.deepEqual(told.toSorted(), ['plain', 'ce'].flatMap((rule) => keys.map((key) => `${rule} ${key}`)).toSorted())
  // What CloudEvents' mapping would take for the id is the same for all of them.
  const requests = new Set(removed.map(({ data }) => data.responseElements['x-amz-request-id']))
  assert.equal(requests.size, 1)
  assert.equal(new Set(events.map(({ id }) => id)).size, 12)
  assert.equal(new Set(events.map(({ source }) => source)).size, 1)
})
