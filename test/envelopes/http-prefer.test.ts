import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outcome } from '../../lib/core/delivery.ts'
import { openHttp } from '../../lib/envelopes/http-reply.ts'
import { DecodeError, NotANotificationError, SinkUnavailableError } from '../../lib/process/errors.ts'

const request = {
  method: 'POST',
  path: '/',
  query: '',
  sourceIp: undefined,
  body: '{}',
  isBase64Encoded: false,
}
const answer = (headers: Readonly<Record<string, string>>, outcome: Outcome) =>
  openHttp({ ...request, headers }, ({ status, body }) => ({ status, hasBody: body !== '' })).seal([outcome])

const setAside: Outcome = { type: 'ack', events: [], faults: [new DecodeError('no JSON')], dropped: [] }

describe("a broker of Knative, which takes any body but an event's for a failure,", () => {
  for (const prefer of ['reply', 'Reply', 'respond-async, reply', 'reply;wait=1']) {
    test(`and says "Prefer: ${prefer}", is told of a success without one`, () => {
      assert.deepEqual(answer({ prefer }, setAside), { status: 204, hasBody: false })
      assert.deepEqual(answer({ prefer, accept: 'application/json' }, { ...setAside, faults: [] }), {
        status: 204,
        hasBody: false,
      })
      assert.deepEqual(answer({ prefer }, { type: 'answer', status: 200, document: {} }), {
        status: 204,
        hasBody: false,
      })
    })
  }

  test('is told of a failure as everybody is', () => {
    const retry: Outcome = { type: 'retry', error: new SinkUnavailableError('away'), retryAfterSeconds: 1 }
    const reject: Outcome = { type: 'reject', error: new NotANotificationError('no') }
    assert.deepEqual(
      [retry, reject].map((outcome) => answer({ prefer: 'reply' }, outcome)),
      [
        { status: 503, hasBody: true },
        { status: 400, hasBody: true },
      ],
    )
  })
})

for (const prefer of ['', 'respond-async', 'reply-to', 'noreply']) {
  test(`"Prefer: ${prefer}" does not ask for less: the answer lists what was set aside`, () => {
    assert.deepEqual(answer({ prefer }, setAside), { status: 200, hasBody: true })
  })
}
