import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import { unwrapping } from '../../lib/cloudevents/unwrap-cloudevents.ts'
import { createOpenstackDecoder } from '../../lib/openstack/decode-openstack.ts'
import { redactBody } from '../../lib/redaction/redact-body.ts'
import { openstackCapture, openstackLookAlike } from '../fixtures.ts'
import { deliver } from './delivery.ts'

const decode = unwrapping(createOpenstackDecoder({ novaNotifications: 'both' }))
const { body } = openstackCapture('neutron/port.create.end.1')
const KIB = 1024

const padded = (bytes: number): string => body.padEnd(bytes, ' ')

const eventWith = (data: Buffer, id: number) => ({
  specversion: '1.0',
  id: String(id),
  source: 's',
  type: 't',
  data_base64: data.toString('base64'),
})

const outcomeOf = (text: string | Buffer) => {
  const { events, faults } = decode(deliver(text))
  return [events.length, faults.map(({ code, field }) => [code, field])]
}

test('a compressed body of up to 1 MiB is read', () => {
  for (const compress of [gzipSync, deflateSync]) {
    assert.equal(decode(deliver(compress(padded(1024 * KIB)))).events.length, 1)
  }
})

test('a compressed body of more becomes a dead letter', () => {
  for (const compress of [gzipSync, deflateSync]) {
    assert.throws(() => decode(deliver(compress(padded(1024 * KIB + 1)))), {
      code: 'decode_failed',
      message: /1048576 bytes/,
    })
  }
})

test('the compressed events of one batch share the budget; those beside them are read', () => {
  const bodies = [gzipSync(padded(600 * KIB)), gzipSync(padded(600 * KIB)), gzipSync(body), Buffer.from(body)]
  assert.deepEqual(outcomeOf(JSON.stringify(bodies.map(eventWith))), [
    2,
    [
      ['decode_failed', '1'],
      ['decode_failed', '2'],
    ],
  ])
})

test('what is compressed inside compressed bytes is not read', () => {
  assert.throws(() => decode(deliver(gzipSync(gzipSync(body)))), { code: 'decode_failed' })
})

test('a dead letter unpacks no more than the budget, however deep its bytes are packed', () => {
  let bomb: Buffer = Buffer.from(`[${'1,'.repeat(9_000_000)}1]`)
  for (let level = 0; level < 3; level++)
    bomb = Buffer.from(JSON.stringify({ data_base64: gzipSync(bomb).toString('base64') }))
  assert.ok(redactBody(bomb).length < 64 * KIB)
})

test('a text that begins like compressed bytes stays in its dead letter', () => {
  for (const text of ['x', 'x^2 + y^2', 'xylophone', 'BZh, said he']) {
    assert.equal(redactBody(Buffer.from(text)).toString(), text)
    assert.throws(() => decode(deliver(text)), { code: 'decode_failed' })
  }
})

test('compressed bytes that cannot be read leave nothing in a dead letter', () => {
  for (const bytes of [gzipSync(body), deflateSync(body), openstackLookAlike('kombu-bzip2').body]) {
    assert.equal(redactBody(bytes.subarray(0, 100)).toString(), '[redacted]')
  }
})
