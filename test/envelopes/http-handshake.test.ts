import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openNotifications as open } from '../../lib/envelopes/platform-events.ts'
import { functionUrlEvent } from './samples.ts'

const cases = [
  { name: 'OPTIONS says what may be sent', asked: {}, answered: {} },
  {
    name: 'an origin that asks is allowed',
    asked: { 'webhook-request-origin': 'eventemitter.example.com' },
    answered: { 'webhook-allowed-origin': 'eventemitter.example.com' },
  },
  {
    name: 'a rate that is asked for is granted without limit',
    asked: { 'webhook-request-origin': 'a.example', 'webhook-request-rate': '120' },
    answered: { 'webhook-allowed-origin': 'a.example', 'webhook-allowed-rate': '*' },
  },
  { name: 'a rate without an origin asks nothing', asked: { 'webhook-request-rate': '120' }, answered: {} },
]

describe('handshake of the CloudEvents webhook specification', () => {
  for (const { name, asked, answered } of cases) {
    test(name, () => {
      const { deliveries, refusal, seal } = open(functionUrlEvent({ method: 'OPTIONS', headers: asked }))
      assert.deepEqual(
        { deliveries, refusal, answer: seal([]) },
        {
          deliveries: [],
          refusal: undefined,
          answer: {
            statusCode: 204,
            headers: { allow: 'POST, OPTIONS', ...answered },
            body: '',
            isBase64Encoded: false,
          },
        },
      )
    })
  }
})
