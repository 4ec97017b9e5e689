import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { cephEvent } from '../../lib/ceph/ceph-event.ts'
import type { CephRecord } from '../../lib/ceph/ceph-notification.ts'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { Fate, Settle, Sink } from '../../lib/core/sink.ts'
import { SinkRefusedError, SinkUnavailableError } from '../../lib/process/errors.ts'
import { cephCaptures } from '../fixtures.ts'

export type OpenedSink = {
  readonly sink: Sink
  /** The events that have arrived at the receiver. */
  received(): readonly CloudEvent[] | Promise<readonly CloudEvent[]>
  /** From now on the other end takes nothing. */
  breakDown(): void | Promise<void>
  /** From now on it takes no request that holds one of these events. Absent where the other end takes a call or nothing. */
  breakDownFor?(ids: readonly string[]): void | Promise<void>
}

export type SinkUnderTest = {
  readonly name: string
  open(t: TestContext, retries: number): OpenedSink | Promise<OpenedSink>
  /** Opens a sink where nobody listens, with these credentials in its URL. Absent where a sink has none. */
  nowhere?(credentials: string): Sink
  /** The other end's limit of an event in bytes, as the message of an error counts them. Absent where there is none. */
  readonly limit?: {
    readonly bytes: number
    /** Of an error. Its first group is the size of the event. */
    readonly message: RegExp
    /** Bytes that the other end counts beside those of the message, at most. */
    readonly slack?: number
  }
}

export const event = (id: string, attributes: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id,
  source: 'ceph:s3.default.photos',
  type: 'com.amazonaws.s3.ObjectCreated:Put',
  datacontenttype: 'application/json',
  data: { key: id },
  ...attributes,
})

/** Remembers what a sink tells of each event while it delivers. */
export const fatesOf = () => {
  const fates: { readonly id: string; readonly fate: Fate }[] = []
  const settle: Settle = ({ id }, fate) => fates.push({ id, fate })
  return {
    settle,
    taken: () => fates.filter(({ fate }) => fate === 'taken').map(({ id }) => id),
    /** Their ids and errors. */
    failed: () =>
      fates.flatMap(({ id, fate }) => (typeof fate === 'object' && 'error' in fate ? [[id, fate.error] as const] : [])),
  }
}

/** The events of every captured notification. */
export const capturedEvents = (): CloudEvent[] =>
  cephCaptures().flatMap(({ body }) => (JSON.parse(body) as { Records: CephRecord[] }).Records.map(cephEvent)) // Captures.

/** The behaviour of every sink, whatever is behind it. */
export const testSink = ({ name, open, nowhere, limit }: SinkUnderTest): void => {
  describe(`${name}, as every sink,`, () => {
    test('has delivered an event, as it is, once deliver resolves', async (t) => {
      const { sink, received } = await open(t, 0)
      const given = event('1', { subject: 'ü/a "b" %20 🛰\n{}', data: { nested: [null, 0, '', { __proto__: 1 }] } })
      await sink.deliver([given])
      assert.deepEqual(await received(), [JSON.parse(JSON.stringify(given))])
    })

    test('keeps the order of many', async (t) => {
      const { sink, received } = await open(t, 0)
      const events = Array.from({ length: 100 }, (_, index) => event(String(index)))
      await sink.deliver(events)
      assert.deepEqual(await received(), events)
    })

    test('takes every captured event as it is', async (t) => {
      const { sink, received } = await open(t, 0)
      const events = capturedEvents()
      await sink.deliver(events)
      assert.deepEqual(await received(), events)
    })

    test('loses and repeats nothing when asked several times at once', async (t) => {
      const { sink, received } = await open(t, 0)
      const ids = Array.from({ length: 50 }, (_, index) => String(index))
      await Promise.all(ids.map((id) => sink.deliver([event(id), event(`${id}'`)])))
      const got = (await received()).map(({ id }) => id)
      assert.deepEqual(got.toSorted(), ids.flatMap((id) => [id, `${id}'`]).toSorted())
    })

    test('says that it is unavailable when nothing is taken', async (t) => {
      const { sink, breakDown } = await open(t, 0)
      await breakDown()
      await assert.rejects(sink.deliver([event('1'), event('2')]), SinkUnavailableError)
      await assert.rejects(sink.deliver([event('3')]), SinkUnavailableError)
    })

    test('tells what was taken of a call, if something was', async (t) => {
      const { sink, received, breakDown, breakDownFor = breakDown } = await open(t, 0)
      const fates = fatesOf()
      await breakDownFor(['2', '4'])
      await assert.rejects(
        sink.deliver(
          ['1', '2', '3', '4', '5'].map((id) => event(id)),
          undefined,
          fates.settle,
        ),
        SinkUnavailableError,
      )
      assert.deepEqual(
        (await received()).map(({ id }) => id),
        fates.taken(),
      )
      assert.ok(['2', '4'].every((id) => !fates.taken().includes(id)))
    })

    if (nowhere !== undefined) {
      test('shows no credentials where nobody listens', async (t) => {
        const sink = nowhere('us%40er:p%C3%A4ss-w%3Ard')
        t.after(() => sink.close?.())
        await assert.rejects(sink.deliver([event('1')]), (error) => {
          assert.ok(error instanceof SinkUnavailableError)
          assert.doesNotMatch(inspect(error, { depth: 10 }), /p(ä|%C3%A4)ss|us(@|%40)er/)
          return true
        })
      })
    }

    if (limit !== undefined) {
      test('takes an event of the largest size, refuses a larger one with its size and the limit, and takes the others', async (t) => {
        const { sink, received } = await open(t, 2)
        const ofSize = (id: string, bytes: number): CloudEvent => event(id, { data: 'x'.repeat(bytes) })
        const fates = fatesOf()
        const events = [event('1'), ofSize('large', limit.bytes), event('3')]
        await assert.rejects(sink.deliver(events, undefined, fates.settle), SinkRefusedError)
        assert.deepEqual(fates.taken().toSorted(), ['1', '3'])
        const [[id, error] = []] = fates.failed()
        assert.equal(id, 'large')
        assert.match(String(error), limit.message)
        const around = Number(limit.message.exec(String(error))?.[1]) - limit.bytes
        await sink.deliver([ofSize('fits.', limit.bytes - around - (limit.slack ?? 0))])
        await assert.rejects(sink.deliver([ofSize('over.', limit.bytes - around + 1)]), SinkRefusedError)
        assert.deepEqual([...new Set((await received()).map(({ id }) => id))].toSorted(), ['1', '3', 'fits.'])
      })
    }
  })
}
