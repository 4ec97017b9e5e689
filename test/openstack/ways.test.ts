import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import type { OpenstackEvent } from '../../lib/openstack/openstack-event.ts'
import { decode, deliver } from './delivery.ts'

const FOLDER = new URL('../fixtures/look-alikes/openstack-ways/', import.meta.url)
const fixture = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8')

const eventsOf = (body: string | Buffer, exchange?: string): readonly OpenstackEvent[] => {
  const { events, faults } = decode(deliver(body, exchange))
  assert.deepEqual(faults, [])
  return events as readonly OpenstackEvent[] // The decoder makes no others.
}

type Expected = Partial<Record<'type' | 'id' | 'subject' | 'project' | 'user' | 'requestid' | 'host' | 'time', string>>

const instance: Expected = {
  type: 'org.openstack.nova.compute.instance.create.end',
  subject: 'i-1',
  project: 't1',
  user: 'u1',
  host: 'h1',
  time: '2026-01-02T03:04:05.000678Z',
}
const expected: Readonly<Record<string, Expected>> = {
  'amqp1-request-oslo.json': { ...instance, id: '051b67f0-9916-4f74-b667-6faf378da8b2' },
  'aodh-alarm-webhook-doctor.json': { type: 'org.openstack.aodh.alarm.state_transition', subject: 'x' },
  'argo-events-jsonbody.json': { ...instance, id: '5a922482-e5a6-4b00-826d-e03d21be8b1d' },
  'argo-events.json': { ...instance, id: '1df18d8c-2dc1-4faa-ac80-c9a01660235c' },
  'ceilometer-http-samples.json': {
    type: 'org.openstack.ceilometer.metering',
    id: 's1',
    subject: 'i-1',
    project: 't1',
    user: 'u1',
    time: '2021-02-08T20:45:28.286586Z',
  },
  'cinder-volume-metadata-list.json': { type: 'org.openstack.cinder.volume.create.end', subject: 'v1', host: 'h' },
  'double-encoded-v2.json': { ...instance, id: '1106f617-322c-4efd-b01f-e7334182dd61' },
  'infrawatch-sg-core-amqp1-driver.json': {
    type: 'org.openstack.ceilometer.metering',
    id: '36ce5025',
    subject: 'r-1',
    project: 'p',
    host: 'controller-0.example.org',
  },
  'keystone-invalid-password-attachment.json': {
    type: 'org.openstack.keystone.identity.authenticate',
    subject: 'd7bec',
    requestid: 'req-214d',
  },
  'logstash-message-string-field.json': { ...instance, id: '119bae85-d79c-414d-b581-92181d3422f7' },
  'oslo-kafka-driver-neutron.json': {
    type: 'org.openstack.neutron.port.delete.end',
    subject: 'x',
    project: 'p1',
    user: 'u1',
    requestid: 'req-1',
  },
  'oslo-kafka-driver.json': { ...instance, project: 'p1', requestid: 'req-1' },
  'rabbitmq-management-get-form.json': { ...instance, id: '5acb763d-5ef2-4ea3-bbe0-718b3ea0da69' },
}

test('no secret of any file comes out', () => {
  const secret = /SECRETkv|SECRETgm|PARTIALHASHSECRET|gAAAAAB/
  const names = Object.keys(expected).filter((name) => secret.test(fixture(name)))
  assert.equal(names.length, 4)
  for (const name of names) assert.doesNotMatch(JSON.stringify(eventsOf(fixture(name))), secret, name)
})

test('every file has an expected event', () => {
  assert.deepEqual(readdirSync(FOLDER).sort(), Object.keys(expected).sort())
})

for (const [name, attributes] of Object.entries(expected)) {
  test(`${name} is one event`, () => {
    const events = eventsOf(fixture(name))
    const names = Object.keys(attributes) as (keyof Expected)[] // Of its own keys.
    assert.deepEqual(
      events.map((event) => Object.fromEntries(names.map((attribute) => [attribute, event[attribute]]))),
      [attributes],
    )
  })
}

/** A notification that names no service: the exchange tells. */
const inner = {
  message_id: '0a5c4ac0-29c1-4b26-9f5b-9a5e6ad1ad5c',
  event_type: 'segment.create.end',
  priority: 'INFO',
  payload: { id: 's-1', big: 7 },
  timestamp: '2026-01-02 03:04:05',
}
const v2 = { 'oslo.version': '2.0', 'oslo.message': JSON.stringify(inner) }
const text = JSON.stringify(v2)
const base64 = Buffer.from(text).toString('base64')

/** After the documentation or the source of each program; `alone` tells no exchange. */
const ways: Readonly<Record<string, unknown>> = {
  'AMQP 1.0 driver, bare message': { request: inner, context: {} },
  'Argo Events, body in base64': { exchange: 'neutron', routingKey: 'notifications.info', body: base64 },
  'Argo Events, body parsed': { exchange: 'neutron', body: v2 },
  'RabbitMQ management, payload as text': [
    { payload_bytes: 1, exchange: 'neutron', routing_key: 'x', payload: text, payload_encoding: 'string' },
  ],
  'RabbitMQ management, payload in base64': [{ exchange: 'neutron', payload: base64, payload_encoding: 'base64' }],
  'RabbitMQ management, compressed payload': [
    { exchange: 'neutron', payload: deflateSync(text).toString('base64'), payload_encoding: 'base64' },
  ],
  'RabbitMQ tracing plugin': { type: 'published', exchange: 'neutron', routing_keys: ['x'], payload: base64 },
  'Logstash, message as text': { '@timestamp': 'x', '@version': '1', message: text },
  'Logstash, event.original': { '@timestamp': 'x', event: { original: text } },
  'Vector, AMQP source': { exchange: 'neutron', routing: 'x', source_type: 'amqp', message: text },
  'Fluentd, message parsed': { message: inner, tag: 'x' },
  'Fluent Bit': [{ date: 1, log: text }],
  'Filebeat, json under message': { '@timestamp': 'x', log: { offset: 0 }, message: text },
  'Kafka Connect, text': { schema: { type: 'string', optional: false }, payload: text },
  'Kafka Connect, struct': { schema: { type: 'struct', fields: [] }, payload: inner },
  'Kafka REST, records': { records: [{ value: v2 }] },
  'Kafka REST, binary records': [{ topic: 'notifications.info', key: null, value: base64, partition: 0, offset: 1 }],
  'Pub/Sub push': { message: { data: base64, messageId: '1', attributes: {} }, subscription: 's' },
  'SNS over HTTP': { Type: 'Notification', MessageId: 'm', TopicArn: 'a', Message: text },
  EventBridge: { version: '0', 'detail-type': 'x', source: 'y', detail: v2 },
  'EventBridge pipe from SQS': [{ messageId: 'm', receiptHandle: 'r', body: text, eventSource: 'aws:sqs' }],
  'Spring Cloud Stream': { headers: { id: 'x' }, payload: inner },
  'Event Grid': [{ id: 'x', eventType: 'y', topic: 'z', data: inner }],
  'Splunk HTTP event collector': { time: 1, sourcetype: 'x', event: inner },
  Elasticsearch: { _index: 'x', _id: 'y', _source: inner },
  'OpenWhisk, Kafka feed': { messages: [{ value: text, topic: 'x', offset: 1 }] },
  'a text in a text in a text': JSON.stringify(JSON.stringify(text)),
  'message encoded twice': { 'oslo.version': '2.0', 'oslo.message': JSON.stringify(JSON.stringify(inner)) },
  'a carrier in a carrier': { message: JSON.stringify({ exchange: 'neutron', body: base64 }) },
}

describe('what only carries a notification is taken off', () => {
  for (const [name, way] of Object.entries(ways)) {
    test(name, () => {
      const body = JSON.stringify(way)
      const exchange = body.includes('neutron') ? 'nova' : 'neutron'
      assert.deepEqual(eventsOf(body, exchange), eventsOf(text, 'neutron'))
    })
  }

  const bodies: Readonly<Record<string, string | Buffer>> = {
    'base64 alone': base64,
    'base64 in lines, as MIME has it': base64.replace(/.{76}/g, '$&\r\n'),
    'base64 of compressed bytes': gzipSync(text).toString('base64'),
    'a line of JSON': `${text}\n`,
    'a compressed carrier': gzipSync(JSON.stringify({ message: text })),
  }
  for (const [name, body] of Object.entries(bodies)) {
    test(name, () => assert.deepEqual(eventsOf(body, 'neutron'), eventsOf(text, 'neutron')))
  }

  test('lines of JSON are a list', () => {
    const lines = [1, 2, 3].map((id) =>
      JSON.stringify({ message: JSON.stringify({ ...inner, message_id: String(id) }) }),
    )
    assert.deepEqual(
      eventsOf(`${lines.join('\r\n')}\n\n`).map(({ id }) => id),
      ['1', '2', '3'],
    )
  })

  test('in a list of carriers, one that carries nothing is a fault that says where', () => {
    const { events, faults } = decode(
      deliver(JSON.stringify([{ message: text }, { message: 'hello' }, { body: base64 }])),
    )
    assert.deepEqual(
      [events.length, faults.map(({ code, field }) => [code, field])],
      [2, [['not_a_notification', '1.event_type']]],
    )
  })

  test("the driver's context beside the message says who asked", () => {
    const context = { project_id: 'p1', user_id: 'u1', request_id: 'req-1', auth_token: 'hunter2' }
    const [event] = eventsOf(JSON.stringify({ request: v2, context }))
    assert.deepEqual([event?.project, event?.user, event?.requestid], ['p1', 'u1', 'req-1'])
    assert.doesNotMatch(JSON.stringify(event), /hunter2/)
  })

  test('a call is left out in a carrier too', () => {
    const call = { method: 'get', args: {}, version: '1.0', _unique_id: 'x' }
    for (const body of [{ request: call, context: {} }, { body: call }, JSON.stringify(call)]) {
      assert.deepEqual(decode(deliver(JSON.stringify(body))), { events: [], faults: [], dropped: ['rpc'] })
    }
  })

  test('digits beyond 2^53 stay in a carrier too', () => {
    const body = `{"message":${JSON.stringify('{"event_type":"x","payload":[12345678901234567890]}')}}`
    const nested = '[{"event":{"event_type":"x","payload":[12345678901234567890]}}]'
    for (const way of [body, nested]) {
      assert.equal(JSON.stringify(eventsOf(way)[0]?.data.payload), '[12345678901234567890]')
    }
  })

  test('carriers without end are not a notification', () => {
    let body: unknown = inner
    for (let level = 0; level < 9; level++) body = { message: body }
    assert.throws(() => decode(deliver(JSON.stringify(body))), { code: 'not_a_notification', field: 'event_type' })
  })
})

describe("ceilometer's lists", () => {
  const sample = (id: string) => ({
    counter_name: 'cpu',
    counter_volume: 1,
    resource_id: id,
    project_id: 'p',
    user_id: 'u',
  })
  const metering = (payload: unknown) =>
    JSON.stringify({ ...inner, event_type: 'metering', publisher_id: 'telemetry.publisher.ctl-0.x', payload })

  test('each sample of a message is an event of its own', () => {
    const events = eventsOf(metering([sample('r1'), sample('r2'), { ...sample('r3'), message_id: 'own' }]))
    assert.deepEqual(
      events.map(({ id, subject, project, user, host, data }) => [id, subject, project, user, host, data.payload]),
      [
        [inner.message_id, 'r1', 'p', 'u', 'ctl-0.x', sample('r1')],
        [`${inner.message_id}/1`, 'r2', 'p', 'u', 'ctl-0.x', sample('r2')],
        ['own', 'r3', 'p', 'u', 'ctl-0.x', { ...sample('r3'), message_id: 'own' }],
      ],
    )
  })

  test('a list that holds anything else stays a payload', () => {
    const payload = [sample('r1'), { hello: 1 }]
    assert.deepEqual(
      eventsOf(metering(payload)).map(({ data }) => data.payload),
      [payload],
    )
  })

  test('each event of a message is an event of its own, with the host that it names', () => {
    const summary = (id: string) => ({
      message_id: id,
      event_type: 'compute.instance.update',
      generated: '2026-01-02T03:04:05',
      traits: [
        ['service', 1, 'compute'],
        ['host', 1, 'ctl-1.example.org'],
        ['instance_id', 1, `i-${id}`],
      ],
      raw: {},
    })
    const body = JSON.stringify({ ...inner, event_type: 'event', payload: [summary('1'), summary('2')] })
    assert.deepEqual(
      eventsOf(body).map(({ id, type, subject, host }) => [id, type, subject, host]),
      [
        ['1', 'org.openstack.nova.compute.instance.update', 'i-1', 'ctl-1.example.org'],
        ['2', 'org.openstack.nova.compute.instance.update', 'i-2', 'ctl-1.example.org'],
      ],
    )
  })
})

test("each action of aodh's has the id that aodh gives it", () => {
  const body = Buffer.from(fixture('aodh-alarm-webhook-doctor.json'))
  const origin = { kind: 'http', method: 'POST', path: '/', query: '' } as const
  const { events } = decode({ body, origin, headers: { 'x-openstack-request-id': 'req-7' } })
  assert.deepEqual(
    events.map(({ id, source }) => [id, source]),
    [['req-7', 'openstack/aodh']],
  )
})
