import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HTTP, CloudEvent as JudgedEvent } from 'cloudevents'
import fc from 'fast-check'
import { binary } from '../../lib/cloudevents/http-message.ts'
import { prefixed } from '../../lib/cloudevents/prefixed-message.ts'
import { unwrapping } from '../../lib/cloudevents/unwrap-cloudevents.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import { messageHeaders } from '../../lib/envelopes/batch.ts'
import { openHttp } from '../../lib/envelopes/http-reply.ts'
import { openNotifications } from '../../lib/envelopes/platform-events.ts'
import { createHttpSink } from '../../lib/sinks/http-sink.ts'
import { functionUrlEvent } from '../envelopes/samples.ts'
import { startReceiver } from '../receiver.ts'

/** The attributes that a function reads, from the headers of a request. */
const received = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const request = { method: 'POST', path: '/', query: '', sourceIp: undefined, headers, body: '{}' }
  const [delivery] = openHttp(request, (reply) => reply).deliveries
  return attributesIn(delivery?.headers ?? {})
}
const attributesIn = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (name.startsWith('ce-') ? [[name.slice(3), value]] : [])),
  )

const required = { specversion: '1.0', id: '1', source: '/s', type: 't' } as const
const eventWith = (subject: string): CloudEvent => ({
  ...required,
  subject,
  datacontenttype: 'application/json',
  data: {},
})

describe('an attribute in binary mode', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('%', '2', '0', 'C', '3', 'a', '"', '\\', ' ', 'ü', '🛰', '\r', '\n', ',') }),
  )

  test('is read from HTTP as our sink wrote it, for every text', () => {
    fc.assert(
      fc.property(anyText, (subject) => {
        const { headers } = binary(eventWith(subject))
        for (const value of Object.values(headers)) assert.match(value, /^[\x21-\x7e]*$/)
        assert.deepEqual(received(headers), { ...required, subject })
      }),
    )
  })

  for (const prefix of ['cloudEvents:', 'ce_'])
    test(`is read from a queue with the prefix ${prefix} as our sink wrote it, for every text`, () => {
      fc.assert(
        fc.property(anyText, (subject) => {
          const { headers } = prefixed(eventWith(subject), 'binary', prefix)
          assert.deepEqual(attributesIn(messageHeaders(Object.entries(headers))), { ...required, subject })
        }),
      )
    })

  test('survives the way over a socket', async (t) => {
    const receiver = await startReceiver()
    t.after(() => receiver.close())
    const subject = ' "100%25" ü 日本 🛰 \\"%zz%\r\nhost: b '
    const sink = createHttpSink(new URL(receiver.url), { mode: 'binary', timeoutMs: 5000, retries: 0 })
    await sink.deliver([eventWith(subject)])
    assert.deepEqual(received((receiver.requests[0]?.headers ?? {}) as Record<string, string>), {
      ...required,
      subject,
    })
  })

  // https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values
  for (const { name, value, read } of [
    {
      name: 'is decoded as in the example of the binding',
      value: 'Euro%20%E2%82%AC%20%F0%9F%98%80',
      read: 'Euro € 😀',
    },
    { name: 'may have lower-case digits', value: '%e2%82%ac', read: '€' },
    { name: 'may be encoded without need', value: '%61b%2Fc', read: 'ab/c' },
    { name: 'is decoded once', value: '100%2525', read: '100%25' },
    { name: 'keeps a plus', value: 'a+b', read: 'a+b' },
    { name: 'keeps a % that encodes nothing', value: '50% off %zz %C3%BC %', read: '50% off %zz ü %' },
    { name: 'keeps bytes that are not UTF-8', value: '%C0%A0 %FF %41', read: '%C0%A0 %FF A' },
    { name: 'may stand in quotes', value: '"a \\"b\\" \\\\ %20c"', read: 'a "b" \\  c' },
    { name: 'keeps quotes that do not enclose it', value: 'the "b%20', read: 'the "b ' },
    { name: 'keeps a quote alone', value: '"', read: '"' },
    { name: 'keeps an open quote', value: '"a\\"', read: '"a\\"' },
  ])
    test(`${name}: ${value}`, () => {
      assert.equal(received({ 'ce-subject': value }).subject, read)
      const lambda = openNotifications(functionUrlEvent({ headers: { 'ce-subject': value }, body: '{}' }))
      assert.equal(lambda.deliveries[0]?.headers['ce-subject'], read)
    })

  test('of the SDK of the CloudEvents project, which does not encode, stays as it is', () => {
    const event = new JudgedEvent({ ...required, subject: 'grün/50%.jpg', data: 1 })
    const headers = Object.entries(HTTP.binary(event).headers).map(([name, value]) => [name, String(value)])
    assert.equal(received(Object.fromEntries(headers)).subject, 'grün/50%.jpg')
  })

  test('that is long and full of quotes takes no long time', () => {
    const value = `"${'\\"%C3'.repeat(100_000)}`
    assert.equal(received({ 'ce-subject': value }).subject, value)
  })
})

test('attributes in the JSON of a structured event are not decoded', () => {
  const body = JSON.stringify({ ...required, subject: '100%25', data: 1 })
  const request = { method: 'POST', path: '/', query: '', sourceIp: undefined, headers: {}, body }
  const seen: unknown[] = []
  const decode = unwrapping(({ headers }) => {
    seen.push(headers['ce-subject'])
    return { events: [], faults: [] }
  })
  openHttp(request, (reply) => reply).deliveries.map(decode)
  assert.deepEqual(seen, ['100%25'])
})

test('other headers are not decoded', () => {
  const request = { method: 'POST', path: '/', query: '', sourceIp: undefined, body: '{}' }
  const headers = { 'x-amz-meta-ce-a': '%20', traceparent: '%20', authorization: '"%20"' }
  assert.deepEqual(openHttp({ ...request, headers }, (reply) => reply).deliveries[0]?.headers, headers)
})
