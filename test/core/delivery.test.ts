import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Delivery,
  describeCaller,
  hasCaller,
  keepsRefused,
  type Origin,
  takesReply,
} from '../../lib/core/delivery.ts'

const http: Origin = { kind: 'http', method: 'POST', path: '/', query: '' }
const amqp: Origin = { kind: 'amqp', queue: 'q', redelivered: false }
const kafka: Origin = { kind: 'kafka', topic: 't', partition: 0, offset: 1 }

describe('a sender', () => {
  test('takes the event that answers its own if it prefers a reply, among other preferences too', () => {
    for (const prefer of ['reply', 'Reply', ' reply ', 'reply; wait=1', 'respond-async, reply', 'a,b,\treply']) {
      assert.ok(takesReply({ prefer }), prefer)
    }
    for (const prefer of ['', 'reply-not', 'a=reply', 'wait; reply']) assert.ok(!takesReply({ prefer }), prefer)
    assert.ok(!takesReply({}))
  })

  test('reads a refusal if it called, and not if a queue stands between', () => {
    const origins: Origin[] = [http, { kind: 'direct' }, { kind: 'custom-resource' }]
    assert.deepEqual(origins.map(hasCaller), [true, true, true])
    assert.deepEqual([amqp, kafka].map(hasCaller), [false, false])
  })

  test('keeps a message that is refused if it is the relay, directly or over HTTP', () => {
    const kept = (origin: Origin, headers: Delivery['headers'] = {}) =>
      keepsRefused({ body: Buffer.alloc(0), headers, origin })
    assert.ok(kept({ ...amqp, keepsRefused: true }))
    assert.ok(kept(http, { 'x-amqp-queue': 'q' }))
    assert.ok(!kept(amqp))
    assert.ok(!kept({ ...amqp, keepsRefused: false }, { 'x-amqp-queue': 'q' }))
    assert.ok(!kept(http))
    assert.ok(!kept(kafka, { 'x-amqp-queue': 'q' }))
  })

  test('is described by its address and 256 characters of its path, without what may hold a token', () => {
    const path = `/${'a'.repeat(300)}`
    assert.deepEqual(describeCaller({ ...http, sourceIp: '::1', path } as typeof http & { sourceIp: string }), {
      peer: '::1',
      path: path.slice(0, 256),
    })
    assert.equal(describeCaller({ ...http, path: '/a#token=x', query: 'token=x' }).path, '/a')
  })
})
