import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../lib/kit/config.ts'
import { openstack } from '../../lib/kit/openstack.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { logOf } from '../kit/own-functions.ts'
import { startReceiver } from '../receiver.ts'

const TOKEN = `gAAAAABk${'S3CR3T'.repeat(20)}`

test("a message that becomes a dead letter keeps its bytes, less OpenStack's secrets and ours", async (t) => {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const handler = openstack({
    config: readConfig({ AUTH_TOKENS: 'our-token', DEAD_LETTER_URL: receiver.url }),
  }).otherwise(() => {})
  logOf(handler)
  const message = `{"event_type":"x","_context_auth_token":"${TOKEN}","ours":"our-token","password":"S3CR3T","cut`
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': message })
  await handler(functionUrlEvent({ body, headers: { authorization: 'Bearer our-token' } }), {})
  const letters = receiver.requests.map(({ body: text }) => JSON.parse(text))
  assert.deepEqual(
    letters.map(({ data }) => [data.reasons[0].code, JSON.parse(data.body)]),
    [
      [
        'decode_failed',
        {
          'oslo.version': '2.0',
          'oslo.message':
            '{"event_type":"x","_context_auth_token":"[redacted]","ours":"[redacted]","password":"[redacted]","cut',
        },
      ],
    ],
  )
})
