import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TidingsError } from '../../lib/process/errors.ts'
import { openstackCapture } from '../fixtures.ts'
import { decode, deliver, eventOf } from './delivery.ts'

const decodesOrFails = (body: Buffer): void => {
  try {
    const { events, faults, dropped } = decode(deliver(body))
    assert.ok(events.length + faults.length + (dropped?.length ?? 0) > 0)
    for (const { id, type, source } of events) assert.ok(id !== '' && type !== '' && source !== '')
  } catch (error) {
    if (!(error instanceof TidingsError)) throw error
  }
}

test('any bytes give events, or errors of ours', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodesOrFails(Buffer.from(bytes))))
  const magic = fc.constantFrom([0x78, 0x9c], [0x1f, 0x8b], [0x42, 0x5a, 0x68, 0x39])
  fc.assert(
    fc.property(magic, fc.uint8Array({ maxLength: 200 }), (start, bytes) =>
      decodesOrFails(Buffer.from([...start, ...bytes])),
    ),
  )
})

test('any JSON, and any in the place of any field, gives events or errors of ours', () => {
  const names = [
    'event_type',
    'payload',
    'publisher_id',
    'timestamp',
    'message_id',
    'priority',
    'traits',
    'metadata',
    'ctxt',
    'raw',
    '_context_user_id',
  ]
  const message = fc.dictionary(fc.constantFrom(...names), fc.jsonValue())
  const named = fc
    .tuple(message, fc.string({ minLength: 1 }))
    .map(([fields, name]) => ({ event_type: name, ...fields }))
  const enveloped = named.map((inner) => ({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(inner) }))
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), named, enveloped, fc.array(named)), (value) =>
      decodesOrFails(Buffer.from(JSON.stringify(value))),
    ),
  )
})

test('any carrier of anything, as it is, as a text or in base64, gives events or errors of ours', () => {
  const members = fc.constantFrom(
    'request',
    'context',
    'body',
    'payload',
    'message',
    'value',
    'data',
    'event',
    'records',
  )
  const { carrier } = fc.letrec<{ carrier: unknown; inner: unknown }>((tie) => ({
    carrier: fc.oneof(fc.dictionary(members, tie('inner'), { maxKeys: 3 }), fc.array(tie('inner'), { maxLength: 3 })),
    inner: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom({ event_type: 'x' }, { method: 'x', args: {} }, { 'oslo.message': '"{}"' }, '', '[', 7, null, []),
      tie('carrier'),
      tie('carrier').map((value) => JSON.stringify(value)),
      tie('carrier').map((value) => Buffer.from(JSON.stringify(value)).toString('base64')),
    ),
  }))
  fc.assert(fc.property(carrier, (value) => decodesOrFails(Buffer.from(JSON.stringify(value)))))
})

test('any text with numbers and words of Python is read as JSON reads it', () => {
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.bigInt(), fc.constant(1e21))
  const texts = fc.constantFrom('NaN', '12345678901234567890', '\\\\"-Infinity', '"')
  const values = fc.array(
    fc.oneof(
      number.map(String),
      texts.map((text) => JSON.stringify(text)),
    ),
  )
  fc.assert(
    fc.property(values, (items) => {
      const json = `[${[...items, '18446744073709551616', '0.1234567890123456789'].join()}]`
      const payload = eventOf(`{"event_type":"x","nan":NaN,"payload":${json}}`).data.payload
      assert.deepEqual(JSON.parse(JSON.stringify(payload)), JSON.parse(json))
    }),
  )
})

const { body } = openstackCapture('nova/instance.create.end.1')

test('a capture with any of its bytes changed gives events, or errors of ours', () => {
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const changed = Buffer.from(body)
      changed[at] = byte
      decodesOrFails(changed)
    }),
  )
})

test('any payload without secrets comes out as it came in', () => {
  const harmless = fc
    .jsonValue()
    .filter((value) => !/:|gAAAA|["']\s*[=:]/.test(JSON.stringify(value).replaceAll('":', '')))
  fc.assert(
    fc.property(harmless, (payload) => {
      const expected = JSON.parse(JSON.stringify(payload))
      assert.deepEqual(JSON.parse(JSON.stringify(eventOf({ event_type: 'x', payload }).data.payload)), expected)
    }),
  )
})

test('any whole number comes out with the digits it came in with', () => {
  fc.assert(
    fc.property(fc.bigInt(), (number) => {
      assert.equal(JSON.stringify(eventOf(`{"event_type":"x","payload":[${number}]}`).data.payload), `[${number}]`)
    }),
  )
})

test('any text as publisher, type, request or project gives an event that any sink can write', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      const { data: _, ...attributes } = eventOf({
        event_type: text,
        publisher_id: text,
        _context_request_id: text,
        _context_project_id: text,
        payload: { id: text },
      })
      for (const value of Object.values(attributes)) assert.match(String(value), /^\P{Cc}*$/u)
      assert.match(attributes.type, /^org\.openstack\.\w+\.[\x21-\x7e]+$/)
    }),
  )
})
