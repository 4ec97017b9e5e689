import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toLetter } from '../../../lib/relay/dead-letters/letter.ts'

const requestOf = (data: object) =>
  toLetter({ type: 'tidings.dead-letter', source: 's', id: '1', data: { body: '{}', ...data } }, 0)?.request()

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
