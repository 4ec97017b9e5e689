import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outcome } from '../../lib/core/delivery.ts'
import { kafka } from '../../lib/envelopes/kafka-envelope.ts'
import { SchemaError, SinkUnavailableError } from '../../lib/process/errors.ts'
import { mskEvent, selfManagedKafkaEvent } from './queue-samples.ts'

const ack: Outcome = { type: 'ack', events: ['1'], faults: [], dropped: [] }
const retry: Outcome = { type: 'retry', error: new SinkUnavailableError('down'), retryAfterSeconds: 1 }
const again = (...items: (readonly [partition: string, offset: number])[]) => ({
  batchItemFailures: items.map(([partition, offset]) => ({ itemIdentifier: { partition, offset } })),
})

const kinds = [
  mskEvent([['a']]),
  selfManagedKafkaEvent([['a']], { eventSource: 'SelfManagedKafka' }),
  selfManagedKafkaEvent([['a']], { eventSource: 'aws:SelfManagedKafka' }),
]
for (const event of kinds) {
  test(`${event.eventSource} is Kafka`, () => {
    assert.equal(kafka.matches(event), true)
    assert.deepEqual(kafka.open(event).deliveries, [
      { body: Buffer.from('a'), headers: {}, origin: { kind: 'kafka', topic: 'tidings', partition: 0, offset: 15 } },
    ])
  })
}

describe('opening', () => {
  test('header bytes are signed, their names in lower case; ce_ is ce-', () => {
    const headers = { ce_type: 'grün', 'Content-Type': 'application/json', ce_subject: '日本/🛰' }
    const [delivery] = kafka.open(mskEvent([['{}']], { headers })).deliveries
    assert.deepEqual(delivery?.headers, {
      'ce-type': 'grün',
      'content-type': 'application/json',
      'ce-subject': '日本/🛰',
    })
  })

  test('a header that repeats is joined; one that is not a list of bytes is left out', () => {
    const record = { topic: 't', partition: 0, offset: 1, value: 'e30=' }
    const headers = [{ a: [97] }, { A: [98] }, { b: null }, { c: 'text' }, null, 5, { d: [] }]
    const [delivery] = kafka.open({ eventSource: 'aws:kafka', records: { 't-0': [{ ...record, headers }] } }).deliveries
    assert.deepEqual(delivery?.headers, { a: 'a, b', d: '' })
  })

  test('a tombstone is not a delivery, an empty value is one', () => {
    const { deliveries } = kafka.open(mskEvent([['1', undefined, '', '2']]))
    assert.deepEqual(
      deliveries.map(({ body, origin }) => [body.toString(), origin.kind === 'kafka' && origin.offset]),
      [
        ['1', 15],
        ['', 17],
        ['2', 18],
      ],
    )
  })

  test('an invalid record stays as it came and is set aside; the other records are handled', () => {
    const records = { 'my-topic-3': [{ value: 'e30=' }, { value: 7 }, null], 't-0': 'text' }
    assert.deepEqual(
      kafka.open({ eventSource: 'aws:kafka', records }).deliveries.map(({ body, origin }) => [body.toString(), origin]),
      [
        ['{}', { kind: 'kafka', topic: 'my-topic', partition: 3, offset: -1 }],
        ['{"value":7}', { kind: 'kafka', topic: 'my-topic', partition: 3, offset: -1 }],
        ['null', { kind: 'kafka', topic: 'my-topic', partition: 3, offset: -1 }],
        ['"text"', { kind: 'kafka', topic: 't', partition: 0, offset: -1 }],
      ],
    )
  })

  for (const records of [undefined, null, [], 5]) {
    test(`a batch with ${JSON.stringify(records)} for its records is one clear error`, () => {
      const { deliveries, refusal, seal } = kafka.open({ eventSource: 'aws:kafka', records })
      const message = 'records: expected lists of records by topic and partition'
      assert.deepEqual([deliveries, refusal?.code, refusal?.message], [[], 'schema_mismatch', message])
      assert.throws(() => seal([{ type: 'reject', error: new SchemaError(message) }]), SchemaError)
    })
  }
})

describe('answering', () => {
  test('nothing has to come again', () => {
    assert.deepEqual(kafka.open(mskEvent([['1', undefined, '2']])).seal([ack, ack]), again())
  })

  test('the first failed offset of each partition is named, as an object, and no other', () => {
    const { seal } = kafka.open(mskEvent([['0', undefined, '1', '2'], ['3'], ['4', '5', '6']]))
    assert.deepEqual(seal([ack, retry, retry, ack, ack, retry, ack]), again(['tidings-0', 17], ['tidings-2', 16]))
  })

  test('everything failed at once: each partition from its first record on', () => {
    const { seal } = kafka.open(selfManagedKafkaEvent([[undefined, '1', '2'], [undefined], ['3']], { offset: 100 }))
    assert.deepEqual(seal([retry]), again(['tidings-0', 101], ['tidings-2', 100]))
  })

  test('nothing but tombstones: nothing to do', () => {
    const { deliveries, seal } = kafka.open(mskEvent([[undefined]]))
    assert.deepEqual([deliveries, seal([])], [[], again()])
  })
})
