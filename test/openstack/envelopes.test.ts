import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { unwrapping } from '../../lib/cloudevents/unwrap-cloudevents.ts'
import type { Delivery } from '../../lib/core/delivery.ts'
import { openNotifications as open } from '../../lib/envelopes/platform-events.ts'
import { createOpenstackDecoder } from '../../lib/openstack/decode-openstack.ts'
import type { OpenstackEvent } from '../../lib/openstack/openstack-event.ts'
import {
  batchEvent,
  kafkaSourceEvent,
  openfaasConnectorEvent,
  rabbitmqSourceEvent,
  structured,
  structuredEvent,
} from '../envelopes/cloudevent-samples.ts'
import {
  mskEvent,
  rabbitmqEvent,
  relayEvent,
  selfManagedKafkaEvent,
  snsEvent,
  snsInSqsEvent,
  sqsEvent,
} from '../envelopes/queue-samples.ts'
import { albEvent, functionUrlEvent, multiValueAlbEvent, restApiEvent } from '../envelopes/samples.ts'
import {
  type OpenstackCapture,
  type OpenstackLookAlike,
  openstackCaptures,
  openstackLookAlike,
  openstackLookAlikes,
} from '../fixtures.ts'

const decode = unwrapping(createOpenstackDecoder({ novaNotifications: 'both' }))
const captures = openstackCaptures()
const notifications = captures.filter(({ name }) => !name.includes('-rpc/'))
const calls = captures.filter(({ name }) => name.includes('-rpc/'))

/** Of a message as the relay hands it over, which alone tells the exchange. */
const decodedOf = ({ exchange, routingKey, body }: OpenstackCapture | OpenstackLookAlike) => {
  const origin = { kind: 'amqp', queue: 'q', redelivered: false, exchange, routingKey } as const
  const delivery: Delivery = { body: Buffer.from(body), headers: {}, origin }
  const { events, ...rest } = decode(delivery)
  return { events: events as readonly OpenstackEvent[], ...rest } // What this decoder makes.
}

type Wrap = (capture: OpenstackCapture) => unknown

const wrappings: Readonly<Record<string, Wrap>> = {
  relay: ({ exchange, routingKey, body }) => relayEvent([body], { exchange, routingKey }),
  'relay, in an event': ({ body }) => relayEvent([structured(body)], { exchange: 'tidings' }),
  RabbitMQ: ({ body }) => rabbitmqEvent([body]),
  SQS: ({ body }) => sqsEvent([body]),
  'SNS in SQS': ({ body }) => snsInSqsEvent([body]),
  SNS: ({ body }) => snsEvent(body),
  MSK: ({ body }) => mskEvent([[undefined, body]]),
  Kafka: ({ body }) => selfManagedKafkaEvent([[body]]),
  'payload 2.0': ({ body }) => functionUrlEvent({ headers: { 'content-type': 'text/plain' }, body }),
  'payload 2.0, base64': ({ body }) => functionUrlEvent({ body: Buffer.from(body) }),
  'payload 1.0': ({ body }) => restApiEvent({ body }),
  ALB: ({ body }) => albEvent({ body }),
  'ALB, multi-value': ({ body }) => multiValueAlbEvent({ body }),
  'CloudEvent, structured': ({ body }) => structuredEvent(body),
  'CloudEvent, structured, bytes': ({ body }) => structuredEvent(Buffer.from(body)),
  'CloudEvents, batch': ({ body }) => batchEvent([body]),
  'OpenFaaS connector': ({ body }) => openfaasConnectorEvent(body),
  'Knative RabbitmqSource': ({ body }) => rabbitmqSourceEvent(body),
  'Knative KafkaSource': ({ body }) => kafkaSourceEvent(body),
}

const throughEnvelope = (wrap: Wrap, capture: OpenstackCapture) => open(wrap(capture)).deliveries.map(decode)

describe('every captured notification is one event, the same through every envelope', () => {
  for (const [name, wrap] of Object.entries(wrappings)) {
    test(name, () => {
      for (const capture of notifications) {
        const { events } = decodedOf(capture)
        assert.equal(events.length, 1, capture.name)
        assert.deepEqual(throughEnvelope(wrap, capture), [{ events, faults: [], dropped: [] }], capture.name)
      }
    })
  }

  test('direct, the message in its envelope', () => {
    // Without its envelope a number beyond 2^53 is lost before we see it: an invoker has parsed the JSON by then.
    for (const capture of notifications.filter(({ body }) => 'oslo.message' in JSON.parse(body))) {
      const direct = throughEnvelope(({ body }) => JSON.parse(body), capture)
      assert.deepEqual(direct, [{ events: decodedOf(capture).events, faults: [], dropped: [] }], capture.name)
    }
  })
})

test('remote procedure calls are left out, whatever the envelope, and so are their replies', () => {
  const expected = { events: [], faults: [], dropped: ['rpc'] }
  assert.ok(calls.length >= 14)
  for (const capture of calls) {
    for (const [name, wrap] of Object.entries(wrappings)) {
      assert.deepEqual(throughEnvelope(wrap, capture), [expected], `${capture.name}, ${name}`)
    }
  }
  assert.deepEqual(decodedOf(openstackLookAlike('rpc-reply')), expected)
})

test('an envelope of another major version is set aside', () => {
  const { events, faults } = decodedOf(openstackLookAlike('wrong-major'))
  assert.deepEqual([events, faults.map(({ code }) => code)], [[], ['schema_mismatch']])
})

test('no token, password or catalogue comes out, and what stands beside them does', () => {
  const secret = /gAAAAA|hunter2|192\.0\.2\.4|5f1c8a1e2b3d4c5e6f708192a3b4c5d6/
  assert.ok(captures.filter(({ body }) => secret.test(body)).length >= 14)
  assert.match(openstackLookAlike('context-token').body.toString(), secret)
  for (const message of [...captures, ...openstackLookAlikes()]) {
    const { events, faults } = decodedOf(message)
    assert.doesNotMatch(JSON.stringify([events, faults.map(({ message: text }) => text)]), secret, message.name)
  }
  const { payload } = decodedOf(captures.find(({ name }) => name.startsWith('nova/scheduler')) ?? assert.fail())
    .events[0]?.data ?? { payload: undefined }
  assert.match(JSON.stringify(payload), /"_user_id":"4340e93692684fb7821e9397576fcf28"/)
})

// To write the file anew, when such a change is meant: UPDATE_FIXTURES=true node --test test/openstack/envelopes.test.ts
test('type, kind, phase and subject of each are those of test/fixtures/openstack-events.tsv', () => {
  const file = new URL('../fixtures/openstack-events.tsv', import.meta.url)
  const printable = (text: string) =>
    text.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
  const rows = [...notifications, ...openstackLookAlikes()].flatMap((message) =>
    decodedOf(message).events.map(({ type, data, subject = '' }) => [
      message.name,
      type,
      data.kind,
      data.phase,
      printable(subject),
    ]),
  )
  const table = [['name', 'type', 'kind', 'phase', 'subject'], ...rows].map((row) => `${row.join('\t')}\n`).join('')
  if (process.env.UPDATE_FIXTURES === 'true') writeFileSync(file, table)
  assert.deepEqual(table.split('\n'), readFileSync(file, 'utf8').split('\n'))
})
