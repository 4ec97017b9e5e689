// As kills.live.test.ts, with the claims and a fenced effect in the gateway, of either release. A gateway of Ceph 20 sends the
// notifications of Ceph itself: one half to the hosts, the other half to the queue of the relays. One of 16.2.15 ended by a
// segmentation fault in the long form of that. The long form with Ceph 20:
// CLAIMS_NOTIFICATIONS=20000 node --test --test-timeout=6000000 --test-global-setup=test/services/tentacle-setup.ts test/claims/s3-kills.live.test.ts
import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import { ceph, isAtLeast, persistentTopics } from '../services/live.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import { createBucket, createTopic, deleteTopic, putNotification, putObject } from '../services/s3.ts'
import { testStorm, type Weather } from './storm.ts'
import { QUEUES } from './storm-fleet.ts'

const broker = await startRabbitMQ()
after(() => broker.stop())

testStorm(broker, 's3:', async (t) => {
  const { endpoint, accessKey, secretKey } = ceph()
  const bucket = `storm-${randomUUID()}`
  const client = createRgwClient(ceph())
  await createBucket(client, bucket)
  const notify: Weather['notify'] = async ({ port }, pushEndpoint) => {
    const endpoints = [
      { 'push-endpoint': pushEndpoint },
      { 'push-endpoint': `amqp://127.0.0.1:${port}`, 'amqp-exchange': QUEUES.ceph, 'amqp-ack-level': 'routable' },
    ]
    const buckets = endpoints.map((_, index) => `${bucket}-photos-${index}`)
    for (const [index, endpoint] of endpoints.entries()) {
      const name = persistentTopics[6 + index] ?? ''
      const topicArn = await createTopic(client, name, { ...endpoint, persistent: 'true' })
      t.after(() => deleteTopic(client, topicArn))
      await createBucket(client, buckets[index] ?? '')
      await putNotification(client, buckets[index] ?? '', [{ id: 'all', topicArn, events: ['s3:ObjectCreated:*'] }])
    }
    let count = 0
    return { store: (key) => putObject(client, buckets[count++ % 2] ?? '', key, key) }
  }
  return {
    environment: {
      ...{ CLAIMS_URL: `s3://${bucket}-claims/storm`, STORM_BUCKET: bucket },
      ...{ RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY: accessKey, RGW_SECRET_KEY: secretKey },
    },
    ...(isAtLeast(20) && { notify }),
    fenceOf: async (id) => {
      const { body } = await client.send({ method: 'GET', path: `/${bucket}/${id}` })
      return (JSON.parse(body) as { fence: number }).fence // As the function wrote it.
    },
  }
})
