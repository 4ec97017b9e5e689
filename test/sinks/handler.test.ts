import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SinkUnavailableError } from '../../lib/errors.ts'
import type { CloudEvent } from '../../lib/schemas/cloudevent.ts'
import { createHandlerSink } from '../../lib/sinks/handler.ts'

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

test('one event that fails keeps none of the others from being handled, and is named', async () => {
  const seen: string[] = []
  const sink = createHandlerSink(({ id }) => {
    if (id === '2') throw broken
    seen.push(id)
  })
  await assert.rejects(sink.deliver(events), (error) => {
    assert.ok(error instanceof SinkUnavailableError)
    assert.deepEqual([error.events, error.cause], [['2'], broken])
    return true
  })
  assert.deepEqual(seen, ['1', '3'])
})

test('the failure over a single event is told as it is', async () => {
  const sink = createHandlerSink(() => {
    throw broken
  })
  await assert.rejects(sink.deliver(events.slice(0, 1)), broken)
})
