import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outcome } from '../../lib/core/delivery.ts'
import { replyTo } from '../../lib/envelopes/http-reply.ts'
import {
  AuthenticationError,
  InternalError,
  MethodError,
  NotANotificationError,
  SchemaError,
  SinkUnavailableError,
} from '../../lib/process/errors.ts'

const reply = (outcome: Outcome, accept = '*/*') => {
  const { body, ...rest } = replyTo(outcome, accept)
  return { ...rest, body: body === '' ? '' : JSON.parse(body) }
}
const problem = 'application/problem+json'

describe('ack', () => {
  const ack = { type: 'ack', events: ['1', '2'], faults: [], dropped: [] } as const
  const summary = { outcome: 'ack', events: ['1', '2'], deadLetters: [] }

  test('is 204 without a word for who does not ask', () => {
    assert.deepEqual(reply(ack), { status: 204, headers: {}, body: '' })
  })

  for (const accept of ['application/json', 'text/html, application/json;q=0.9']) {
    test(`is 200 with a summary for Accept: ${accept}`, () => {
      assert.deepEqual(reply(ack, accept), {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: summary,
      })
    })
  }

  test('is 200 with a summary where something was set aside, asked or not', () => {
    const faults = [new SchemaError('Records.0.s3: expected object', { field: 'Records.0.s3' })]
    assert.deepEqual(reply({ ...ack, faults }), {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: {
        ...summary,
        deadLetters: [{ code: 'schema_mismatch', message: 'Records.0.s3: expected object', field: 'Records.0.s3' }],
      },
    })
  })
})

describe('retry is 503 with Retry-After, and keeps what went wrong to itself', () => {
  const cause = new Error('connect ECONNREFUSED 10.0.0.5:5432 as admin')
  const errors = [
    new SinkUnavailableError('sink http://10.0.0.5: no answer (ECONNREFUSED)', { cause }),
    new InternalError('the function failed at /srv/app.js', { cause }),
  ]
  for (const error of errors) {
    test(error.name, () => {
      assert.deepEqual(reply({ type: 'retry', error, retryAfterSeconds: 3 }), {
        status: 503,
        headers: { 'content-type': problem, 'retry-after': '3' },
        body: {
          code: error.code,
          title: 'Try again later',
          status: 503,
          detail: 'the request could not be handled now; send it again',
        },
      })
    })
  }
})

describe('reject is a problem document that names code and field', () => {
  const cases = [
    {
      error: new NotANotificationError('Records: expected a list', { field: 'Records' }),
      status: 400,
      headers: {},
      title: 'Not a notification',
      more: { field: 'Records' },
    },
    {
      error: new AuthenticationError('a token is needed'),
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      title: 'Unauthorized',
      more: {},
    },
    {
      error: new MethodError('GET is not allowed here'),
      status: 405,
      headers: { allow: 'POST, OPTIONS' },
      title: 'Method not allowed',
      more: {},
    },
    { error: new SchemaError('it does not fit'), status: 422, headers: {}, title: 'Not a valid document', more: {} },
  ]
  for (const { error, status, headers, title, more } of cases) {
    test(`${status} for ${error.name}`, () => {
      assert.deepEqual(reply({ type: 'reject', error }), {
        status,
        headers: { 'content-type': problem, ...headers },
        body: { code: error.code, title, status, detail: error.message, ...more },
      })
    })
  }
})
