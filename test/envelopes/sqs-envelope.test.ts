import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outcome } from '../../lib/core/delivery.ts'
import { sqs } from '../../lib/envelopes/sqs-envelope.ts'
import { SinkUnavailableError } from '../../lib/process/errors.ts'
import { snsInSqsEvent, sqsEvent } from './queue-samples.ts'

const ack: Outcome = { type: 'ack', events: ['1'], faults: [], dropped: [] }
const retry: Outcome = { type: 'retry', error: new SinkUnavailableError('down'), retryAfterSeconds: 1 }
const origin = (messageId: string, queue = 'tidings') => ({
  kind: 'sqs',
  queueArn: `arn:aws:sqs:eu-central-1:123456789012:${queue}`,
  messageId,
})

describe('opening', () => {
  test('each message is a delivery, its attributes are headers', () => {
    const attributes = { 'Content-Type': 'application/json', 'ce-type': 'a', cloudEvents_source: 'b' }
    const headers = { 'content-type': 'application/json', 'ce-type': 'a', 'ce-source': 'b' }
    assert.deepEqual(sqs.open(sqsEvent(['{"ü":1}', ''], { attributes })).deliveries, [
      { body: Buffer.from('{"ü":1}'), headers, origin: origin('message-1') },
      { body: Buffer.from(''), headers, origin: origin('message-2') },
    ])
  })

  test('an attribute in bytes is text, one that is neither is left out', () => {
    const [record] = sqsEvent(['{}']).Records
    const messageAttributes = { a: { binaryValue: 'w7w=', dataType: 'Binary' }, b: { dataType: 'String' }, c: null }
    const [delivery] = sqs.open({ Records: [{ ...record, messageAttributes }] }).deliveries
    assert.deepEqual(delivery?.headers, { a: 'ü' })
  })

  test("the body of a notification of SNS is its Message, the headers are that's", () => {
    const event = snsInSqsEvent(['{"ü":1}', 'text'], { attributes: { 'ce-type': 'a' } })
    assert.deepEqual(sqs.open(event).deliveries, [
      { body: Buffer.from('{"ü":1}'), headers: { 'ce-type': 'a' }, origin: origin('message-1') },
      { body: Buffer.from('text'), headers: { 'ce-type': 'a' }, origin: origin('message-2') },
    ])
  })

  test('the order group of a message in a FIFO queue is its message group', () => {
    const groups = ['a', 'b']
    const orderGroups = (queue: string) =>
      sqs.open(sqsEvent(['1', '2'], { queue, groups })).deliveries.map(({ orderGroup }) => orderGroup)
    assert.deepEqual([orderGroups('tidings.fifo'), orderGroups('tidings')], [groups, [undefined, undefined]])
  })

  const lookAlikes = [
    '{"TopicArn":"a"}',
    '{"Type":"Notification","TopicArn":"a","MessageId":"1","Message":{}}',
    '{"Type":"SubscriptionConfirmation","TopicArn":"a","MessageId":"1","Message":"m"}',
    '"TopicArn" is not JSON',
  ]
  for (const body of lookAlikes) {
    test(`${body} is not a notification of SNS`, () => {
      assert.equal(sqs.open(sqsEvent([body])).deliveries[0]?.body.toString(), body)
    })
  }

  test('a record without its body stands as it came, so that it is set aside; its siblings live', () => {
    const [good] = sqsEvent(['{}']).Records
    const { deliveries } = sqs.open({ Records: [null, { eventSource: 'aws:sqs', messageId: 5 }, good] })
    assert.deepEqual(
      deliveries.map(({ body, origin }) => [body.toString(), origin.kind === 'sqs' && origin.messageId]),
      [
        ['null', ''],
        ['{"eventSource":"aws:sqs","messageId":5}', ''],
        ['{}', 'message-1'],
      ],
    )
  })
})

describe('answering', () => {
  const fifo = { queue: 'tidings.fifo' }
  const bodies = ['1', '2', '3', '4']
  const cases = [
    { name: 'nothing has to come again', extra: {}, outcomes: [ack, ack, ack, ack], ids: [] },
    { name: 'some have to', extra: {}, outcomes: [ack, retry, ack, retry], ids: ['message-2', 'message-4'] },
    { name: 'everything failed at once', extra: {}, outcomes: [retry], ids: bodies.map((body) => `message-${body}`) },
    { name: 'FIFO: nothing has to come again', extra: fifo, outcomes: [ack, ack, ack, ack], ids: [] },
    {
      name: 'FIFO: what comes after the first failure waits for it',
      extra: fifo,
      outcomes: [ack, retry, ack, ack],
      ids: ['message-2', 'message-3', 'message-4'],
    },
    {
      name: 'FIFO: other message groups go on',
      extra: { ...fifo, groups: ['a', 'a', 'b', 'a'] },
      outcomes: [ack, retry, ack, ack],
      ids: ['message-2', 'message-4'],
    },
  ]
  for (const { name, extra, outcomes, ids } of cases) {
    test(name, () => {
      const expected = { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) }
      assert.deepEqual(sqs.open(sqsEvent(bodies, extra)).seal(outcomes), expected)
    })
  }
})
