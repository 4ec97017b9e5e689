import assert from 'node:assert/strict'
import { test } from 'node:test'
import '../../no-home.ts'
import { createRgw } from '../../../lib/provisioning/gateway/rgw-client.ts'
import { freePorts } from '../../services/ports.ts'

test('a gateway is asked where the user has no home folder', async () => {
  const [port] = await freePorts(1)
  const rgw = createRgw({
    endpoint: new URL(`http://127.0.0.1:${port}`),
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    connectTimeoutMs: 1000,
    requestTimeoutMs: 1000,
    attempts: 1,
  })
  await assert.rejects(rgw.listBuckets(), /ECONNREFUSED/)
  await assert.rejects(rgw.listTopics(), /ECONNREFUSED/)
  rgw.close()
})
