import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import { SinkRefusedError, SinkUnavailableError } from '../../lib/process/errors.ts'
import { createHandlerSink } from '../../lib/sinks/handler-sink.ts'
import { fatesOf } from './contract.ts'

const events = ['1', '2', '3'].map(
  (id): CloudEvent => ({
    specversion: '1.0',
    id,
    source: 's',
    type: 't',
    datacontenttype: 'application/json',
    data: {},
  }),
)
const broken = new Error('out of ink')

test('a handler gets one event after the other, in order', async () => {
  const seen: string[] = []
  await createHandlerSink(async ({ id }) => {
    await Promise.resolve()
    seen.push(id)
  }).deliver(events)
  assert.deepEqual(seen, ['1', '2', '3'])
})

test('one event that fails keeps none of the others from being handled, and the fate of each is told', async () => {
  const seen: string[] = []
  const fates = fatesOf()
  const sink = createHandlerSink(({ id }) => {
    if (id === '2') throw broken
    seen.push(id)
  })
  await assert.rejects(sink.deliver(events, undefined, fates.settle), SinkUnavailableError)
  const [[id, error] = []] = fates.failed()
  assert.ok(error instanceof SinkUnavailableError)
  assert.deepEqual([seen, fates.taken(), id, error.cause], [['1', '3'], ['1', '3'], '2', broken])
})

test('the failure over a single event is told as it is', async () => {
  const sink = createHandlerSink(() => {
    throw broken
  })
  await assert.rejects(sink.deliver(events.slice(0, 1)), broken)
})

test('a handler that says itself that an event is no good is taken at its word', async () => {
  const refused = new SinkRefusedError('never')
  const fates = fatesOf()
  const sink = createHandlerSink(({ id }) => {
    if (id === '2') throw refused
  })
  await assert.rejects(sink.deliver(events, undefined, fates.settle), refused)
  assert.deepEqual([fates.taken(), fates.failed()], [['1', '3'], [['2', refused]]])
})

test('a handler learns that its time is over, and gets no further event', async () => {
  const stop = new AbortController()
  const seen: string[] = []
  const fates = fatesOf()
  const sink = createHandlerSink(async ({ id }, { signal }) => {
    seen.push(id)
    if (id !== '2') return
    queueMicrotask(() => stop.abort())
    await once(signal, 'abort')
  })
  await assert.rejects(sink.deliver(events, stop.signal, fates.settle), { name: 'AbortError' })
  assert.deepEqual(
    [seen, fates.taken()],
    [
      ['1', '2'],
      ['1', '2'],
    ],
  )
})
