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
    readConfig({ ALLOW_ANONYMOUS: 'true', SINK_URL: receiver.url, SINK_RETRIES: '0', DEDUPLICATE: '0' })

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
    assert.equal(
      await returning({ type: 'a', userName: 'x' }),
      "the handler returned an event with an attribute 'userName': put it into data",
    )
    assert.equal(await returning(7), undefined)
    assert.equal(receiver.requests.length, 0)
  })
})
