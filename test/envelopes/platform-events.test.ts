import assert from 'node:assert/strict'
import { test } from 'node:test'
import { direct } from '../../lib/envelopes/platform-events.ts'
import { NotANotificationError, SchemaError, SinkUnavailableError } from '../../lib/process/errors.ts'

test('the event itself is the notification', () => {
  assert.deepEqual(direct.open({ Records: [{ key: 'ä' }] }).deliveries, [
    { body: Buffer.from('{"Records":[{"key":"ä"}]}'), headers: {}, origin: { kind: 'direct' } },
  ])
})

test('the answer says what was delivered and what was set aside', () => {
  const faults = [new SchemaError('Records.1.s3: expected object', { field: 'Records.1.s3' })]
  assert.deepEqual(direct.open({}).seal([{ type: 'ack', events: ['1'], faults, dropped: [] }]), {
    outcome: 'ack',
    events: ['1'],
    deadLetters: [{ code: 'schema_mismatch', message: 'Records.1.s3: expected object', field: 'Records.1.s3' }],
  })
})

const failures = [
  { type: 'reject', error: new NotANotificationError('no') },
  { type: 'retry', error: new SinkUnavailableError('down'), retryAfterSeconds: 1 },
] as const

for (const outcome of failures) {
  test(`${outcome.type} is thrown, which is what an invoker understands`, () => {
    assert.throws(
      () => direct.open({}).seal([outcome]),
      (thrown) => thrown === outcome.error,
    )
  })
}

const cyclic: { self?: unknown } = {}
cyclic.self = cyclic
const unreadable = [
  { name: 'undefined', event: undefined },
  { name: 'a function', event: () => {} },
  { name: 'a cycle', event: cyclic },
  { name: 'a BigInt', event: 1n },
]

for (const { name, event } of unreadable) {
  test(`${name} is not a JSON document`, () => {
    assert.throws(() => direct.open(event), { name: 'DecodeError', code: 'decode_failed' })
  })
}
