// Poison is always set aside: whatever is wrong with a message, it does not come again for ever.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { DeadLetterData } from '../../lib/core/dead-letter.ts'
import { cephNotifications } from '../../lib/kit/ceph-function.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { createFunction } from '../../lib/kit/function.ts'
import { openstackNotifications } from '../../lib/kit/openstack-function.ts'
import { SchemaError } from '../../lib/process/errors.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { relayEvent, sqsEvent } from '../envelopes/queue-samples.ts'
import { collectLog } from '../log-lines.ts'
import { type Receiver, startReceiver } from '../receiver.ts'

let sink: Receiver
let deadLetters: Receiver
beforeEach(async () => {
  sink = await startReceiver()
  deadLetters = await startReceiver()
})
afterEach(() => Promise.all([sink.close(), deadLetters.close()]))

const config = (more: Record<string, string> = {}) =>
  readConfig({ SINK_URL: sink.url, DEAD_LETTER_URL: deadLetters.url, SINK_RETRIES: '0', ...more })
const letters = () => deadLetters.events().map(({ data }) => data as DeadLetterData) // What we write there.
const NOTHING_AGAIN = { batchItemFailures: [] }
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

for (const tracestate of ['a=b\r\nx-evil: 1', 'a=日本', 'a=\u0000', `a=${'b'.repeat(100_000)}`]) {
  for (const mode of ['structured', 'batch', 'binary']) {
    test(`${mode}: a tracestate of ${JSON.stringify(tracestate.slice(0, 20))} keeps no event from its sink`, async () => {
      const handler = cephNotifications({ config: config({ SINK_MODE: mode }) })
      collectLog()
      const event = sqsEvent([notification(wireRecord('a'))], { attributes: { traceparent, tracestate } })
      assert.deepEqual(await handler(event, {}), NOTHING_AGAIN)
      assert.deepEqual(
        sink.requests.map(({ headers }) => [headers.traceparent, headers.tracestate]),
        [[traceparent, undefined]],
      )
    })
  }
}

for (const status of [400, 413, 414, 422, 431]) {
  test(`an event that its sink answers ${status} is set aside, its siblings are handed on`, async () => {
    sink.answer = ({ body }) => ({ status: body.includes('"bad"') ? status : 204 })
    const handler = cephNotifications({ config: config() })
    collectLog()
    const event = relayEvent(['a', 'bad', 'c'].map((key) => notification(wireRecord(key))))
    assert.deepEqual(await handler(event, {}), NOTHING_AGAIN)
    assert.deepEqual(
      letters().map(({ reasons }) => reasons.map(({ code }) => code)),
      [['sink_refused']],
    )
  })
}

describe('a body that is not a notification is kept with its bytes, to the last:', () => {
  const gzipped = gzipSync('poison')
  const bodies = {
    'one that begins with an x': Buffer.from('x is not a notification'),
    'an x alone': Buffer.from('x'),
    'a text that begins as zlib does': Buffer.from('x^2 + y^2'),
    'a text that begins as bzip2 does': Buffer.from('BZh9 is not a notification'),
    XML: Buffer.from('xml version="1.0"'),
    'Latin-1': Buffer.from('x\u00e9\u00fc\u00df', 'latin1'),
    'bytes that are not text': Buffer.from([0x78, 0x00, 0xff, 0xfe, 0x80]),
    'every byte there is': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  }
  for (const [name, body] of Object.entries(bodies)) {
    test(name, async () => {
      for (const make of [cephNotifications, openstackNotifications]) {
        const handler = make({ config: config() })
        collectLog()
        assert.deepEqual(await handler(relayEvent([body]), {}), NOTHING_AGAIN)
        const letter = letters().at(-1)
        const kept = Buffer.from(
          letter?.body ?? letter?.bodyBase64 ?? '',
          letter?.body === undefined ? 'base64' : 'utf8',
        )
        assert.deepEqual(kept, body)
      }
    })
  }

  test('one that is compressed is kept plain, where OpenStack compresses', async () => {
    const handler = openstackNotifications({ config: config() })
    collectLog()
    await handler(relayEvent([gzipped]), {})
    assert.deepEqual(
      letters().map(({ body }) => body),
      ['poison'],
    )
  })
})

test('of very many faults the dead letter, the answer and the log tell some and how many there are', async () => {
  const faults = Array.from({ length: 5000 }, () => new SchemaError('Records.0: expected object'))
  const decode = () => ({ events: [], faults })
  const handler = createFunction({ name: 'test', config: config(), decode })
  const log = collectLog()
  const answer = await handler({ anything: true }, {})
  const [letter] = letters()
  assert.deepEqual([letter?.reasons.length, letter?.reasonCount], [10, 5000])
  const told = { deadLetters: letter?.reasons, reasonCount: 5000 }
  assert.deepEqual(answer, { outcome: 'ack', events: [], ...told })
  const [line] = log
  assert.deepEqual([log.length, { deadLetters: line?.deadLetters, reasonCount: line?.reasonCount }], [1, told])
})
