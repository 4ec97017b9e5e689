import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { HTTP, CloudEvent as JudgedEvent, type Message } from 'cloudevents'
import type { CloudEvent } from '../../lib/core/cloudevent.ts'
import type { SinkMode } from '../../lib/sinks/http-sink.ts'
import { createHttpSink } from '../../lib/sinks/http-sink.ts'
import { type Receiver, startReceiver } from '../receiver.ts'
import { capturedEvents } from './contract.ts'

// Our output as the SDK of the CloudEvents project reads it. The SDK cuts times to milliseconds and leaves header values
// percent-encoded, so that much is allowed for.

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const deliver = (mode: SinkMode, events: readonly CloudEvent[]) =>
  createHttpSink(new URL(receiver.url), { mode, timeoutMs: 5000, retries: 0 }).deliver(events)

/** All events of all requests, as the SDK reads them. */
const judged = (): Record<string, unknown>[] =>
  receiver.requests
    .flatMap(({ headers, body }) => HTTP.toEvent({ headers, body } as Message) as JudgedEvent | JudgedEvent[]) // It reads lists too.
    .map((event) => JSON.parse(JSON.stringify(event)))

const toMilliseconds = (event: CloudEvent) => ({
  ...event,
  ...(event.time !== undefined && { time: new Date(event.time).toISOString() }),
})

describe('the CloudEvents SDK', () => {
  test('finds every captured event valid', () => {
    for (const event of capturedEvents()) assert.ok(new JudgedEvent({ ...event }, true).validate())
  })

  for (const mode of ['structured', 'batch'] as const) {
    test(`reads what we send in ${mode} mode`, async () => {
      const events = capturedEvents()
      await deliver(mode, events)
      assert.deepEqual(judged(), events.map(toMilliseconds))
    })
  }

  test('reads what we send in binary mode', async () => {
    const events = capturedEvents()
    await deliver('binary', events)
    const read = judged().map((event) => ({
      ...event,
      // It leaves attributes percent-encoded.
      subject: decodeURIComponent(String(event.subject)),
      authid: decodeURIComponent(String(event.authid)),
    }))
    assert.deepEqual(read, events.map(toMilliseconds))
  })
})
