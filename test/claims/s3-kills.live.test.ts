// As kills.live.test.ts, with the claims and a fenced effect in the gateway, of either release. The gateway itself sends the
// notifications of Ceph: one half to the hosts, the other half to the queue of the relays.
import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import { ceph, persistentTopics } from '../services/live.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import { createBucket, createTopic, deleteTopic, putNotification, putObject } from '../services/s3.ts'
import { testStorm } from './storm.ts'
import { QUEUES } from './storm-fleet.ts'

const broker = await startRabbitMQ()
after(() => broker.stop())

testStorm(broker, 's3:', async (t) => {
  const { endpoint, accessKey, secretKey } = ceph()
  const bucket = `storm-${randomUUID()}`
  const client = createRgwClient(ceph())
  await createBucket(client, bucket)
  return {
    environment: {
      ...{ CLAIMS_URL: `s3://${bucket}-claims/storm`, STORM_BUCKET: bucket },
      ...{ RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY: accessKey, RGW_SECRET_KEY: secretKey },
    },
    notify: async ({ port }, pushEndpoint) => {
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
    },
    fenceOf: async (id) => {
      const { body } = await client.send({ method: 'GET', path: `/${bucket}/${id}` })
      return (JSON.parse(body) as { fence: number }).fence // As the function wrote it.
    },
  }
})
