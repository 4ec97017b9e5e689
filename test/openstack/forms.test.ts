import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { DecodeError, NotANotificationError, SchemaError } from '../../lib/process/errors.ts'
import { openstackCapture, openstackLookAlike } from '../fixtures.ts'
import { decode, deliver, eventOf } from './delivery.ts'

const { body: v2 } = openstackCapture('neutron/port.create.end.1')
const inner: string = JSON.parse(v2)['oslo.message']
const { id } = eventOf(v2)

const forms: [name: string, body: string | Buffer][] = [
  ['bare, as version 1 sends it', inner],
  [
    'in its envelope, the message parsed already',
    JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.parse(inner) }),
  ],
  ['compressed by zlib, which kombu calls gzip', deflateSync(v2)],
  ['compressed by gzip', gzipSync(v2)],
  ['with a byte order mark', `\ufeff${v2}`],
  ['alone in a list', `[${v2}]`],
]
for (const [name, body] of forms) {
  test(`the same notification ${name} is the same event`, () => {
    assert.deepEqual(eventOf(body, 'neutron'), eventOf(v2, 'neutron'))
  })
}

for (const name of ['kombu-gzip', 'kombu-bzip2']) {
  test(`what oslo.messaging compressed is read: ${name}`, () => {
    assert.match(eventOf(openstackLookAlike(name).body).id, /^[\da-f-]{36}$/)
  })
}

test('the form of a listener is read', () => {
  const { body } = openstackLookAlike('listener-form')
  const { ctxt, metadata, payload } = JSON.parse(body.toString())
  const event = eventOf(body)
  assert.deepEqual([event.id, event.data.payload], [metadata.message_id, payload])
  assert.equal(event.requestid, ctxt.request_id)
})

test("kombu's typed values are plain ones", () => {
  const { payload } = eventOf(openstackLookAlike('kombu-typed-json').body).data
  assert.deepEqual(payload, {
    instance_id: '32bff225-7f44-447e-aba0-321d21bfc8b9',
    launched_at: '2026-03-04T05:06:07.000123',
    zoned: '2026-03-04T05:06:07+00:00',
    day: '2026-03-04',
    at: '05:06:07',
    price: '0.10',
    uuid: '32bff225-7f44-447e-aba0-321d21bfc8b9',
    text_bytes: 'plain',
    bytes: '/wAB',
    list: ['2026-03-05'],
  })
})

test("each event of ceilometer's list is one: traits are the payload, by their names", () => {
  const { events, faults } = decode(deliver(openstackLookAlike('ceilometer-http-list').body))
  assert.deepEqual(faults, [])
  assert.deepEqual(
    events.map(({ id, type, subject, source, time }) => ({ id, type, subject, source, time })),
    [
      {
        id: '74c5bf0b-0e71-4940-b629-a86bddb97674',
        type: 'org.openstack.nova.compute.instance.create.end',
        subject: '32bff225-7f44-447e-aba0-321d21bfc8b9',
        source: 'openstack/nova/compute.osfake1',
        time: '2026-11-21T19:43:52.585153Z',
      },
      {
        id: 'c39fc357-71a8-4ff4-bd23-20402d10508e',
        type: 'org.openstack.neutron.port.create.end',
        subject: '7f2afb6f-82cf-479b-80fd-1348ea6aadcd',
        source: 'openstack/neutron/network.vm',
        time: '2026-11-21T19:40:57.093543Z',
      },
    ],
  )
})

test('in a list, what cannot be understood is a fault that says where, and its siblings live', () => {
  const { events, faults, dropped } = decode(deliver(`[${v2},{"event_type":7},{"hello":1},{"method":"x","args":{}}]`))
  assert.deepEqual([events.map((event) => event.id), dropped], [[id], ['rpc']])
  assert.deepEqual(
    faults.map(({ code, field }) => ({ code, field })),
    [
      { code: 'schema_mismatch', field: '1.event_type' },
      { code: 'not_a_notification', field: '2.event_type' },
    ],
  )
})

test('the reply to a call is left out', () => {
  assert.deepEqual(decode(deliver(openstackLookAlike('rpc-reply').body)), { events: [], faults: [], dropped: ['rpc'] })
})

test('NaN and the infinities are null', () => {
  const { body } = openstackLookAlike('not-numbers')
  assert.equal(
    JSON.stringify(eventOf(body).data.payload),
    '{"metrics":[null,null,null,1,null],"text":"NaN, Infinity and -Infinity","big":36893488147419103232,' +
      '"bigNegative":-9007199254740993,"float":0.1,"host":"node1"}',
  )
  const message = { event_type: 'x', payload: { nan: 0, list: [], text: 'NaN "Infinity"' } }
  const odd = JSON.stringify(message).replace('"nan":0', '"nan":NaN').replace('[]', '[-Infinity, Infinity]')
  assert.deepEqual(eventOf(odd).data.payload, { nan: null, list: [null, null], text: 'NaN "Infinity"' })
})

test('a whole number beyond 2^53 comes out as it came in, wherever it is', () => {
  const payload = '{"big":1152921504606846976,"list":[-98765432109876543210],"float":1.5,"safe":9007199254740991}'
  const message = `{"event_type":"x","payload":${payload}}`
  const wrapped = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': message })
  for (const body of [message, wrapped, `[${message}]`, `{"oslo.version":"2.0","oslo.message":${message}}`]) {
    assert.equal(JSON.stringify(eventOf(body).data.payload), payload)
  }
  assert.match(
    JSON.stringify(eventOf(openstackCapture('openstack/pubtest.messaging.error.1').body)),
    /:1152921504606846976[,}]/,
  )
})

const refused: [name: string, body: string | Buffer, error: Error][] = [
  ['an empty body', '', new DecodeError('the body is empty: expected a notification in JSON')],
  ['bytes that are not text', Buffer.from([0xff, 0xfe]), new DecodeError('the body is not valid UTF-8')],
  ['a text cut off', '{"oslo.version":', new DecodeError('the body is not JSON: it ends too early')],
  [
    'compressed bytes cut off',
    deflateSync(v2).subarray(0, 100),
    new DecodeError(
      'the body looks like zlib, but it is broken, or decompresses to more than the 1048576 bytes that are left for this message',
    ),
  ],
  [
    'a bomb',
    deflateSync(Buffer.alloc(9 * 1024 * 1024)),
    new DecodeError(
      'the body looks like zlib, but it is broken, or decompresses to more than the 1048576 bytes that are left for this message',
    ),
  ],
  [
    'bzip2 cut off',
    openstackLookAlike('kombu-bzip2').body.subarray(0, 60),
    new DecodeError(
      'the body looks like bzip2, but it is broken, or decompresses to more than the 1048576 bytes that are left for this message',
    ),
  ],
  ['an empty list', '[]', new NotANotificationError('the list is empty: expected notifications')],
]
for (const [name, body, error] of refused) {
  test(`${name}: ${error.message}`, () => {
    assert.throws(() => decode(deliver(body)), { name: error.name, message: error.message })
  })
}

for (const body of ['{"hello":1}', '7', '"x"', 'null', '[1]', '{"oslo.version":"2.0","oslo.message":"{}"}']) {
  test(`${body} is not a notification: event_type is missing`, () => {
    assert.throws(
      () => decode(deliver(body)),
      (error: unknown) => error instanceof NotANotificationError && /event_type$/.test(error.field ?? ''),
    )
  })
}

test('a message whose text is broken says so', () => {
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': '{"event_type":"secret' })
  const { events, faults } = decode(deliver(body))
  assert.deepEqual(
    [events, faults.map(({ code, message }) => ({ code, message }))],
    [[], [{ code: 'decode_failed', message: 'oslo.message is not JSON: look at position 21' }]],
  )
})

for (const version of ['1.0', '2.1', '3.0', 2]) {
  test(`version ${JSON.stringify(version)} of the envelope is a fault`, () => {
    const { faults } = decode(deliver(JSON.stringify({ 'oslo.version': version, 'oslo.message': inner })))
    assert.deepEqual(
      faults.map(({ field }) => field),
      ['oslo.version'],
    )
    assert.ok(faults[0] instanceof SchemaError)
  })
}

test('nesting that no reader survives is a fault', () => {
  const { faults } = decode(deliver(`{"event_type":"x","payload":${'['.repeat(6000)}${']'.repeat(6000)}}`))
  assert.deepEqual(
    faults.map(({ message }) => message),
    ['the notification is nested more than 200 levels deep'],
  )
})
