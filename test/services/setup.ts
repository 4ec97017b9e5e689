// For `node --test --test-global-setup=…`: starts the services once a run. Test files find them through live.ts.
import { type Ceph, startCeph } from './ceph.ts'
import { type CephCoordinates, persistentTopics } from './live.ts'
import { createRgwClient } from './rgw-client.ts'
import { createTopic } from './s3.ts'

let running: Ceph | undefined

export async function globalSetup(): Promise<void> {
  running = await startCeph()
  const client = createRgwClient(running)
  // Without a push endpoint a topic gets no queue.
  const attributes = { persistent: 'true', 'push-endpoint': 'http://127.0.0.1:9' }
  for (const name of persistentTopics) await createTopic(client, name, attributes)
  const { endpoint, accessKey, secretKey, release, conf } = running
  const coordinates: CephCoordinates = { endpoint, accessKey, secretKey, release, conf }
  // Test files run in processes of their own, which inherit this one's environment.
  process.env.TIDINGS_TEST_CEPH = JSON.stringify(coordinates)
}

export async function globalTeardown(): Promise<void> {
  await running?.stop()
}
