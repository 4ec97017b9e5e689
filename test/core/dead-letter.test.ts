import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DeadLetterSource, deadLetter } from '../../lib/core/dead-letter.ts'
import { DecodeError, SchemaError } from '../../lib/process/errors.ts'
import { createRedact } from '../../lib/process/secrets.ts'
import { redactBody } from '../../lib/redaction/redact-body.ts'

const secret = 'söme "secret"%'
const source = (changes: Partial<DeadLetterSource['delivery']> = {}): DeadLetterSource => ({
  functionName: 'ceph-notifications',
  delivery: {
    body: Buffer.from('{"Records":[{}]}'),
    headers: { 'content-type': 'application/json' },
    origin: { kind: 'http', method: 'POST', path: '/x', query: `token=${encodeURIComponent(secret)}` },
    ...changes,
  },
  faults: [new SchemaError('Records.0.s3: expected object', { field: 'Records.0.s3' })],
  time: new Date('2026-11-21T20:00:00Z'),
  redact: createRedact([secret]),
})

test('a dead letter is a CloudEvent with the bytes, where they came from and the reason', () => {
  const { id, ...letter } = deadLetter(source())
  assert.match(id, /^[\w-]{43}$/)
  assert.deepEqual(letter, {
    specversion: '1.0',
    source: 'tidings/ceph-notifications',
    type: 'tidings.dead-letter',
    time: '2026-11-21T20:00:00.000Z',
    datacontenttype: 'application/json',
    data: {
      function: 'ceph-notifications',
      reasons: [{ code: 'schema_mismatch', message: 'Records.0.s3: expected object', field: 'Records.0.s3' }],
      origin: 'http',
      headers: { 'content-type': 'application/json' },
      body: '{"Records":[{}]}',
    },
  })
})

test('the same delivery has the same id however often it comes; another body or reason has another', () => {
  const id = (given: DeadLetterSource) => deadLetter(given).id
  const same = [source(), { ...source(), time: new Date(0) }, source({ headers: { accept: '*/*' } })].map(id)
  const others = [
    source({ body: Buffer.from('{"Records":[{}] }') }),
    { ...source(), faults: [new DecodeError('the body is not JSON')] },
  ].map(id)
  assert.deepEqual([new Set(same).size, new Set([...same, ...others]).size], [1, 3])
})

test('the first ten events that were refused are named, and the field is absent where the message was at fault', () => {
  const refused = Array.from({ length: 11 }, (_, index) => `event-${index}`)
  assert.deepEqual(deadLetter({ ...source(), refused }).data.events, refused.slice(0, 10))
  for (const none of [source(), { ...source(), refused: [] }]) assert.ok(!('events' in deadLetter(none).data))
})

test('bytes that are not text are kept in base64', () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x00, 0xfe])
  const { body, bodyBase64 } = deadLetter(source({ body: bytes })).data
  assert.deepEqual({ body, bodyBase64 }, { body: undefined, bodyBase64: bytes.toString('base64') })
})

test('of the headers only content and event attributes are kept', () => {
  const headers = {
    authorization: 'Bearer x',
    cookie: 'a=b',
    'x-api-key': 'x',
    'proxy-authorization': 'x',
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'ce-id': '1',
  }
  assert.deepEqual(deadLetter(source({ headers })).data.headers, {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'ce-id': '1',
  })
})

const bodies = [
  { name: 'in a JSON text', body: Buffer.from(JSON.stringify({ opaqueData: secret })) },
  { name: 'in a URL', body: Buffer.from(`?token=${encodeURIComponent(secret)}`) },
  { name: 'between bytes that are not text', body: Buffer.concat([Buffer.from([0xff]), Buffer.from(secret)]) },
]
for (const { name, body } of bodies) {
  test(`a secret of ours ${name} is left out`, () => {
    const { data } = deadLetter(source({ body }))
    const kept = data.body ?? Buffer.from(data.bodyBase64 ?? '', 'base64').toString()
    assert.match(kept, /\[redacted\]/)
    assert.doesNotMatch(kept, /secret/)
  })
}

test('of many reasons some are told, and how many there are', () => {
  const faults = Array(520_000).fill(new SchemaError('Records.0: expected object'))
  const { reasons, reasonCount } = deadLetter({ ...source(), faults }).data
  assert.deepEqual([reasons.length, reasons[0]?.message, reasonCount], [10, 'Records.0: expected object', 520_000])
})

test('a reason does not repeat all that a sender may write', () => {
  const faults = [new SchemaError('x'.repeat(1_000_000), { field: 'y'.repeat(1_000_000) })]
  const [reason] = deadLetter({ ...source(), faults }).data.reasons
  assert.deepEqual([reason?.message.length, reason?.field?.length], [1001, 1001])
})

test('a header whose name makes its value a secret keeps its name alone', () => {
  const headers = { 'ce-id': '1', 'ce-authorization': 'opensesame', 'ce-password': 'opensesame' }
  const kept = deadLetter({ ...source({ headers }), redact: redactBody }).data.headers
  assert.deepEqual(Object.keys(kept), Object.keys(headers))
  assert.deepEqual([kept['ce-id'], JSON.stringify(kept).includes('opensesame')], ['1', false])
})
