import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { ceph } from '../../lib/kit/ceph.ts'
import { readConfig } from '../../lib/kit/config.ts'
import { openstack } from '../../lib/kit/openstack.ts'
import type { Returned } from '../../lib/kit/returned-events.ts'
import { cephCapture } from '../fixtures.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { logOf, post, sendCeph, sendOpenstack } from './own-functions.ts'

const PUT = '20.2.4/ObjectCreated_Put.plain.1'

describe('events that a handler returns', () => {
  let receiver: Receiver
  beforeEach(async () => {
    receiver = await startReceiver()
  })
  afterEach(() => receiver.close())
  const config = () =>
    readConfig({ ALLOW_ANONYMOUS: 'true', SINK_URL: receiver.url, SINK_RETRIES: '0', CLAIMS_URL: 'none:' })

  test('go to the sink, with the id of their cause; a redelivery gives the same ids', async () => {
    const ids: string[] = []
    const handler = ceph({ config: config(), name: 'mine' }).on('*', ({ event, record }) => {
      ids.push(event.id)
      return { type: 'org.example.seen', subject: record.key, data: { size: record.size } }
    })
    await sendCeph(handler, PUT, PUT)
    const [first, second] = receiver.events()
    const { id, time, ...rest } = first ?? {}
    assert.deepEqual(rest, {
      specversion: '1.0',
      source: 'tidings/mine',
      type: 'org.example.seen',
      subject: 'a.txt',
      datacontenttype: 'application/json',
      causationid: ids[0],
      data: { size: 11 },
    })
    assert.ok(id && id === second?.id && Date.parse(time ?? ''))
  })

  test('may be several, and whole CloudEvents', async () => {
    const whole = {
      specversion: '1.0',
      id: '7',
      source: 'here',
      type: 'b',
      datacontenttype: 'application/json',
      data: 1,
    } as const
    const handler = openstack({ config: config() }).on('*', () => [{ type: 'a' }, { type: 'a' }, whole])
    await sendOpenstack(handler, 'nova/compute.instance.create.end.1')
    const events = receiver.events()
    assert.deepEqual(
      events.map(({ type, source }) => [type, source]),
      [
        ['a', 'tidings/openstack'],
        ['a', 'tidings/openstack'],
        ['b', 'here'],
      ],
    )
    assert.equal(new Set(events.map(({ id }) => id)).size, 3)
    assert.equal(events[2]?.id, '7')
  })

  test('have the default of each attribute that is undefined', async () => {
    const handler = ceph({ config: config(), name: 'mine' }).on('*', () => ({
      ...{ type: 'a', id: undefined, source: undefined, subject: undefined, mine: null },
      time: new Date(0),
    }))
    await sendCeph(handler, PUT)
    const [{ id, source, time, ...rest } = { id: '', source: '' }] = receiver.events()
    assert.ok(id)
    assert.deepEqual([source, time], ['tidings/mine', '1970-01-01T00:00:00.000Z'])
    assert.ok(!('subject' in rest) && !('mine' in rest))
  })

  test('do not answer a broker where they would come back to the function for ever', async () => {
    const handler = ceph({ config: config() }).on('*', ({ event }) => event)
    const log = logOf(handler)
    const { statusCode } = await post(handler, cephCapture(PUT).body, { prefer: 'reply' })
    assert.equal(statusCode, 503)
    assert.match(JSON.stringify(log[0]?.error), /which the broker would send to it again: give it a type of its own/)
    await sendCeph(handler, PUT)
    assert.equal(receiver.events()[0]?.type, 'com.amazonaws.s3.ObjectCreated:Put')
  })

  test('answer a broker of Knative that asks for a reply, also when it asks again', async () => {
    const handler = ceph({ config: readConfig({ ALLOW_ANONYMOUS: 'true', SINK_URL: receiver.url }), name: 'mine' })
      .on('ObjectRemoved:*', () => [{ type: 'a' }, { type: 'b' }])
      .on('ObjectCreated:Copy', () => {})
      .on('*', () => ({ type: 'org.example.seen' }))
    const ask = (name: string) => post(handler, cephCapture(name).body, { prefer: 'reply' })
    for (const { statusCode, headers, body } of [await ask(PUT), await ask(PUT)]) {
      assert.deepEqual([statusCode, headers['content-type']], [200, 'application/cloudevents+json; charset=utf-8'])
      const { type, source, causationid } = JSON.parse(body)
      assert.deepEqual([type, source, typeof causationid], ['org.example.seen', 'tidings/mine', 'string'])
    }
    assert.equal(receiver.requests.length, 0)
    // An answer has room for one event.
    const several = await ask('20.2.4/ObjectRemoved_Delete.plain.1')
    assert.deepEqual([several.statusCode, several.body, receiver.events().length], [204, '', 2])
    assert.equal((await ask('20.2.4/ObjectCreated_Copy.plain.1')).statusCode, 204)
  })

  test('that the sink does not take bring the cause again', async () => {
    receiver.answer = () => ({ status: 503, headers: { 'retry-after': '9' } })
    const handler = ceph({ config: config() }).on('*', () => ({ type: 'a' }))
    logOf(handler)
    const [answer] = await sendCeph(handler, PUT)
    assert.deepEqual([answer?.statusCode, answer?.headers['retry-after']], [503, '9'])
  })

  test('go by routes to each sink once, also when one of them was away', async (t) => {
    const other = await startReceiver()
    t.after(other.close)
    const routes = { routes: [{ to: [other.url, receiver.url] }] }
    receiver.answer = (_request, index) => ({ status: index === 0 ? 503 : 204 })
    const environment = { ALLOW_ANONYMOUS: 'true', SINK_RETRIES: '0', SINK_MODE: 'structured' }
    const handler = ceph({ config: readConfig({ ...environment, TIDINGS_CONFIG: JSON.stringify(routes) }) }).on(
      '*',
      () => [{ type: 'a' }, { type: 'b' }],
    )
    logOf(handler)
    assert.equal((await sendCeph(handler, PUT))[0]?.statusCode, 503)
    assert.equal((await sendCeph(handler, PUT))[0]?.statusCode, 204)
    assert.deepEqual(
      other.events().map(({ type }) => type),
      ['a', 'b'],
    )
    assert.deepEqual(
      receiver.events().map(({ type }) => type),
      ['b', 'a'],
    )
  })

  test('that the sink refuses for ever make the cause a dead letter', async () => {
    receiver.answer = () => ({ status: 422 })
    const handler = ceph({ config: config() }).on('*', () => ({ type: 'a' }))
    logOf(handler)
    const [answer] = await sendCeph(handler, PUT)
    assert.equal(JSON.parse(answer?.body ?? '').deadLetters[0].code, 'sink_refused')
  })

  test('have to be events: anything else fails, and says why', async () => {
    const returning = async (value: unknown): Promise<unknown> => {
      const handler = ceph({ config: config() }).on('*', () => value as Returned) // What the type checker would not let pass.
      const log = logOf(handler)
      await sendCeph(handler, PUT)
      return (log[0]?.error as { cause?: { message?: string } })?.cause?.message
    }
    const noType = 'the handler returned an object without a type: return an event ({ type, data }), or nothing'
    assert.equal(await returning({ data: 1 }), noType)
    assert.equal(await returning([null]), noType)
    assert.equal(await returning(new Response('x')), noType)
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const faults: readonly (readonly [draft: object, fault: string])[] = [
      [
        { userName: 'x' },
        "attribute 'userName' has an invalid name: use only lower-case letters and digits, or put it into data",
      ],
      [{ id: 7 }, 'id is of type number: give it a text'],
      [{ subject: '' }, 'subject is empty: give it a text'],
      [{ time: 'yesterday' }, 'time is not a date in RFC 3339: write it like 1970-01-01T00:00:00.000Z'],
      [{ time: new Date(Number.NaN) }, 'time is not a date in RFC 3339: write it like 1970-01-01T00:00:00.000Z'],
      [{ place: { x: 1 } }, "attribute 'place' is neither a text, a number nor a boolean: put it into data"],
      [
        { datacontenttype: 'text/plain', data: 'x' },
        'datacontenttype is not application/json: data is sent as JSON, so leave it out',
      ],
      [{ data: cyclic }, 'data cannot be written as JSON: Converting circular structure to JSON'],
      [{ data: 1n }, 'data cannot be written as JSON: Do not know how to serialize a BigInt'],
      [{ data: () => {} }, 'data is a function, which JSON cannot hold'],
    ]
    for (const [draft, fault] of faults)
      assert.equal(await returning({ type: 'a', ...draft }), `the handler returned an event whose ${fault}`)
    assert.equal(await returning(7), undefined)
    assert.equal(receiver.requests.length, 0)
  })
})
