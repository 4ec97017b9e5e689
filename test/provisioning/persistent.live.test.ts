import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startReceiver } from '../receiver.ts'
import { putObject } from '../services/s3.ts'
import { desire } from './desire.ts'
import { openGateway } from './gateway.ts'

test('a persistent topic that was applied delivers later what its endpoint did not take', async () => {
  const gateway = await openGateway()
  const receiver = await startReceiver()
  after(() => receiver.close())
  const { promise, resolve } = Promise.withResolvers<string>()
  receiver.answer = ({ body }, index) => {
    if (index === 1) resolve(body)
    return { status: index === 0 ? 503 : 204 }
  }
  await gateway.apply(
    desire(`
      topics: [{ name: keeps, endpoint: "${receiver.url}", persistent: true, retrySleepDuration: 1, opaqueData: kept }]
      buckets: [{ name: keeps, create: true, rules: [{ id: keeps, topic: keeps, filter: { suffix: .txt } }] }]
    `),
  )
  await putObject(gateway.client, 'keeps', 'a.txt', 'hello')
  // The gateway looks for new queues every 30 s.
  const [record] = JSON.parse(await promise).Records
  assert.deepEqual([record.s3.object.key, record.s3.configurationId, record.opaqueData], ['a.txt', 'keeps', 'kept'])
})
