import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cephEvent } from '../../lib/ceph/ceph-event.ts'
import type { CephRecord } from '../../lib/ceph/ceph-notification.ts'
import { createCephDecoder } from '../../lib/ceph/decode-ceph.ts'
import { unwrapping } from '../../lib/cloudevents/unwrap-cloudevents.ts'
import { customResource } from '../../lib/envelopes/custom-resource-envelope.ts'
import { alb, httpV1, httpV2 } from '../../lib/envelopes/http-envelope.ts'
import { kafka } from '../../lib/envelopes/kafka-envelope.ts'
import { openNotifications as open } from '../../lib/envelopes/platform-events.ts'
import { rabbitmq } from '../../lib/envelopes/rabbitmq-envelope.ts'
import { sns } from '../../lib/envelopes/sns-envelope.ts'
import { sqs } from '../../lib/envelopes/sqs-envelope.ts'
import { TidingsError } from '../../lib/process/errors.ts'
import { type Capture, cephCaptures } from '../fixtures.ts'
import {
  batchEvent,
  kafkaSourceEvent,
  openfaasConnectorEvent,
  rabbitmqSourceEvent,
  structured,
  structuredEvent,
} from './cloudevent-samples.ts'
import {
  mskEvent,
  rabbitmqEvent,
  relayEvent,
  selfManagedKafkaEvent,
  snsEvent,
  snsInSqsEvent,
  sqsEvent,
} from './queue-samples.ts'
import { albEvent, functionUrlEvent, multiValueAlbEvent, restApiEvent } from './samples.ts'

const inBase64 = ({ headers, body }: Capture) => ({ headers, body: Buffer.from(body) })

const wrappings: readonly { readonly name: string; readonly wrap: (capture: Capture) => unknown }[] = [
  { name: 'payload 2.0', wrap: functionUrlEvent },
  { name: 'payload 2.0, base64', wrap: (capture) => functionUrlEvent(inBase64(capture)) },
  { name: 'payload 1.0', wrap: restApiEvent },
  { name: 'payload 1.0, base64', wrap: (capture) => restApiEvent(inBase64(capture)) },
  { name: 'ALB', wrap: albEvent },
  { name: 'ALB, base64', wrap: (capture) => albEvent(inBase64(capture)) },
  { name: 'ALB, multi-value', wrap: multiValueAlbEvent },
  { name: 'direct', wrap: ({ body }) => JSON.parse(body) },
  { name: 'direct, in an event', wrap: ({ body }) => JSON.parse(structured(body)) },
  { name: 'RabbitMQ', wrap: ({ body }) => rabbitmqEvent([body]) },
  { name: 'relay', wrap: ({ body }) => relayEvent([body]) },
  { name: 'relay, in an event', wrap: ({ body }) => relayEvent([structured(body)]) },
  { name: 'SQS', wrap: ({ body }) => sqsEvent([body]) },
  { name: 'SQS, in an event', wrap: ({ body }) => sqsEvent([structured(body)]) },
  { name: 'SNS in SQS', wrap: ({ body }) => snsInSqsEvent([body]) },
  { name: 'SNS', wrap: ({ body }) => snsEvent(body) },
  { name: 'MSK', wrap: ({ body }) => mskEvent([[undefined, body]]) },
  { name: 'Kafka', wrap: ({ body }) => selfManagedKafkaEvent([[body]]) },
  { name: 'CloudEvent, structured', wrap: ({ body }) => structuredEvent(body) },
  { name: 'CloudEvent, structured, bytes', wrap: ({ body }) => structuredEvent(Buffer.from(body)) },
  { name: 'CloudEvents, batch', wrap: ({ body }) => batchEvent([body]) },
  { name: 'OpenFaaS connector', wrap: ({ body }) => openfaasConnectorEvent(body) },
  { name: 'Knative RabbitmqSource', wrap: ({ body }) => rabbitmqSourceEvent(body) },
  { name: 'Knative KafkaSource', wrap: ({ body }) => kafkaSourceEvent(body) },
]

const decode = unwrapping(createCephDecoder([]))

describe('every capture is the same events through every envelope', () => {
  for (const capture of cephCaptures()) {
    test(capture.name, () => {
      const { Records } = JSON.parse(capture.body) as { Records: CephRecord[] } // What real gateways send.
      const expected = { events: Records.map(cephEvent), faults: [] }
      assert.ok(Records.length > 0)
      for (const { name, wrap } of wrappings) {
        const { deliveries } = open(wrap(capture))
        assert.deepEqual(deliveries.map(decode), [expected], name)
      }
    })
  }
})

describe('an event matches its own family alone', () => {
  const families = [httpV2, httpV1, alb, rabbitmq, kafka, sqs, sns, customResource]
  const cases = [
    { event: functionUrlEvent(), matching: ['http-v2'] },
    { event: restApiEvent(), matching: ['http-v1'] },
    { event: { ...restApiEvent(), rawPath: '/base/path', version: '1.0' }, matching: ['http-v1'] },
    { event: albEvent(), matching: ['alb'] },
    { event: multiValueAlbEvent(), matching: ['alb'] },
    { event: rabbitmqEvent(['{}']), matching: ['rabbitmq'] },
    { event: relayEvent(['{}']), matching: ['rabbitmq'] },
    { event: { eventSource: 'aws:rmq' }, matching: ['rabbitmq'] },
    { event: mskEvent([['{}']]), matching: ['kafka'] },
    { event: selfManagedKafkaEvent([['{}']]), matching: ['kafka'] },
    { event: selfManagedKafkaEvent([['{}']], { eventSource: 'SelfManagedKafka' }), matching: ['kafka'] },
    { event: sqsEvent(['{}']), matching: ['sqs'] },
    { event: snsInSqsEvent(['{}']), matching: ['sqs'] },
    { event: { Records: [null, ...sqsEvent(['{}']).Records] }, matching: ['sqs'] },
    { event: snsEvent('{}'), matching: ['sns'] },
    { event: { Records: [{ eventSource: 'ceph:s3' }] }, matching: [] },
    { event: { Records: [{ eventSource: 'aws:s3' }] }, matching: [] },
    { event: { Records: [] }, matching: [] },
    { event: { Records: {} }, matching: [] },
    { event: { eventSource: 'ceph:s3' }, matching: [] },
    { event: [], matching: [] },
    { event: null, matching: [] },
    { event: 'text', matching: [] },
    { event: undefined, matching: [] },
  ]
  for (const { event, matching } of cases) {
    test(`${JSON.stringify(event)?.slice(0, 60)}: ${matching.join() || 'none'}`, () => {
      const found = families.filter((family) => family.matches(event)).map(({ name }) => name)
      assert.deepEqual(found, matching)
    })
  }
})

describe('whatever comes', () => {
  const value = fc.jsonValue()
  const list = fc.array(value, { maxLength: 3 })
  /** A platform's event with any JSON in the places where something is read. */
  const event = fc.oneof(
    value,
    fc.record({
      eventSource: fc.constantFrom('aws:rmq', 'aws:kafka', 'SelfManagedKafka'),
      rmqMessagesByQueue: fc.oneof(value, fc.dictionary(fc.string(), fc.oneof(value, fc.array(message(value))))),
      records: fc.oneof(value, fc.dictionary(fc.string(), fc.oneof(value, fc.array(message(value))))),
    }),
    fc.record({ Records: fc.array(fc.oneof(value, message(value)), { maxLength: 3 }) }),
    fc.record({ Records: list }),
  )

  test('an event that is any JSON is opened, or refused by an error of ours', () => {
    fc.assert(
      fc.property(event, (given) => {
        const { deliveries, refusal } = open(JSON.parse(JSON.stringify(given)))
        for (const { body, headers } of deliveries) {
          assert.ok(body instanceof Buffer)
          assert.ok(Object.values(headers).every((text) => typeof text === 'string'))
        }
        assert.ok(refusal === undefined || refusal instanceof TidingsError)
      }),
      { numRuns: 300 },
    )
  })

  const wraps: readonly ((body: Buffer) => unknown)[] = [
    (body) => functionUrlEvent({ body }),
    (body) => rabbitmqEvent([body]),
    (body) => relayEvent([body]),
    (body) => mskEvent([[body]]),
    (body) => structuredEvent(body),
    (body) => openfaasConnectorEvent(body),
  ]

  test('a body that is any bytes is decoded, or refused by an error of ours', () => {
    const bytes = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      fc.json().map((text) => Buffer.from(text)),
    )
    fc.assert(
      fc.property(bytes, fc.constantFrom(...wraps), (body, wrap) => {
        for (const delivery of open(wrap(body)).deliveries) {
          try {
            decode(delivery)
          } catch (error) {
            assert.ok(error instanceof TidingsError, String(error))
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})

/** A message of any queue, each of its fields as it should be, or any JSON. */
function message(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const or = (good: fc.Arbitrary<unknown>) => fc.oneof(good, value)
  const bytes = fc.array(fc.integer({ min: -128, max: 127 }))
  const attributes = fc.dictionary(fc.string(), or(fc.record({ stringValue: or(fc.string()), bytes: or(bytes) })))
  return fc.record(
    {
      basicProperties: or(fc.record({ headers: or(attributes), contentType: or(fc.string()) })),
      data: or(fc.base64String()),
      value: or(fc.base64String()),
      deliveryTag: or(fc.nat()),
      offset: or(fc.nat()),
      headers: or(fc.array(or(fc.dictionary(fc.string(), or(bytes))))),
      messageId: or(fc.string()),
      body: or(fc.string()),
      eventSource: or(fc.constant('aws:sqs')),
      EventSource: or(fc.constant('aws:sns')),
      messageAttributes: or(attributes),
      Sns: or(fc.record({ Message: fc.string(), MessageAttributes: or(attributes) })),
    },
    { requiredKeys: [] },
  )
}
