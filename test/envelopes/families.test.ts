import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { alb } from '../../lib/envelopes/alb.ts'
import { httpV1 } from '../../lib/envelopes/http-v1.ts'
import { httpV2 } from '../../lib/envelopes/http-v2.ts'
import { open } from '../../lib/envelopes/index.ts'
import { cephEvent } from '../../lib/events/ceph.ts'
import { createCephDecoder } from '../../lib/events/decode-ceph.ts'
import type { CephRecord } from '../../lib/schemas/ceph-notification.ts'
import { type Capture, cephCaptures } from '../fixtures.ts'
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
]

const decode = createCephDecoder([])

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
  const families = [httpV2, httpV1, alb]
  const cases = [
    { event: functionUrlEvent(), matching: ['http-v2'] },
    { event: restApiEvent(), matching: ['http-v1'] },
    { event: { ...restApiEvent(), rawPath: '/base/path', version: '1.0' }, matching: ['http-v1'] },
    { event: albEvent(), matching: ['alb'] },
    { event: multiValueAlbEvent(), matching: ['alb'] },
    { event: { Records: [] }, matching: [] },
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
