// As kills.live.test.ts, with the claims and a fenced effect in the gateway, of either release.
import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import { ceph } from '../services/live.ts'
import { startRabbitMQ } from '../services/rabbitmq.ts'
import { createRgwClient } from '../services/rgw-client.ts'
import { createBucket } from '../services/s3.ts'
import { testStorm } from './storm.ts'

const broker = await startRabbitMQ()
after(() => broker.stop())

testStorm(broker, 's3:', async () => {
  const { endpoint, accessKey, secretKey } = ceph()
  const bucket = `storm-${randomUUID()}`
  const client = createRgwClient(ceph())
  await createBucket(client, bucket)
  return {
    environment: {
      ...{ CLAIMS_URL: `s3://${bucket}-claims/storm`, STORM_BUCKET: bucket },
      ...{ RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY: accessKey, RGW_SECRET_KEY: secretKey },
    },
    fenceOf: async (id) => {
      const { body } = await client.send({ method: 'GET', path: `/${bucket}/${id}` })
      return (JSON.parse(body) as { fence: number }).fence // As the function wrote it.
    },
  }
})
