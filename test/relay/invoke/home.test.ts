import assert from 'node:assert/strict'
import { test } from 'node:test'
import '../../no-home.ts'
import { createLambdaInvoke } from '../../../lib/relay/invoke/invoke-lambda.ts'
import { freePorts } from '../../services/ports.ts'
import { messages } from '../messages.ts'

test('Lambda is asked where the user has no home folder', async () => {
  const [port] = await freePorts(1)
  const invoke = createLambdaInvoke(
    { functionName: 'notify', timeoutMs: 1000 },
    {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    },
  )
  await assert.rejects(invoke(messages(1), new AbortController().signal), { code: 'ECONNREFUSED' })
})
