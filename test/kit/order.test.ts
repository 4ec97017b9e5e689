import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ceph } from '../../lib/kit/ceph.ts'
import { openstack } from '../../lib/kit/openstack.ts'
import { notification, wireRecord } from '../ceph/ceph-records.ts'
import { openstackCapture } from '../fixtures.ts'
import { OPEN_CONFIG, post } from './own-functions.ts'

/** A record of the object, so many seconds after the others: RGW prints its sequencer's bytes in little-endian order. */
const recordAt = (key: string, second: number) => {
  const record = wireRecord(key)
  const sequencer = `${second.toString(16).padStart(2, '0')}FC016B388E5E20`.toUpperCase()
  return { ...record, eventId: `${key}.${second}`, s3: { ...record.s3, object: { ...record.s3.object, sequencer } } }
}

describe('by key', () => {
  test('what came together is handled in the order it happened; what comes later and is older is late', async () => {
    const seen: string[] = []
    const handler = ceph({ config: OPEN_CONFIG, orderBy: 'key', concurrency: 10 }).on(
      '*',
      async ({ record, event, late }) => {
        seen.push(`${record.key}${event.sequence?.slice(6, 8)}${late ? ' late' : ''}`)
        await new Promise((resolve) => setImmediate(resolve))
        seen.push(`${record.key} ends`)
      },
    )
    await post(handler, notification(recordAt('a', 3), recordAt('a', 1)))
    assert.deepEqual(seen, ['a01', 'a ends', 'a03', 'a ends'])
    await post(handler, notification(recordAt('a', 2), recordAt('a', 4)))
    assert.deepEqual(seen.slice(4), ['a02 late', 'a ends', 'a04', 'a ends'])
  })

  test('different objects are handled side by side, as many as `concurrency` says', async () => {
    const both = Promise.withResolvers<void>()
    let underWay = 0
    const handler = ceph({ config: OPEN_CONFIG, orderBy: 'key', concurrency: 2 }).on('*', async () => {
      if (++underWay === 2) both.resolve()
      await both.promise
    })
    const { statusCode } = await post(handler, notification(recordAt('a', 1), recordAt('b', 1)))
    assert.equal(statusCode, 204)
  })

  test('one object waits for itself across two requests', async () => {
    const seen: string[] = []
    const first = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const handler = ceph({ config: OPEN_CONFIG, orderBy: 'key' }).on('*', async ({ event }) => {
      seen.push(event.sequence?.slice(6, 8) ?? '')
      if (seen.length > 1) return
      started.resolve()
      await first.promise
    })
    const one = post(handler, notification(recordAt('a', 1)))
    await started.promise
    const others = [3, 2].map((second) => post(handler, notification(recordAt('a', second))))
    first.resolve()
    await Promise.all([one, ...others])
    assert.deepEqual(seen, ['01', '02', '03'])
  })
})

test('without it, one event at a time, as they came', async () => {
  const seen: string[] = []
  const handler = ceph({ config: OPEN_CONFIG }).on('*', async ({ record, late }) => {
    seen.push(record.key)
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(late ? 'late' : 'end')
  })
  await post(handler, notification(recordAt('b', 3), recordAt('a', 2), recordAt('b', 1)))
  assert.deepEqual(seen, ['b', 'end', 'a', 'end', 'b', 'end'])
})

test("by subject: OpenStack's notifications of one server by their time", async () => {
  const { body } = openstackCapture('nova/compute.instance.create.end.1')
  const envelope = JSON.parse(body)
  const message = JSON.parse(envelope['oslo.message'])
  const at = (timestamp: string) => ({
    ...envelope,
    'oslo.message': JSON.stringify({ ...message, timestamp, message_id: `at ${timestamp}` }),
  })
  const seen: string[] = []
  const handler = openstack({ config: OPEN_CONFIG, orderBy: 'subject' }).on(
    '*',
    ({ event }) => void seen.push(event.time ?? ''),
  )
  await post(
    handler,
    JSON.stringify([at('2026-11-26 10:00:01.5'), at('2026-11-26 10:00:01'), at('2026-11-26 10:00:00.9')]),
  )
  assert.deepEqual(seen, ['2026-11-26T10:00:00.9Z', '2026-11-26T10:00:01Z', '2026-11-26T10:00:01.5Z'])
})
