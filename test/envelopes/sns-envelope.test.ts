import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sns } from '../../lib/envelopes/sns-envelope.ts'
import { SchemaError, SinkUnavailableError } from '../../lib/process/errors.ts'
import { snsEvent } from './queue-samples.ts'

const event = snsEvent('{"ü":1}', { 'ce-type': 'a', 'Content-Type': 'application/json' })
const topicArn = 'arn:aws:sns:eu-central-1:123456789012:tidings'

test('the message is a delivery, its attributes are headers', () => {
  assert.deepEqual(sns.open(event).deliveries, [
    {
      body: Buffer.from('{"ü":1}'),
      headers: { 'ce-type': 'a', 'content-type': 'application/json' },
      origin: { kind: 'sns', topicArn, messageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e' },
    },
  ])
})

test('an attribute in bytes is text, one that is neither is left out', () => {
  const [record] = event.Records
  const MessageAttributes = { a: { Type: 'Binary', Value: 'w7w=' }, b: { Type: 'String' }, c: null }
  const Records = [{ ...record, Sns: { ...record?.Sns, MessageAttributes } }]
  assert.deepEqual(sns.open({ Records }).deliveries[0]?.headers, { a: 'ü' })
})

test('a record without its message stands as it came, so that it is set aside', () => {
  const Records = [{ EventSource: 'aws:sns', Sns: { Message: 5 } }, 7]
  assert.deepEqual(
    sns.open({ Records }).deliveries.map(({ body, origin }) => [body.toString(), origin]),
    [JSON.stringify(Records[0]), '7'].map((body) => [body, { kind: 'sns', topicArn: '', messageId: '' }]),
  )
})

test('what is handled or set aside is told, what has to come again is thrown', () => {
  const { seal } = sns.open(event)
  const faults = [new SchemaError('no')]
  const summary = { outcome: 'ack', messages: 1, events: 0, deadLetters: 1 }
  assert.deepEqual(seal([{ type: 'ack', events: [], faults, dropped: [] }]), summary)
  const error = new SinkUnavailableError('down')
  assert.throws(
    () => seal([{ type: 'retry', error, retryAfterSeconds: 1 }]),
    (thrown) => thrown === error,
  )
})
