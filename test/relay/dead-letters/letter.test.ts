import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLetter } from '../../../lib/relay/dead-letters/letter.ts'

const requestOf = (data: object, opaqueSecret?: string) =>
  toLetter({ type: 'tidings.dead-letter', source: 's', id: '1', data: { body: '{}', ...data } }, 0)?.request(
    opaqueSecret,
  )

test('a letter sends no header but those that a function keeps, whoever wrote it', () => {
  const headers = {
    'Content-Type': 'application/json',
    'content-encoding': 'identity',
    'ce-id': '1',
    host: 'elsewhere',
    connection: 'upgrade',
    'transfer-encoding': 'chunked',
    'content-length': '3',
    authorization: 'Bearer of-somebody-else',
    'x-amqp-queue': 'q',
    'ce-id, host': '2',
    __proto__: { 'ce-type': 't' },
    'ce-number': 5,
  }
  assert.deepEqual(requestOf({ origin: 'http', headers })?.headers, {
    'content-type': 'application/json',
    'ce-id': '1',
  })
  for (const wrong of [undefined, null, 'x', []]) assert.deepEqual(requestOf({ headers: wrong })?.headers, {})
})

test('attributes are percent-encoded for HTTP, whatever way they came', () => {
  const headers = { 'ce-subject': '日本 "100%".jpg', 'ce-id': 'a\r\nhost: b', 'ce-type': 'plain' }
  for (const origin of ['kafka', 'http'])
    assert.deepEqual(requestOf({ origin, headers })?.headers, {
      'ce-subject': '%E6%97%A5%E6%9C%AC%20%22100%25%22.jpg',
      'ce-id': 'a%0D%0Ahost:%20b',
      'ce-type': 'plain',
    })
})

test('the secret of the topic is put back where the function hid it, if the message had shown it', () => {
  const record = (opaqueData: string) => ({ s3: { object: { key: 'é "opaqueData"' } }, opaqueData })
  const wrapped = (opaqueData: string) => {
    const notification = JSON.stringify({ Records: [record(opaqueData), record(opaqueData)] })
    return [
      notification,
      JSON.stringify({ Message: notification }),
      JSON.stringify({ body: JSON.stringify({ notification }) }),
    ]
  }
  const secret = 'a "b" \\ ü'
  const bodies = (code: string, opaqueSecret?: string) =>
    wrapped('[redacted]').map((body) => String(requestOf({ body, reasons: [{ code }] }, opaqueSecret)?.body))
  assert.deepEqual(bodies('sink_refused', secret), wrapped(secret))
  assert.deepEqual(bodies('sink_refused'), wrapped('[redacted]'))
  assert.deepEqual(bodies('unauthorized', secret), wrapped('[redacted]'))
  assert.deepEqual(bodies('not_a_notification', secret), wrapped('[redacted]'))
  const many = { body: '{"opaqueData":"[redacted]"}', reasons: [{ code: 'schema_mismatch' }], reasonCount: 12 }
  assert.equal(String(requestOf(many, secret)?.body), many.body)
  assert.equal(String(requestOf({ body: '{"opaqueData":"[redacted]"}' }, secret)?.body), '{"opaqueData":"[redacted]"}')
  assert.equal(
    String(requestOf({ body: '{"token":"[redacted]"}', reasons: [] }, secret)?.body),
    '{"token":"[redacted]"}',
  )
})

test('the secret of the topic is not put into what users write: it would go to the sink', () => {
  const secret = 'secret-of-the-topic'
  const written = '{"opaqueData":"[redacted]"}'
  const sent = (body: string) => String(requestOf({ body, reasons: [{ code: 'sink_refused' }] }, secret)?.body)
  const ceph = (opaqueData: string) =>
    JSON.stringify({
      Records: [{ s3: { object: { key: written, metadata: [{ key: 'x-amz-meta-a', val: written }] } }, opaqueData }],
    })
  assert.equal(sent(ceph('[redacted]')), ceph(secret))
  assert.equal(sent(JSON.stringify({ Message: ceph('[redacted]') })), JSON.stringify({ Message: ceph(secret) }))
  const nova = JSON.stringify({ event_type: 'compute.instance.update', payload: { metadata: JSON.parse(written) } })
  for (const body of [nova, JSON.stringify({ 'oslo.message': nova })]) assert.equal(sent(body), body)
})
